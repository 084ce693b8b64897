package import Files
import Foundations
package import Glibc

/// The system calls with a fault put in; nothing waits for the disk, so a sweep over all calls is quick.
package final class FaultyOperations: FileOperations {
  package enum Fault: Sendable {
    case none
    /// From this call on nothing happens any more, as after SIGKILL; a write at that point is torn.
    case death(at: Int)
    /// This one call fails.
    case failure(at: Int, code: Int32)
    /// The disk takes this many bytes and is full then.
    case full(after: Int)
    /// Every other call is interrupted, every transfer moves a few bytes.
    case interruptions
  }

  private struct State {
    var calls = 0
    var written = 0
    var isDead = false
  }

  private let fault: Fault
  private let system = SystemFileOperations()
  private let state = Guarded(State())
  /// Called once, in front of the first hard link.
  private let beforeLink: (@Sendable () -> Void)?

  package init(_ fault: Fault = .none, beforeLink: (@Sendable () -> Void)? = nil) {
    self.fault = fault
    self.beforeLink = beforeLink
  }

  /// Calls that were counted.
  package var calls: Int { state.withLock { $0.calls } }

  private enum Turn { case proceed, dead, dying, fail(Int32) }

  private func turn(canBeInterrupted: Bool = false) -> Turn {
    state.withLock { state in
      if state.isDead { return .dead }
      state.calls += 1
      switch fault {
      case .death(let at) where state.calls == at:
        state.isDead = true
        return .dying
      case .failure(let at, let code) where state.calls == at: return .fail(code)
      case .interruptions where canBeInterrupted && state.calls % 2 == 0: return .fail(EINTR)
      default: return .proceed
      }
    }
  }

  private func run<Result: SignedInteger>(
    canBeInterrupted: Bool = false, _ body: () -> Result
  ) -> Result {
    switch turn(canBeInterrupted: canBeInterrupted) {
    case .proceed: body()
    case .dead, .dying: Result(-EIO)
    case .fail(let code): Result(-code)
    }
  }

  package func open(_ path: String, flags: Int32, mode: mode_t) -> Int32 {
    run(canBeInterrupted: true) { system.open(path, flags: flags, mode: mode) }
  }

  // A dead process's descriptors are closed for it.
  package func close(_ descriptor: Int32) -> Int32 { system.close(descriptor) }

  package func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    transfer(bytes) { system.write(descriptor, $0) }
  }

  package func positionedWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, at offset: Int64) -> Int
  {
    transfer(bytes) { system.positionedWrite(descriptor, $0, at: offset) }
  }

  private func transfer(_ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Int) -> Int {
    func part(_ count: Int) -> Int { body(UnsafeRawBufferPointer(rebasing: bytes[..<count])) }
    switch turn(canBeInterrupted: true) {
    case .dead: return -Int(EIO)
    case .dying:
      _ = part(bytes.count / 2)
      return -Int(EIO)
    case .fail(let code): return -Int(code)
    case .proceed: break
    }
    switch fault {
    case .interruptions: return part(min(bytes.count, 1000))
    case .full(let limit):
      let room = state.withLock { state in
        let room = min(bytes.count, limit - state.written)
        state.written += room
        return room
      }
      return room == 0 ? -Int(ENOSPC) : part(room)
    default: return body(bytes)
    }
  }

  package func positionedRead(
    _ descriptor: Int32, into bytes: UnsafeMutableRawBufferPointer, at offset: Int64
  ) -> Int {
    run(canBeInterrupted: true) {
      if case .interruptions = fault {
        let part = UnsafeMutableRawBufferPointer(rebasing: bytes[..<min(bytes.count, 1000)])
        return system.positionedRead(descriptor, into: part, at: offset)
      }
      return system.positionedRead(descriptor, into: bytes, at: offset)
    }
  }

  package func truncate(_ descriptor: Int32, to bytes: Int64) -> Int32 {
    run(canBeInterrupted: true) { system.truncate(descriptor, to: bytes) }
  }

  package func seek(_ descriptor: Int32, to offset: Int64) -> Int64 {
    run { system.seek(descriptor, to: offset) }
  }

  package func sync(_ descriptor: Int32) -> Int32 { run(canBeInterrupted: true) { 0 } }
  package func startWriteBack(_ descriptor: Int32) {}
  package func rename(_ from: String, to: String) -> Int32 { run { system.rename(from, to: to) } }

  package func link(_ from: String, to: String) -> Int32 {
    beforeLink?()
    return run { system.link(from, to: to) }
  }

  package func unlink(_ path: String) -> Int32 { run { system.unlink(path) } }
  package func removeFolder(_ path: String) -> Int32 { run { system.removeFolder(path) } }
  package func makeFolder(_ path: String, mode: mode_t) -> Int32 {
    run { system.makeFolder(path, mode: mode) }
  }
  package func lock(_ descriptor: Int32, isShared: Bool, wait: Bool) -> Int32 {
    run { system.lock(descriptor, isShared: isShared, wait: wait) }
  }

  package func status(_ path: String) -> (status: FileStatus?, code: Int32) {
    switch turn() {
    case .proceed: system.status(path)
    case .dead, .dying: (nil, EIO)
    case .fail(let code): (nil, code)
    }
  }

  package func status(_ descriptor: Int32) -> (status: FileStatus?, code: Int32) {
    switch turn() {
    case .proceed: system.status(descriptor)
    case .dead, .dying: (nil, EIO)
    case .fail(let code): (nil, code)
    }
  }

  package func list(_ path: String) -> (names: [String], code: Int32) {
    switch turn() {
    case .proceed: system.list(path)
    case .dead, .dying: ([], EIO)
    case .fail(let code): ([], code)
    }
  }
}
