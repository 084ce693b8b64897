import Files

/// One array per utterance, in a folder of the shard.
struct NpyFolderStorage: HeadedRows {
  let role: ArchiveRole
  let channels: Int

  private static let suffix = ".npy"

  var layout: FileLayout { .filePerUtterance(suffix: Self.suffix) }

  func makeSink(at path: String, store: FileStore) throws(FileError) -> any RoleSink {
    try FolderSink(
      FolderSink.Content(role: role, suffix: Self.suffix, header: { header(rows: $0) }), at: path,
      store: store)
  }

  func header(rows: Int) -> [UInt8] { NpyStorage(role: role, channels: channels).header(rows: rows).bytes }
}
