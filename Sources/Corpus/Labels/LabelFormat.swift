import Foundations

/// A format of label files: its definition, and a line in ``LabelFormats``.
package protocol LabelFormat: Sendable {
  /// The name for the user, in lower case: `textgrid`.
  var name: String { get }

  /// One line of help.
  var summary: String { get }

  /// The extensions of its files, in upper case, without the dot. Formats may share one: see
  /// ``recognizes(_:)``.
  var extensions: [String] { get }

  /// Extensions, too, but only where the user names the format: other files have them more often.
  var namedExtensions: [String] { get }

  /// The unit of its numbers.
  var unit: LabelUnit { get }

  /// Whether the format fixes the unit, so that the user's is not used.
  var fixesUnit: Bool { get }

  /// Whether its files are often in UTF-16, which is then not warned of.
  var isOftenUTF16: Bool { get }

  /// Whether a file with one of the extensions is of this format, if another format shares the extension.
  ///
  /// - Parameter text: in UTF-8, without a byte order mark.
  func recognizes(_ text: UnsafeRawBufferPointer) -> Bool

  /// The parts of a file of several utterances, by name in lower case; empty if the format has one a file.
  func sections(_ text: UnsafeRawBufferPointer) -> [String: Range<Int>]

  /// Parses the labels of an utterance, in the order of the file.
  ///
  /// The result of a faulty file are the labels before the fault, and the fault.
  ///
  /// - Parameters:
  ///   - text: in UTF-8, without a byte order mark.
  ///   - request: the utterance, tier and unit.
  func labels(_ text: UnsafeRawBufferPointer, _ request: LabelRequest) -> LabelEntries
}

extension LabelFormat {
  package var fixesUnit: Bool { true }
  package var isOftenUTF16: Bool { false }
  package var namedExtensions: [String] { [] }
  package func sections(_ text: UnsafeRawBufferPointer) -> [String: Range<Int>] { [:] }
  package func recognizes(_ text: UnsafeRawBufferPointer) -> Bool { true }
}

/// The part of a label file to read.
package struct LabelRequest: Sendable {
  /// The names by which a file of several utterances may list this one; empty if any matches.
  package var names: [String]
  /// The tier of a file with several; nil for the one named for phones.
  package var tier: String?
  /// The unit of bare numbers.
  package var unit: LabelUnit
  /// In samples, for ``LabelUnit/frames``.
  package var frameShift: Int
  package var sampleRateHertz: Int

  package init(
    names: [String] = [], tier: String? = nil, unit: LabelUnit = .samples, frameShift: Int = 160,
    sampleRateHertz: Int = 16_000
  ) {
    self.names = names
    self.tier = tier
    self.unit = unit
    self.frameShift = frameShift
    self.sampleRateHertz = sampleRateHertz
  }
}

/// A label as written, not yet checked.
package struct LabelEntry: Equatable, Sendable {
  package var line: Int
  package var start: LabelTime
  package var end: LabelTime
  package var symbol: String
}

/// The fault of a line of a label file.
struct LabelFault: Error, Equatable, Sendable {
  var code: FindingCode
  var line: Int?
  var expected: String
  var found: String
}

extension LabelFault {
  /// A symbol as text.
  ///
  /// - Throws: a fault if the bytes are not UTF-8.
  static func symbol(_ bytes: UnsafeRawBufferPointer, line: Int) throws(LabelFault) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw LabelFault(code: .encoding, line: line, expected: "UTF-8", found: Sanitized.token(bytes))
    }
    return text
  }
}

/// The labels of a file up to its end or its first fault.
package struct LabelEntries: Sendable {
  package var entries: [LabelEntry] = []
  var fault: LabelFault?

  /// The symbol that means an unlabeled stretch in the format, such as the empty text of a TextGrid.
  var blank: String?

  init() {}

  init(entries: [LabelEntry]) { self.entries = entries }

  /// Collects entries until `body` ends or throws.
  init(reserving count: Int = 0, _ body: (inout [LabelEntry]) throws(LabelFault) -> Void) {
    entries.reserveCapacity(min(count, 4096))
    do throws(LabelFault) { try body(&entries) } catch { fault = error }
  }
}

/// How labels are read.
package struct LabelOptions: Equatable, Sendable {
  /// The consequence of a symbol that is not in the phone set.
  package enum UnknownPhone: String, CaseIterable, Codable, Sendable {
    /// Its frames have no label.
    case unlabeled
    /// The utterance is excluded.
    case reject
  }

  /// A folder, or a file of several utterances, with the labels; nil if they are beside the audio.
  package var location: String?
  /// The name of the format; nil to go by the extension.
  package var format: String?
  /// The unit of bare numbers; nil for that of the format.
  package var unit: LabelUnit?
  /// The tier of phones in files with several.
  package var tier: String?
  package var unknownPhone: UnknownPhone

  package init(
    location: String? = nil, format: String? = nil, unit: LabelUnit? = nil, tier: String? = nil,
    unknownPhone: UnknownPhone = .unlabeled
  ) {
    self.location = location
    self.format = format
    self.unit = unit
    self.tier = tier
    self.unknownPhone = unknownPhone
  }
}
