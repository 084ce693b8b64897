import Files
import Foundations
import Glibc

/// The system calls of one process of a simulator.
struct SimulatedProcess: FileOperations {
  let simulator: Simulator
  let number: Int

  private func call(
    _ name: String, canBeInterrupted: Bool = false, _ body: (inout SimulatedDisk) -> Int32?
  ) -> Int32 {
    simulator.call(number, name, canBeInterrupted: canBeInterrupted, dead: -EIO) { disk, turn in
      if case .fail(let code) = turn { return -code }
      return body(&disk)
    }
  }

  func open(_ path: String, flags: Int32, mode: mode_t) -> Int32 {
    call("open \(path)", canBeInterrupted: true) { $0.open(path, flags: flags, process: number) }
  }

  // A failed close has closed the descriptor nevertheless.
  func close(_ descriptor: Int32) -> Int32 {
    simulator.call(number, "close", dead: -EIO) { disk, _ in disk.close(descriptor) }
  }

  func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    transfer(bytes) { $0.write(descriptor, $1) }
  }

  func positionedWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, at offset: Int64) -> Int {
    transfer(bytes) { $0.write(descriptor, $1, at: offset) }
  }

  private func transfer(
    _ bytes: UnsafeRawBufferPointer, _ body: (inout SimulatedDisk, UnsafeRawBufferPointer) -> Int
  ) -> Int {
    simulator.call(
      number, "write \(bytes.count)", bytes: bytes.count, canBeInterrupted: true, dead: Int(-EIO)
    ) { disk, turn in
      switch turn {
      case .fail(let code): Int(-code)
      case .short(let count): body(&disk, UnsafeRawBufferPointer(rebasing: bytes[..<min(count, bytes.count)]))
      case .proceed: body(&disk, bytes)
      }
    }
  }

  func positionedRead(_ descriptor: Int32, into bytes: UnsafeMutableRawBufferPointer, at offset: Int64) -> Int
  {
    simulator.call(number, "read", canBeInterrupted: true, dead: Int(-EIO)) { disk, turn in
      if case .fail(let code) = turn { return Int(-code) }
      return disk.read(descriptor, into: bytes, at: offset)
    }
  }

  func truncate(_ descriptor: Int32, to bytes: Int64) -> Int32 {
    call("truncate", canBeInterrupted: true) { $0.truncate(descriptor, to: bytes) }
  }

  func seek(_ descriptor: Int32, to offset: Int64) -> Int64 {
    simulator.call(number, "seek", dead: Int64(-EIO)) { disk, turn in
      if case .fail(let code) = turn { return Int64(-code) }
      return disk.seek(descriptor, to: offset)
    }
  }

  func sync(_ descriptor: Int32) -> Int32 {
    simulator.call(number, "sync", canBeInterrupted: true, dead: -EIO) { disk, turn in
      guard case .fail(let code) = turn else {
        let isIgnored =
          switch simulator.sabotage {
          case .fileSync: !disk.isFolder(descriptor)
          case .folderSync: disk.isFolder(descriptor)
          case .claims, nil: false
          }
        return isIgnored ? 0 : disk.sync(descriptor)
      }
      if code != EINTR { disk.failSync(descriptor) }
      return -code
    }
  }

  func startWriteBack(_ descriptor: Int32) {}

  func rename(_ from: String, to: String) -> Int32 {
    call("rename \(from) \(to)") { disk in
      let result = disk.rename(from, to: to)
      if result == 0 { simulator.recordVersion(of: to, on: disk) }
      return result
    }
  }

  func link(_ from: String, to: String) -> Int32 {
    call("link \(to)") { disk in
      let result = disk.link(from, to: to)
      if result == 0 { simulator.recordVersion(of: to, on: disk) }
      return result
    }
  }

  func unlink(_ path: String) -> Int32 { call("unlink \(path)") { $0.unlink(path) } }
  func removeFolder(_ path: String) -> Int32 { call("rmdir \(path)") { $0.removeFolder(path) } }
  func makeFolder(_ path: String, mode: mode_t) -> Int32 { call("mkdir \(path)") { $0.makeFolder(path) } }

  func lock(_ descriptor: Int32, isShared: Bool, wait: Bool) -> Int32 {
    call("lock") { disk in
      if simulator.sabotage == .claims { return 0 }
      let result = disk.lock(descriptor, isShared: isShared)
      return result == -EWOULDBLOCK && wait ? nil : result
    }
  }

  func status(_ path: String) -> (status: FileStatus?, code: Int32) {
    status("status \(path)") { $0.node(at: path) }
  }

  func status(_ descriptor: Int32) -> (status: FileStatus?, code: Int32) {
    status("status") { ($0.handles[descriptor]?.node, EBADF) }
  }

  private func status(
    _ name: String, _ find: (SimulatedDisk) -> (node: SimulatedDisk.Number?, code: Int32)
  ) -> (status: FileStatus?, code: Int32) {
    simulator.call(number, name, dead: (nil, EIO)) { disk, turn in
      if case .fail(let code) = turn { return (nil, code) }
      let (node, code) = find(disk)
      guard let node else { return (nil, code) }
      return (disk.status(of: node), 0)
    }
  }

  func list(_ path: String) -> (names: [String], code: Int32) {
    simulator.call(number, "list \(path)", dead: ([], EIO)) { disk, turn in
      if case .fail(let code) = turn { return ([], code) }
      return disk.list(path)
    }
  }

  func touch(_ descriptor: Int32) -> Int32 { 0 }
  func pause(milliseconds: Int) { simulator.pause(number) }

  var host: String { "host" }
  var kernel: String { "kernel" }
  var process: Int { 1000 + number }
  func begin(ofProcess process: Int) -> Int64? { simulator.begin(of: process - 1000, by: number) }
  var now: String {
    let seconds = simulator.seconds(number) % 3600
    func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return "1970-01-01T00:\(padded(seconds / 60)):\(padded(seconds % 60))Z"
  }
  func drawNumber() -> UInt64 { simulator.drawNumber(number) }
  var waitingThreads: Int { 1 }
}
