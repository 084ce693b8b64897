import Files

/// Takes one kind of value of one utterance after another and lays them out in files.
///
/// Bytes come as plain little-endian elements, row-major; the sink adds what its format wants around them.
protocol RoleSink: AnyObject {
  /// Begins an utterance's value of `rows` rows; returns the position that an index needs.
  func begin(key: String, rows: Int) throws(ArchiveError) -> Int64
  func append(_ elements: UnsafeRawBufferPointer) throws(FileError)
  func end() throws(ArchiveError)
  /// Forgets the utterance that was begun.
  func rollBack() throws(FileError)
  /// Closes the files; the sink is used up.
  func finish() throws(FileError) -> PendingOutput
}
