import Foundation
import Glibc

extension DataManifests {
  /// The names of the phone sets of the data folder, in byte order.
  package var phoneSetNames: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/phones")) ?? []
    return names.filter { $0.hasSuffix(Self.tableSuffix) }.map { String($0.dropLast(Self.tableSuffix.count)) }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private static let tableSuffix = ".tsv"

  /// Whether a phone set is named by the path of its file, which has a `/` or ends in `.tsv`.
  package static func isPhoneSetPath(_ name: String) -> Bool {
    name.contains("/") || name.hasSuffix(tableSuffix)
  }

  /// Reads a phone set: one of the data folder by its name, or a file.
  ///
  /// - Parameters:
  ///   - name: a name, or the path of a file: ``isPhoneSetPath(_:)``.
  ///   - base: the folder in which a file is looked for before the data folder; a path is then inside one of
  ///     them.
  /// - Throws: `unknownPhoneSet`, `unreadable`, `malformed`.
  package func phoneSet(named name: String, base: String? = nil) throws(DataManifestError) -> PhoneSet {
    guard Self.isPhoneSetPath(name) else {
      guard phoneSetNames.contains(name) else {
        throw .unknownPhoneSet(name: name, known: phoneSetNames)
      }
      return try PhoneSet(contentsOf: "\(folder)/phones/\(name)\(Self.tableSuffix)")
    }
    guard let base else { return try PhoneSet(contentsOf: name) }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard !parts.contains(".."), !name.hasPrefix("/"), !name.utf8.contains(0) else {
      throw .malformed(path: name, field: "phoneSet", expected: "a path inside the corpus", found: "another")
    }
    let own = "\(base)/\(name)"
    return try PhoneSet(contentsOf: access(own, F_OK) == 0 ? own : "\(folder)/\(name)")
  }
}

extension PhoneSet {
  /// Reads a table of at most 1 MiB; the name of the set is that of the file.
  ///
  /// - Throws: `unreadable`, `malformed`.
  package init(contentsOf path: String) throws(DataManifestError) {
    let bytes = try DataManifests.read(path)
    guard bytes.count <= 1 << 20 else {
      throw .malformed(path: path, field: "", expected: "at most 1 MiB", found: "\(bytes.count) bytes")
    }
    let file = path.split(separator: "/").last ?? path[...]
    let name = file.lastIndex(of: ".").map { file[..<$0] } ?? file
    try self.init(table: bytes, name: String(name), path: path)
  }
}
