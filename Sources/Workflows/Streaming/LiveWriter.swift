import Files
import Glibc
import Stages

/// Writes bytes to a descriptor that may not take them for a while, and gives up once the stream is to stop.
struct LiveWriter: Sendable {
  let descriptor: Int32
  let stop: StreamStop
  /// The most bytes written at once.
  private let writeBytes: Int

  /// Turns of a tenth of a second that a full pipe is given once the stream is to stop.
  private static let patientTurns = 20

  init(descriptor: Int32, stop: StreamStop) {
    self.descriptor = descriptor
    self.stop = stop
    // The bytes that a pipe takes without blocking once it is ready (Linux: a page); files do not block.
    writeBytes = lseek(descriptor, 0, SEEK_CUR) >= 0 ? 1 << 20 : 4096
  }

  func put(_ bytes: [UInt8]) throws {
    var done = 0
    var turnsWithoutRoom = 0
    while done < bytes.count {
      // A write that blocks could not be cancelled, so it waits in short turns and then writes what finds
      // room.
      if Task.isCancelled { throw CancellationError() }
      var poller = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      let ready = poll(&poller, 1, 100)
      if ready == 0 || (ready < 0 && errno == EINTR) {
        // A stream that is to stop does not wait for a reader who has gone to sleep.
        turnsWithoutRoom += 1
        if stop.isRequested, turnsWithoutRoom > Self.patientTurns { throw CancellationError() }
        continue
      }
      turnsWithoutRoom = 0
      let count = min(bytes.count - done, writeBytes)
      let written = bytes.withUnsafeBytes { buffer in
        Glibc.write(descriptor, buffer.baseAddress.map { $0 + done }, count)
      }
      if written < 0 {
        if errno == EINTR || errno == EAGAIN { continue }
        throw Self.failure()
      }
      done += written
    }
  }

  /// The error of the last system call.
  static func failure() -> any Error {
    if errno == EPIPE { return WorkflowError.outputClosed }
    return FileError.system(operation: .write, path: "standard output", code: errno)
  }
}
