package import Files

/// An error in writing or reading shards and indexes, as data; messages are made at the command line.
package enum ArchiveError: Error, Equatable, Sendable {
  /// An error of file access or file content.
  case file(FileError)
  /// A key that cannot be a Kaldi key or a file name.
  case invalidKey(key: String, reason: String)
  /// A key that occurs twice.
  case duplicateKey(key: String)
  /// An utterance out of order, or one that does not belong to the shard.
  case unexpectedUtterance(shard: Int, key: String, expected: String?)
  /// An utterance with another number of frames (or labels) than announced.
  case frameCountDiffers(key: String, role: ArchiveRole, promised: Int, found: Int)
  /// NaN or infinity, which Kaldi's compression refuses.
  case notFinite(key: String)
  /// A range of rows that reaches past the end of a matrix.
  case rowsOutOfRange(key: String, range: ClosedRange<Int>, rows: Int)
  /// An array that is not `[frames, channels]` of floats.
  case notFeatures(path: String, element: String, shape: [Int])
  /// A size that the format cannot represent (Kaldi has Int32 sizes).
  case tooLarge(key: String, rows: Int, channels: Int)
  /// Shards that are needed but not committed.
  case shardsMissing(numbers: [Int])

  /// The error code of a failed system call; nil for other errors.
  package var systemCode: Int32? {
    guard case .file(let error) = self else { return nil }
    return error.systemCode
  }

  /// The result of `body`, whose errors are wrapped in ``file(_:)``.
  static func onFiles<Result>(_ body: () throws(FileError) -> Result) throws(ArchiveError) -> Result {
    do throws(FileError) { return try body() } catch { throw .file(error) }
  }
}
