/// An error of file access, as data; messages are made at the command line.
package enum FileError: Error, Equatable, Sendable {
  /// A system call failed; `code` is `errno` (ENOSPC, EIO, EROFS, EACCES, …).
  case system(operation: SystemOperation, path: String, code: Int32)
  /// A file violates its format at `offset`, in bytes from its start.
  case malformed(path: String, offset: Int64, expected: String, found: String)
  /// A file is not as it was written: its bytes have another SHA-256 than the one that it carries, or it
  /// carries none, and then both are nil.
  case checksumDiffers(path: String, recorded: String?, found: String?)
  /// The directory was written with another configuration; nothing was changed.
  case configurationDiffers(path: String, fields: [ConfigurationDifference])
  /// The configuration file of a directory is not ours or is damaged; nothing was changed. `isOurs` if other
  /// files show that the directory is ours.
  case configurationUnusable(path: String, isOurs: Bool)
  /// The file was written by a program whose format has another version; nothing was changed.
  case otherVersion(path: String, expected: Int64, found: String)
  /// The folder is not ours and contains a file that would be replaced; nothing was changed.
  case wouldReplace(path: String)
  /// Another run writes to the directory; `owner` names it if it can be read.
  case inUse(path: String, owner: RunOwner?)
  /// The path has no configuration file, so it is not an output directory.
  case notAnOutputDirectory(path: String)
  /// The path exists and is not a folder.
  case notAFolder(path: String)
  /// The path is a link, and nothing is written through one.
  case isLink(path: String)
  /// No name for temporary files could be reserved.
  case noTemporaryName(path: String)
  /// The work was canceled at a checkpoint; committed files stay.
  case cancelled
  /// OpenSSL cannot compute SHA-256 (a build without it, or no memory).
  case digestUnavailable

  /// The error code of a failed system call; nil for other errors.
  package var systemCode: Int32? {
    guard case .system(_, _, let code) = self else { return nil }
    return code
  }
}

/// The kind of system call that failed, for messages and exit codes.
package enum SystemOperation: String, Equatable, Sendable {
  case open, create, read, write, truncate, sync, rename, link, remove, makeFolder, list, status, lock
}
