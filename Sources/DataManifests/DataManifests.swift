import DataFolder
import Foundation
import Glibc

/// Where the program's data was found.
package enum DataOrigin: String, Sendable, Equatable {
  /// A folder that the user names.
  case explicit = "option"
  case environment = "KALEIDO_DATA"
  case share
  case bundle
}

/// The program's data: the folder `data-manifests/`, wherever it is installed.
///
/// It is searched at the folder that the user names, `KALEIDO_DATA`, `../share/kaleido` relative to the
/// resolved program, and the resource bundle next to the program, in this order. A path from the user is
/// never skipped.
package struct DataManifests: Sendable {
  /// The absolute or user-given path of the folder.
  package let folder: String

  package let origin: DataOrigin

  /// The phones of TIMIT and their foldings: the set of a corpus of which nothing else is known.
  package let phoneSet: PhoneSet

  /// The official description of TIMIT.
  package let timit: CorpusDescription

  /// Loads the data from a folder with `timit.json`, or with a subfolder `data-manifests` that contains it.
  package init(folder: String, origin: DataOrigin = .explicit) throws(DataManifestError) {
    guard let found = Self.dataFolder(at: folder) else {
      throw .notADataFolder(path: folder, origin: origin)
    }
    self.folder = found
    self.origin = origin
    timit = try CorpusDescription(contentsOf: "\(found)/timit.json")
    let table = "\(found)/\(timit.phoneSet ?? "phones/timit.tsv")"
    phoneSet = try PhoneSet(contentsOf: table)
  }

  /// Finds and loads the data.
  ///
  /// - Parameters:
  ///   - explicit: the folder that the user names, if any.
  ///   - environment: the environment with `KALEIDO_DATA`; an empty value is ignored.
  package static func locate(
    explicit: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(DataManifestError) -> DataManifests {
    if let explicit { return try DataManifests(folder: explicit, origin: .explicit) }
    if let named = environment["KALEIDO_DATA"], !named.isEmpty {
      return try DataManifests(folder: named, origin: .environment)
    }
    var searched: [String] = []
    for (candidate, origin) in candidates() {
      if dataFolder(at: candidate) != nil { return try DataManifests(folder: candidate, origin: origin) }
      searched.append(candidate)
    }
    throw .notFound(searched: searched)
  }

  /// The folder of the built-in corpus, which has a `manifest.jsonl`.
  package var builtInCorpus: String { "\(folder)/corpora/tiny" }

  /// The candidate folders near the running program, with links resolved.
  private static func candidates() -> [(path: String, origin: DataOrigin)] {
    guard let program = realPath("/proc/self/exe") else { return [] }
    let components = program.split(separator: "/").dropLast()
    let folder = "/" + components.joined(separator: "/")
    let above = "/" + components.dropLast().joined(separator: "/")
    let share = above == "/" ? "/share/kaleido" : "\(above)/share/kaleido"
    return [(share, .share), ("\(folder)/\(DataFolder.bundleName)", .bundle)]
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
