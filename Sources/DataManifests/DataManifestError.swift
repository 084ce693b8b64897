/// An error in the program's data files: manifests, phone sets, the built-in corpus.
package enum DataManifestError: Error, Equatable, Sendable {
  /// There is no data folder at any of the searched paths, which are in order of the search.
  case notFound(searched: [String])

  /// A path from the user, given in the way of `origin`, has no data folder.
  case notADataFolder(path: String, origin: DataOrigin)

  /// There is no phone set of a name, neither among the program's nor as a file.
  case unknownPhoneSet(name: String, known: [String])

  /// A file cannot be read.
  case unreadable(path: String, errno: Int32)

  /// A file violates its schema; `field` is a key path or a line number.
  case malformed(path: String, field: String, expected: String, found: String)
}
