/// What can go wrong between the archives and the disk, as data; text is made at the command line.
package enum ArchiveError: Error, Equatable, Sendable {
  /// A system call failed for good; `code` is `errno` (ENOSPC, EIO, EROFS, EACCES, …).
  case system(operation: SystemOperation, path: String, code: Int32)
  /// A file's bytes break the rules of its format; `offset` is in bytes from the start of the file.
  case malformed(path: String, offset: Int64, expected: String, found: String)
  /// The directory was made with another configuration; nothing was changed.
  case configurationDiffers(path: String, fields: [ConfigurationDifference])
  /// `config.json` is not one of this module's, or is damaged; nothing was changed. `isOurs` when a committed record
  /// shows that the directory is.
  case configurationUnusable(path: String, isOurs: Bool)
  /// The folder isn't ours and holds a file that an index would replace; nothing was changed.
  case wouldReplace(path: String)
  /// There is no `config.json`: the path is not an output directory.
  case notAnOutputDirectory(path: String)
  /// The path exists and is something else than a folder.
  case notAFolder(path: String)
  /// A key that cannot be a Kaldi key or a file name.
  case invalidKey(key: String, reason: String)
  /// The same key twice.
  case duplicateKey(key: String)
  /// An utterance came out of order, or one that the shard does not hold.
  case unexpectedUtterance(shard: Int, key: String, expected: String?)
  /// An utterance gave another number of frames (or labels) than was promised at its beginning.
  case frameCountDiffers(key: String, role: ArchiveRole, promised: Int, found: Int)
  /// Kaldi's compression refuses NaN and infinities.
  case notFinite(key: String)
  /// A size that the format cannot hold (Kaldi counts in Int32).
  case tooLarge(key: String, rows: Int, channels: Int)
  /// A shard is asked for that is not committed, so what needs all of them cannot be made.
  case shardsMissing(numbers: [Int])
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

/// One field of `config.json` in which the directory and the run differ.
package struct ConfigurationDifference: Equatable, Sendable {
  /// Path of the field, names joined by dots: `options.mel_bins`.
  package let field: String
  /// The directory's value as JSON; nil when the field is absent there.
  package let directory: String?
  /// The run's value as JSON; nil when the field is absent there.
  package let run: String?

  package init(field: String, directory: String?, run: String?) {
    self.field = field
    self.directory = directory
    self.run = run
  }
}
