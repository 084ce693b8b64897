import DataManifests
import Foundations
import Glibc

/// The phone set that a corpus is read with, as the user chooses it.
package enum PhoneSetChoice: Equatable, Sendable {
  /// A set of the data folder, or the path of a file.
  case named(String)
  /// The symbols that are found in the labels.
  case found

  private static let foundName = "auto"

  package init?(_ text: String) {
    guard !text.isEmpty else { return nil }
    self = text == Self.foundName ? .found : .named(text)
  }

  package var text: String {
    switch self {
    case .named(let name): name
    case .found: Self.foundName
    }
  }

  /// Whether the choice is the path of a file.
  package var isFile: Bool {
    if case .named(let name) = self { DataManifests.isPhoneSetPath(name) } else { false }
  }
}

/// How the phone set of a corpus was chosen, in order of precedence.
package enum PhoneSetOrigin: String, Codable, Sendable {
  /// By the user.
  case option
  /// The symbols in the labels, as the user asked.
  case found
  /// By `corpus.json`, or as the corpus was recognized.
  case description
  /// By the layout, whose labels are of one set.
  case layout
  /// That of the model, or TIMIT's: nothing names another.
  case `default`
}

extension PhoneSet {
  /// The set of the symbols that were found; that of a model if it holds all of them.
  static func auto(
    _ found: FoundSymbols, _ model: PhoneSet?, corpus: String
  ) throws(CorpusError) -> PhoneSet {
    guard let set = found.phoneSet else {
      throw .noPhones(path: Sanitized.path(corpus), symbols: found.symbols.count)
    }
    if let model, set.phones.allSatisfy({ model.phone($0) != nil }) { return model }
    return set
  }
}

extension CorpusError {
  /// Does what reads data files, as errors of the corpus.
  static func onData<Result>(_ body: () throws(DataManifestError) -> Result) throws(CorpusError) -> Result {
    do throws(DataManifestError) {
      return try body()
    } catch {
      switch error {
      case .malformed(let path, let field, let expected, let found):
        throw .badManifest(
          path: Sanitized.path(path), line: 0, field: field, expected: expected, found: found)
      case .unreadable(let path, let code):
        switch code {
        case EACCES: throw .permission(path: Sanitized.path(path))
        case ENOENT, ENOTDIR: throw .noSuchPath(path: Sanitized.path(path))
        default: throw .inputOutput(path: Sanitized.path(path), operation: "read", errno: code)
        }
      case .unknownPhoneSet(let name, let known):
        throw .unknownPhoneSet(name: Sanitized.symbol(name), known: known)
      case .notFound, .notADataFolder:
        preconditionFailure("the data folder was found before")
      }
    }
  }
}
