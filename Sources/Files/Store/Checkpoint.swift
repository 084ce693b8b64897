/// Called between the pieces of long work with the bytes read since the last call; throws to end the work.
///
/// Pieces take milliseconds: 256 KiB of a file that is verified, one utterance of an index.
package typealias Checkpoint = (_ bytes: Int64) throws(FileError) -> Void

/// The checkpoint that work has unless it is given another: ends it once its task is cancelled.
///
/// - Throws: `cancelled`.
package func throwIfCancelled(_ bytes: Int64 = 0) throws(FileError) {
  if Task.isCancelled { throw .cancelled }
}
