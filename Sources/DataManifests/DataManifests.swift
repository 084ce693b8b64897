import DataFolder
import Foundation
import Glibc

/// The program's data: the folder `data-manifests/`, wherever it is installed.
///
/// It is searched, in this order, at `--data DIR`, `KALEIDO_DATA`, `../share/kaleido` beside the real program, and
/// the resource bundle beside the program. What the user names must be right: it is never passed over.
package struct DataManifests: Sendable {
  /// The absolute or user-given path of the folder.
  package let folder: String

  /// Where the folder was found: `--data`, `KALEIDO_DATA`, `share` or `bundle`.
  package let origin: String

  /// The phones of TIMIT and their folding.
  package let phoneSet: PhoneSet

  /// The official description of TIMIT.
  package let timit: CorpusDescription

  /// Loads the data from a folder, which holds `timit.json` itself or in a subfolder `data-manifests`.
  package init(folder: String, origin: String = "--data") throws(DataManifestError) {
    guard let found = Self.dataFolder(at: folder) else {
      throw .notADataFolder(path: folder, origin: origin)
    }
    self.folder = found
    self.origin = origin
    timit = try CorpusDescription(contentsOf: "\(found)/timit.json")
    let table = "\(found)/\(timit.phoneSet ?? "phones/timit.tsv")"
    phoneSet = try PhoneSet(table: Self.read(table), path: table)
  }

  /// Finds and loads the data.
  ///
  /// - Parameters:
  ///   - explicit: the value of `--data`, if given.
  ///   - environment: where `KALEIDO_DATA` is looked up; an empty value counts as unset.
  package static func locate(
    explicit: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(DataManifestError) -> DataManifests {
    if let explicit { return try DataManifests(folder: explicit, origin: "--data") }
    if let named = environment["KALEIDO_DATA"], !named.isEmpty {
      return try DataManifests(folder: named, origin: "KALEIDO_DATA")
    }
    var searched: [String] = []
    for (place, origin) in places() {
      if dataFolder(at: place) != nil { return try DataManifests(folder: place, origin: origin) }
      searched.append(place)
    }
    throw .notFound(searched: searched)
  }

  /// The folder of the built-in corpus, which has a `manifest.jsonl` of its own.
  package var builtInCorpus: String { "\(folder)/corpora/tiny" }

  /// Places beside the running program, links resolved.
  private static func places() -> [(path: String, origin: String)] {
    guard let program = realPath("/proc/self/exe") else { return [] }
    let beside = program.split(separator: "/").dropLast()
    let folder = "/" + beside.joined(separator: "/")
    let above = "/" + beside.dropLast().joined(separator: "/")
    let share = above == "/" ? "/share/kaleido" : "\(above)/share/kaleido"
    return [(share, "share"), ("\(folder)/\(DataFolder.bundleName)", "bundle")]
  }

  private static func dataFolder(at path: String) -> String? {
    for candidate in [path, "\(path)/data-manifests"] where isFile("\(candidate)/timit.json") {
      return candidate
    }
    return nil
  }

  private static func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  private static func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(validatingCString: resolved)
  }

  /// Reads a regular file of at most 16 MiB.
  static func read(_ path: String) throws(DataManifestError) -> [UInt8] {
    var status = stat()
    guard stat(path, &status) == 0 else { throw .unreadable(path: path, errno: errno) }
    guard status.st_mode & S_IFMT == S_IFREG, status.st_size <= 16 << 20 else {
      throw .malformed(path: path, field: "", expected: "a regular file of at most 16 MiB", found: "another")
    }
    do {
      return try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw .unreadable(path: path, errno: errno == 0 ? EIO : errno)
    }
  }
}
