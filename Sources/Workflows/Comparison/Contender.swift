import Corpus
import Foundations
package import FrontEnds

/// One side of a comparison: a front end to train, runs that are trained, or features that another tool made.
package enum Contender: Sendable, Equatable {
  /// A front end, trained here with every seed.
  case trained(FrontEndRequest)
  /// RUNs of one front end, one a seed.
  case runs([String])
  /// A folder of features by utterance, which a classifier is trained on here with every seed.
  case external(String)

  /// Reads `NAME[:option=value,...]`, `run:RUN[,RUN...]` or `dir:DIR`.
  ///
  /// - Throws: ``WorkflowError``, ``FrontEndError``.
  package init(parsing text: String) throws {
    func folder(after prefix: String) throws(WorkflowError) -> String? {
      guard text.hasPrefix(prefix) else { return nil }
      let folder = String(text.dropFirst(prefix.count))
      guard !folder.isEmpty else {
        throw .invalidContender(text: text, expected: "a folder after \(prefix)", found: "nothing")
      }
      return folder
    }
    if let runs = try folder(after: "run:") {
      let paths = runs.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard !paths.contains("") else {
        throw WorkflowError.invalidContender(
          text: text, expected: "RUNs with commas between them", found: "an empty one")
      }
      self = .runs(paths)
    } else if let folder = try folder(after: "dir:") {
      self = .external(folder)
    } else {
      self = .trained(try FrontEndRequest(parsing: text))
    }
  }

  /// The contender as results name it: canonical, of folders the last part alone.
  package var name: String {
    func last(_ path: String) -> String {
      Sanitized.path(path.split(separator: "/").last.map(String.init) ?? path)
    }
    switch self {
    case .trained(let request): return request.description
    case .runs(let paths): return "run:" + paths.map(last).joined(separator: ",")
    case .external(let folder): return "dir:" + last(folder)
    }
  }

  /// Whether a feature option has an effect on what is trained here.
  package func uses(_ option: FeatureOption) -> Bool {
    switch self {
    case .trained(let request): request.kind.uses(option)
    case .external: ExternalFeatureSpec.uses(option)
    case .runs: false
    }
  }
}
