import Files

extension KaldiFormat {
  /// A script file, which other programs write beside their archives.
  private static let script = "feats.scp"

  var externalFiles: String? { Self.script }

  func externalFeatures(in folder: String, store: FileStore) throws(ArchiveError) -> [ExternalFeatures] {
    let path = "\(folder)/\(Self.script)"
    guard try ArchiveError.onFiles({ () throws(FileError) in try store.status(path) }) != nil else {
      return []
    }
    return try KaldiScript(path: path, relativeTo: folder, store: store).entries.map { entry in
      ExternalFeatures(key: entry.key) { () throws(ArchiveError) in
        try Self.matrix(of: entry, store: store)
      }
    }
  }

  private static func matrix(
    of entry: KaldiScript.Entry, store: FileStore
  ) throws(ArchiveError) -> FeatureMatrix {
    let whole = try ArchiveError.onFiles { () throws(FileError) in
      try KaldiMatrixReader(store: store).read(path: entry.path, at: entry.offset)
    }
    guard let rows = entry.rows else { return whole }
    guard rows.upperBound < whole.rows else {
      throw .rowsOutOfRange(key: entry.key, range: rows, rows: whole.rows)
    }
    let columns = whole.columns
    return FeatureMatrix(
      rows: rows.count, columns: columns,
      values: Array(whole.values[rows.lowerBound * columns..<(rows.upperBound + 1) * columns]))
  }
}
