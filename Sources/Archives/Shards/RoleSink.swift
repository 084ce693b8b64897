import Files

/// A sink that writes one kind of value of consecutive utterances to files.
///
/// Values are little-endian elements, row-major; the sink adds the headers of its format.
protocol RoleSink: AnyObject {
  /// Begins the value of an utterance with `rows` rows; returns its position for indexes.
  func begin(key: String, rows: Int) throws(ArchiveError) -> Int64
  func append(_ elements: UnsafeRawBufferPointer) throws(FileError)
  func end() throws(ArchiveError)
  /// Removes the current utterance.
  func rollBack() throws(FileError)
  /// Closes the files; the sink must not be used afterward.
  func finish() throws(FileError) -> PendingOutput
}
