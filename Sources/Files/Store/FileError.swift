/// A failure between the program and the disk, as data; text is made at the command line.
package enum FileError: Error, Equatable, Sendable {
  /// A system call failed for good; `code` is `errno` (ENOSPC, EIO, EROFS, EACCES, …).
  case system(operation: SystemOperation, path: String, code: Int32)
  /// A file's bytes break the rules of its format; `offset` is in bytes from the start of the file.
  case malformed(path: String, offset: Int64, expected: String, found: String)
  /// The directory was made with another configuration; nothing was changed.
  case configurationDiffers(path: String, fields: [ConfigurationDifference])
  /// The configuration file of a directory is not ours, or is damaged; nothing was changed. `isOurs` when something
  /// else in the directory shows that it is ours.
  case configurationUnusable(path: String, isOurs: Bool)
  /// The folder isn't ours and holds a file that we would replace; nothing was changed.
  case wouldReplace(path: String)
  /// There is no configuration file: the path is not an output directory.
  case notAnOutputDirectory(path: String)
  /// The path exists and is not a folder.
  case notAFolder(path: String)
  /// Names for temporary files could not be reserved.
  case noTemporaryName(path: String)
  /// The work was cancelled at a checkpoint; what is committed stays.
  case cancelled
  /// OpenSSL has no SHA-256 (a build without it, or memory exhausted).
  case digestUnavailable

  /// The system call's error, if that is what it was.
  package var systemCode: Int32? {
    guard case .system(_, _, let code) = self else { return nil }
    return code
  }
}

/// The system call that failed, for messages and for exit codes.
package enum SystemOperation: String, Equatable, Sendable {
  case open, create, read, write, truncate, sync, rename, link, remove, makeFolder, list, status, lock
}
