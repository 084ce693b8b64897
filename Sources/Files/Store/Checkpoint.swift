/// A function called between pieces of long work with the number of bytes read since the last call; it throws
/// to stop the work.
///
/// A piece takes milliseconds: 256 KiB of a file that is verified, one utterance of an index.
package typealias Checkpoint = (_ bytes: Int64) throws(FileError) -> Void

/// The default checkpoint, which stops the work when its task is canceled.
///
/// - Throws: `cancelled`.
package func throwIfCancelled(_ bytes: Int64 = 0) throws(FileError) {
  if Task.isCancelled { throw .cancelled }
}
