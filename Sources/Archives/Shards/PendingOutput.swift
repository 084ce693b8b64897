import Files

/// Files with temporary names and known digests, that wait to be put on the disk and renamed together.
struct PendingOutput {
  let role: ArchiveRole
  /// File extension with its dot, or empty for a folder.
  let suffix: String
  let temporaryPath: String
  /// SHA-256 of the file, or of the list of a folder's files.
  let sha256: String
  let files: [PendingFile]
  /// The folder that holds the files, when they are renamed as one; its deinit removes what was not renamed.
  let folder: TemporaryDirectory?
}

struct PendingFile {
  /// Name inside the folder; empty when the file stands by itself.
  let name: String
  let file: TemporaryFile
  let bytes: Int64
  let sha256: String
}
