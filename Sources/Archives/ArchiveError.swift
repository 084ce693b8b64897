package import Files

/// A failure in writing or reading shards and indexes, as data; text is made at the command line.
package enum ArchiveError: Error, Equatable, Sendable {
  /// The disk, or what a file holds.
  case file(FileError)
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

  /// The system call's error, if that is what it was.
  package var systemCode: Int32? {
    guard case .file(let error) = self else { return nil }
    return error.systemCode
  }

  /// The result of `body`, whose error becomes ``file(_:)``.
  static func onFiles<Result>(_ body: () throws(FileError) -> Result) throws(ArchiveError) -> Result {
    do throws(FileError) { return try body() } catch { throw .file(error) }
  }
}
