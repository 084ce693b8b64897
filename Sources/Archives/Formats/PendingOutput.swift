import Files

/// Files with temporary names and known digests, to be synchronized and renamed together.
struct PendingOutput {
  let role: ArchiveRole
  /// The file extension with its dot, or empty for a folder.
  let suffix: String
  let temporaryPath: String
  /// The SHA-256 of the file, or of the list of a folder's files.
  let sha256: String
  let files: [PendingFile]
  /// The folder of the files, if they are renamed together; its deinit removes files that were not renamed.
  let folder: TemporaryDirectory?
}

struct PendingFile {
  /// The name in the folder; empty for a single file.
  let name: String
  let file: TemporaryFile
  let bytes: Int64
  let sha256: String
}
