/// The errors of this module.
package enum CorpusError: Error, Equatable, Sendable {
  /// An utterance is unusable; the rest of the corpus is not affected.
  case rejected(Finding)

  /// Two utterances have the same key and would write the same output.
  case duplicateIdentifier(key: String, paths: [String])

  /// There is no audio; `path` is the folder or manifest.
  case emptyCorpus(path: String)

  /// A manifest line or `corpus.json` violates its schema; `line` is 0 for the file as a whole.
  case badManifest(path: String, line: Int, field: String?, expected: String, found: String)

  /// There is no phone set of this name.
  case unknownPhoneSet(name: String, known: [String])

  /// The labels hold no symbols, or more than a phone set may have, of which none can be made of them.
  case noPhones(path: String, symbols: Int)

  /// CORPUS, the root or a file named by the user does not exist.
  case noSuchPath(path: String)

  /// CORPUS is neither a folder nor a manifest, or a file named by the user is not a regular file.
  case notACorpus(path: String)

  /// There is no permission to read a folder of the corpus or the manifest.
  case permission(path: String)

  /// A system call failed: a bad disk, no descriptors, no memory.
  case inputOutput(path: String, operation: String, errno: Int32)

  /// The caller canceled the work.
  case cancelled

  /// The kind of an error, for the exit code.
  package enum Kind: Int32, Sendable {
    case usage = 64
    case badInput = 65
    case noInput = 66
    case inputOutput = 74
    case interrupted = 75
    case permission = 77
  }

  /// The kind, whose raw value is an exit code of `sysexits.h`.
  package var kind: Kind {
    switch self {
    case .unknownPhoneSet: .usage
    case .rejected, .duplicateIdentifier, .badManifest, .noPhones: .badInput
    case .emptyCorpus, .noSuchPath, .notACorpus: .noInput
    case .permission: .permission
    case .inputOutput: .inputOutput
    case .cancelled: .interrupted
    }
  }

  /// The equivalent finding, with code and remedy; nil if no code fits.
  package var finding: Finding? {
    switch self {
    case .rejected(let finding):
      finding
    case .duplicateIdentifier(let key, let paths):
      Finding(
        .reject, .duplicateID, path: paths.first ?? "", expected: "a key of its own",
        found: paths.dropFirst().first, utterance: key)
    case .emptyCorpus(let path):
      Finding(.reject, .emptyCorpus, path: path, expected: "audio files", found: "none")
    case .badManifest(let path, let line, let field, let expected, let found):
      Finding(
        .reject, .badManifest, path: path, field: field, line: line == 0 ? nil : line, expected: expected,
        found: found)
    case .unknownPhoneSet(let name, let known):
      Finding(
        .reject, .unknownPhoneSet, path: name, expected: "one of \(known.joined(separator: ", ")), or a file",
        found: "another name")
    case .noPhones(let path, let symbols):
      Finding(
        .reject, .unknownPhone, path: path, expected: "labels of phones",
        found: symbols == 0 ? "no labels" : "\(symbols) symbols")
    case .noSuchPath(let path):
      Finding(.reject, .missingFile, path: path, expected: "a file or folder", found: "nothing")
    case .notACorpus(let path):
      Finding(
        .reject, .notACorpus, path: path, expected: "a folder or a list of utterances", found: "another file")
    case .permission(let path):
      Finding(.reject, .permission, path: path)
    case .inputOutput, .cancelled:
      nil
    }
  }
}
