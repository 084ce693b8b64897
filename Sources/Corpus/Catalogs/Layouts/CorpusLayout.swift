import Foundations
import Glibc

/// A way in which corpora are laid out on disk: its definition, and a line in ``CorpusLayouts``.
protocol CorpusLayout: Sendable {
  /// The name for the user, in lower case: `folders`.
  var name: String { get }

  /// One line of help, which also tells the user what a corpus was taken for.
  var summary: String { get }

  /// Whether CORPUS has this layout, as its names and the first bytes of its files show.
  func recognizes(_ corpus: CorpusPath) -> Bool

  /// Lists the utterances; opens folders and lists, and no audio.
  func catalog(_ corpus: CorpusPath, _ request: CatalogRequest) throws(CorpusError) -> CatalogContent
}

/// The folder or file that the user names as a corpus.
struct CorpusPath {
  let given: String
  let isFolder: Bool

  /// - Throws: `noSuchPath`, `permission`, `notACorpus` for a device or a FIFO.
  init(_ given: String) throws(CorpusError) {
    var status = stat()
    guard stat(given, &status) == 0 else {
      _ = try CorpusRoot(given)
      throw .noSuchPath(path: Sanitized.path(given))
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: isFolder = true
    case S_IFREG: isFolder = false
    default: throw .notACorpus(path: Sanitized.path(given))
    }
    self.given = given
  }

  /// The folder itself, or the one that holds the file.
  var folder: String {
    isFolder ? given : given.lastIndex(of: "/").map { String(given[...$0]) } ?? "."
  }

  /// Whether the folder has a regular file, or a link to one, of this name.
  func has(_ name: String) -> Bool {
    var status = stat()
    return isFolder && stat("\(given)/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }
}

/// What a layout is asked for.
struct CatalogRequest {
  /// What relative paths of a list are relative to; the folder of the list if nil.
  var root: String?
  /// Called repeatedly with the number of utterances found; its error stops the work.
  var visit: (_ utterances: Int) throws(CorpusError) -> Void
}

/// The utterances of a corpus in the order in which its layout lists them.
struct CatalogContent {
  var root: CorpusRoot
  /// The list that names the utterances; nil for a folder that is searched.
  var manifest: String?
  var utterances: [Utterance]
  var findings: [Finding]
}
