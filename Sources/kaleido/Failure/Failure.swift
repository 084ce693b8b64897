import Corpus
import Workflows

/// The reason why a workflow ended early, as data: the program makes the text and the exit code from it.
///
/// The modules below throw typed errors of their own; a workflow turns each into a `Failure` once, at its
/// edge.
struct Failure: Error, Sendable, Equatable {
  /// The kind of the failure, which decides the exit code.
  enum Kind: String, Sendable, CaseIterable {
    /// An option or a combination of options that cannot be.
    case usage
    /// A bad model, manifest or too many bad inputs.
    case badInput
    /// Nothing to read where input was named.
    case noInput
    /// A fault of the program's own.
    case `internal`
    /// An output that cannot be created.
    case cannotCreate
    /// A disk that failed in reading or writing.
    case inputOutput
    /// Stopped by a signal; the same command goes on from there.
    case interrupted
    /// No right to read or write.
    case permission
    /// The output directory holds another configuration.
    case configurationDiffers
  }

  /// One configuration field that differs from what a directory holds.
  struct Difference: Sendable, Equatable {
    var field: String
    var held: String
    var wanted: String

    init(field: String, held: String, wanted: String) {
      self.field = field
      self.held = held
      self.wanted = wanted
    }
  }

  var kind: Kind
  /// A short code of the reason, such as `duplicate-id`.
  var code: String
  /// The file, folder or option that it is about.
  var subject: String
  /// Where in the subject: a field, a line, a stage.
  var location: String?
  var expected: String?
  var found: String?
  /// The remedy, if there is one.
  var remedy: Remedy?
  /// The operating system's error number, where there is one.
  var errorNumber: Int32?
  var differences: [Difference]
  /// Findings about single files, where they are the reason.
  var findings: [Finding] = []

  init(
    _ kind: Kind, code: String, subject: String, location: String? = nil, expected: String? = nil,
    found: String? = nil, remedy: Remedy? = nil, errorNumber: Int32? = nil, differences: [Difference] = []
  ) {
    self.kind = kind
    self.code = code
    self.subject = subject
    self.location = location
    self.expected = expected
    self.found = found
    self.remedy = remedy
    self.errorNumber = errorNumber
    self.differences = differences
  }
}
