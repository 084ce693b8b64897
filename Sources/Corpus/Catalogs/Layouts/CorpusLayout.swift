import Foundations
import Glibc

/// A layout of corpora on disk: its definition, and a line in ``CorpusLayouts``.
protocol CorpusLayout: Sendable {
  /// The name for the user, in lower case: `folders`.
  var name: String { get }

  /// One line of help, which is also printed for a corpus that is in this layout.
  var summary: String { get }

  /// Whether paths in the lists of a folder are relative to a root that the user may name.
  var listsHaveRoot: Bool { get }

  /// The phone set that its labels are of; nil if that is not known.
  var phoneSet: String? { get }

  /// Whether CORPUS has this layout, as its names and the first bytes of its files show.
  func recognizes(_ corpus: CorpusPath) -> Bool

  /// Lists the utterances; opens folders and lists, and no audio.
  func catalog(_ corpus: CorpusPath, _ request: CatalogRequest) throws(CorpusError) -> CatalogContent
}

extension CorpusLayout {
  var listsHaveRoot: Bool { false }
  var phoneSet: String? { nil }
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

  /// Whether the folder has a regular file or a folder, or a link to one, of this path.
  func has(_ path: String, isFolder isWantedFolder: Bool = false) -> Bool {
    var status = stat()
    return isFolder && stat("\(given)/\(path)", &status) == 0
      && status.st_mode & S_IFMT == (isWantedFolder ? S_IFDIR : S_IFREG)
  }

  /// Whether one of the first folders in the folder fits.
  func hasSubfolder(_ fits: (_ name: String) -> Bool) -> Bool {
    guard isFolder, let entries = try? FolderReader.read(given, shown: given, needsSize: { _ in false })
    else {
      return false
    }
    return entries.lazy.filter { $0.kind == .folder }.prefix(64).contains { fits($0.name) }
  }
}

/// The options of a layout.
struct CatalogRequest {
  /// The folder that paths of a list are relative to; the folder of the list if nil.
  var root: String?
  var labels: LabelOptions
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
  /// Where `corpus.json` is looked for; `root` if nil.
  var descriptionRoot: CorpusRoot?
}
