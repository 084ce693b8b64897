import Foundations
internal import Glibc
internal import Synchronization

/// Waits until files are on the disk, several at a time.
///
/// A file system combines concurrent requests into one transaction and one flush of the disk: a thousand
/// small files take about a tenth of the time with four waiting threads. The error of the first file that
/// failed, in the order of `files`, is thrown after all threads have finished.
package func putOnDisk(_ files: [TemporaryFile], store: FileStore) throws(FileError) {
  let wait = DiskWait(files)
  var threads: [pthread_t] = []
  for _ in 1..<max(1, min(store.operations.waitingThreads, files.count)) {
    var thread = pthread_t()
    let argument = Unmanaged.passRetained(wait)
    let result = pthread_create(
      &thread, nil,
      { pointer in
        if let pointer { Unmanaged<DiskWait>.fromOpaque(pointer).takeRetainedValue().run() }
        return nil
      }, argument.toOpaque())
    guard result == 0 else {
      // Without another thread, this one does the work.
      argument.release()
      break
    }
    threads.append(thread)
  }
  wait.run()
  for thread in threads { pthread_join(thread, nil) }
  if let error = wait.firstError { throw error }
}

// Invariant behind @unchecked Sendable: the counter gives each file to one thread, and all threads end before
// the files are used again.
private final class DiskWait: @unchecked Sendable {
  private let files: [TemporaryFile]
  private let next = Atomic<Int>(0)
  private let failure = Guarded<(index: Int, error: FileError)?>(nil)

  init(_ files: [TemporaryFile]) { self.files = files }

  var firstError: FileError? { failure.withLock { $0?.error } }

  func run() {
    while true {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard index < files.count else { return }
      do throws(FileError) {
        try files[index].putOnDisk()
      } catch {
        failure.withLock { first in
          if first.map({ index < $0.index }) ?? true { first = (index, error) }
        }
        return
      }
    }
  }
}
