import Corpus
import Foundations
package import FrontEnds

/// What a comparison sets side by side: a row to train, runs that are trained, or features that another tool made.
package enum CompareRow: Sendable, Equatable {
  /// A front end, trained here with every seed.
  case trained(FrontEndRequest)
  /// RUNs of one row, one a seed.
  case runs([String])
  /// A folder of features by utterance, which a classifier is trained on here with every seed.
  case given(String)

  /// Reads `NAME[:option=value,...]`, `run:RUN[,RUN...]` or `dir:DIR`.
  ///
  /// Throws ``Failure``.
  package init(parsing text: String) throws(Failure) {
    func place(_ prefix: String) throws(Failure) -> String? {
      guard text.hasPrefix(prefix) else { return nil }
      let place = String(text.dropFirst(prefix.count))
      guard !place.isEmpty else {
        throw Failure(
          .usage, code: "missing-value", subject: text, expected: "a folder after \(prefix)", found: "nothing"
        )
      }
      return place
    }
    if let runs = try place("run:") {
      let paths = runs.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard !paths.contains("") else {
        throw Failure(
          .usage, code: "missing-value", subject: text, expected: "RUNs with commas between them",
          found: "an empty one")
      }
      self = .runs(paths)
    } else if let folder = try place("dir:") {
      self = .given(folder)
    } else {
      do throws(FrontEndError) { self = .trained(try FrontEndRequest(parsing: text)) } catch {
        throw Failure(error)
      }
    }
  }

  /// The row as results name it: canonical, without the places of folders.
  var name: String {
    func last(_ path: String) -> String {
      Sanitized.path(path.split(separator: "/").last.map(String.init) ?? path)
    }
    switch self {
    case .trained(let row): return row.description
    case .runs(let paths): return "run:" + paths.map(last).joined(separator: ",")
    case .given(let folder): return "dir:" + last(folder)
    }
  }
}
