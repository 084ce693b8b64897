package import Files

/// The features of an utterance that another program wrote.
package struct ExternalFeatures: Sendable {
  /// The key, as the file names it.
  package let key: String
  private let readMatrix: @Sendable () throws(ArchiveError) -> FeatureMatrix

  init(key: String, read: @escaping @Sendable () throws(ArchiveError) -> FeatureMatrix) {
    self.key = key
    readMatrix = read
  }

  /// Reads the features, `[frames, channels]`.
  package func read() throws(ArchiveError) -> FeatureMatrix { try readMatrix() }
}

extension ArchiveFormat {
  /// Lists the utterances with features in a folder, in the first format that finds any; reads no features.
  ///
  /// - Throws: ``ArchiveError`` for a list that is malformed; `file` if the folder cannot be read.
  package static func externalFeatures(
    in folder: String, store: FileStore = FileStore()
  ) throws(ArchiveError) -> [ExternalFeatures] {
    for format in allCases {
      let found = try format.definition.externalFeatures(in: folder, store: store)
      if !found.isEmpty { return found }
    }
    return []
  }

  /// The files in which formats look for features of other programs.
  package static var externalFiles: [String] { allCases.compactMap(\.definition.externalFiles) }
}

/// The files of a folder that have one of some extensions, as features of the utterances they are named
/// after.
func externalFeatures(
  in folder: String, suffixes: [String], store: FileStore,
  read: @escaping @Sendable (_ path: String) throws(ArchiveError) -> FeatureMatrix
) throws(ArchiveError) -> [ExternalFeatures] {
  let names = try ArchiveError.onFiles { () throws(FileError) in try store.list(folder) }
  return names.compactMap { name in
    guard let suffix = suffixes.first(where: { name.hasSuffix($0) }) else { return nil }
    return ExternalFeatures(key: String(name.dropLast(suffix.count))) { () throws(ArchiveError) in
      try read("\(folder)/\(name)")
    }
  }
}
