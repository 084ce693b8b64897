/// What is wrong with the program's data files: manifests, phone sets, the built-in corpus.
package enum DataManifestError: Error, Equatable, Sendable {
  /// No data folder is at any of the places searched, in the order searched.
  case notFound(searched: [String])

  /// A place named by the user (`--data`, `KALEIDO_DATA`) holds no data folder; `origin` says who named it.
  case notADataFolder(path: String, origin: String)

  /// A file cannot be read.
  case unreadable(path: String, errno: Int32)

  /// A file breaks its schema: `field` is a key path or a line number.
  case malformed(path: String, field: String, expected: String, found: String)
}
