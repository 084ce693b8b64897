import Foundation
import Foundations
import Glibc

/// Processes that share a simulated disk; one call runs at a time, and a seed decides whose is next.
///
/// Processes are threads, which run between two calls as they like. A call waits for its process's turn, so
/// the order of calls, and with it everything that the disk holds, follows from the seed alone.
final class Simulator: @unchecked Sendable {
  // Invariant behind @unchecked Sendable: all state is used with `condition` locked.

  /// The fate of a process.
  enum Fault: Equatable, Sendable {
    /// One call fails.
    case failure(at: Int, code: Int32)
    /// The disk takes this many bytes of this process and is full then.
    case fullDisk(after: Int)
    /// The process is killed: what it wrote stays.
    case death(at: Int)
    /// All processes die, and the disk keeps what was synchronized and a part of the rest.
    case powerLoss(at: Int)
    /// The others have some turns before this call.
    case delay(at: Int, turns: Int)
    /// Calls are interrupted and transfers are cut short, all along.
    case interruptions
  }

  /// A promise of the system that is broken for all processes, as if the program had not asked for it: what
  /// the simulation has to see.
  enum Sabotage: CaseIterable {
    case fileSync, folderSync
    /// Neither locks nor processes of others are seen.
    case claims
  }

  struct Process {
    var faults: [Fault]
    var calls = 0
    var written = 0
    var isDead = false
    var isFinished = false
    /// Turns of others before it runs again.
    var pause = 0
    var wasInjected = false
  }

  private let condition = NSCondition()
  private(set) var disk: SimulatedDisk
  private var random: SplitMix64
  private var processes: [Process] = []
  private var runner = 0
  /// The mean number of calls until the turn passes on.
  private let patience: Int
  private(set) var trace = FNV1a()
  private(set) var lostPower = false
  /// Violations that only the simulator sees.
  private(set) var violations: [String] = []
  /// Receives each final path and its bytes after a rename or a link.
  private let isFinal: (@Sendable (String) -> Bool)?
  private(set) var versions: [String: Set<[UInt8]>] = [:]
  private var number: UInt64 = 0
  private var time = 0
  /// The calls so far, for a report of a failure.
  private(set) var log: [String] = []
  private let logsCalls: Bool
  let sabotage: Sabotage?
  private let firstTick: Int

  init(
    disk: SimulatedDisk, seed: UInt64, sabotage: Sabotage? = nil, logsCalls: Bool = false,
    isFinal: (@Sendable (String) -> Bool)? = nil
  ) {
    self.disk = disk
    self.sabotage = sabotage
    random = SplitMix64(seed: seed)
    number = SplitMix64.mixed(seed)
    firstTick = Int(number >> 20) + 1
    patience = [1, 2, 5, 20].randomElement(using: &random) ?? 1
    self.logsCalls = logsCalls
    self.isFinal = isFinal
  }

  /// How a process ended.
  enum Ending {
    case success
    case failure(any Error, wasInjected: Bool)
    case dead
  }

  /// A process before it runs.
  struct Program: Sendable {
    var faults: [Fault] = []
    var body: @Sendable (SimulatedProcess) throws -> Void
  }

  /// Runs processes until all have ended or died.
  func run(_ bodies: [Program]) -> [Ending] {
    processes = bodies.map { Process(faults: $0.faults) }
    runner = Int.random(in: 0..<bodies.count, using: &random)
    let results = Guarded<[Int: Result<Void, any Error>]>([:])
    if bodies.count == 1 {
      let result = Result { try bodies[0].body(SimulatedProcess(simulator: self, number: 0)) }
      finish(0)
      results.withLock { $0[0] = result }
    } else {
      let group = DispatchGroup()
      for (index, body) in bodies.enumerated() {
        group.enter()
        let thread = Thread {
          let result = Result { try body.body(SimulatedProcess(simulator: self, number: index)) }
          self.finish(index)
          results.withLock { $0[index] = result }
          group.leave()
        }
        thread.stackSize = 1 << 22
        thread.start()
      }
      group.wait()
    }
    let found = results.withLock { $0 }
    return bodies.indices.map { index in
      if processes[index].isDead { return .dead }
      switch found[index] {
      case .failure(let error): return .failure(error, wasInjected: processes[index].wasInjected)
      default: return .success
      }
    }
  }

  var callCounts: [Int] { processes.map(\.calls) }

  /// Loses power now, after all have ended.
  func losePower() {
    disk.losePower(&random)
  }

  // MARK: Calls

  /// A number that no other call draws.
  func drawNumber(_ process: Int) -> UInt64 {
    call(process, "draw", dead: 0) { _, _ in
      number &+= 1
      return SplitMix64.mixed(number)
    }
  }

  /// The tick at which a process began, which no other simulator has; nil for one that does not run.
  func begin(of other: Int, by process: Int) -> Int64? {
    call(process, "begin", dead: nil) { _, _ in
      guard processes.indices.contains(other), !processes[other].isDead, !processes[other].isFinished,
        other == process || sabotage != .claims
      else { return .some(nil) }
      return Int64(firstTick + other)
    }
  }

  /// Lets others run for some turns.
  func pause(_ process: Int) {
    call(process, "pause", dead: ()) { _, _ in
      processes[process].pause = 10
      passOn()
      return ()
    }
  }

  /// The time, which every call advances.
  func seconds(_ process: Int) -> Int { call(process, "clock", dead: 0) { _, _ in time } }

  /// The outcome of a call of a process.
  enum Turn {
    case proceed
    /// The most bytes that the call moves.
    case short(Int)
    case fail(Int32)
  }

  /// Runs a call when it is the process's turn.
  ///
  /// - Parameters:
  ///   - dead: the result of a call of a dead process.
  ///   - body: does the call; nil asks to be called again after a turn of another process.
  func call<Result>(
    _ process: Int, _ name: String, bytes: Int = 0, canBeInterrupted: Bool = false, dead: Result,
    _ body: (inout SimulatedDisk, Turn) -> Result?
  ) -> Result {
    condition.lock()
    defer { condition.unlock() }
    while true {
      while runner != process, !processes[process].isDead { condition.wait() }
      if processes[process].isDead { return dead }
      guard let turn = turn(of: process, bytes: bytes, canBeInterrupted: canBeInterrupted) else {
        passOn()
        if processes[process].isDead { return dead }
        continue
      }
      note(process, name)
      time += 1
      if let result = body(&disk, turn) {
        if Int.random(in: 0..<patience, using: &random) == 0 { passOn() }
        return result
      }
      let others = processes.indices.filter { $0 != process && !processes[$0].isFinished }
      guard others.contains(where: { !processes[$0].isDead }) else {
        violations.append("process \(process) waits for ever at \(name)")
        die(process)
        return dead
      }
      processes[process].pause = max(processes[process].pause, 1)
      passOn()
    }
  }

  /// The outcome of the next call of a process; nil if it has to wait.
  private func turn(of process: Int, bytes: Int, canBeInterrupted: Bool) -> Turn? {
    processes[process].calls += 1
    let call = processes[process].calls
    for fault in processes[process].faults {
      switch fault {
      case .failure(at: call, let code):
        processes[process].wasInjected = true
        return .fail(code)
      case .fullDisk(let limit) where bytes > 0:
        let room = min(bytes, limit - processes[process].written)
        processes[process].written += max(0, room)
        if room <= 0 {
          processes[process].wasInjected = true
          return .fail(ENOSPC)
        }
        return .short(room)
      case .death(at: call):
        die(process)
        return nil
      case .powerLoss(at: call):
        lostPower = true
        for index in processes.indices where !processes[index].isFinished { die(index) }
        disk.losePower(&random)
        return nil
      case .delay(at: call, let turns):
        processes[process].pause = turns
        return nil
      case .interruptions where canBeInterrupted:
        if Int.random(in: 0..<4, using: &random) == 0 { return .fail(EINTR) }
        if bytes > 1 { return .short(Int.random(in: 1...bytes, using: &random)) }
      default: break
      }
    }
    return .proceed
  }

  private func die(_ process: Int) {
    processes[process].isDead = true
    disk.closeAll(of: process)
    note(process, "dies")
  }

  /// Draws the process that runs next.
  private func passOn() {
    let alive = processes.indices.filter { !processes[$0].isDead && !processes[$0].isFinished }
    let ready = alive.filter { processes[$0].pause == 0 }
    for index in alive where processes[index].pause > 0 { processes[index].pause -= 1 }
    if let next = (ready.isEmpty ? alive : ready).randomElement(using: &random) { runner = next }
    condition.broadcast()
  }

  private func finish(_ process: Int) {
    condition.lock()
    defer { condition.unlock() }
    while runner != process, !processes[process].isDead { condition.wait() }
    // Whoever died has passed its turn on.
    if processes[process].isDead { return }
    processes[process].isFinished = true
    // Descriptors that a finished process left open are closed for it.
    disk.closeAll(of: process)
    passOn()
  }

  private func note(_ process: Int, _ name: String) {
    if logsCalls { log.append("\(process): \(name)") }
    trace.add(UInt8(truncatingIfNeeded: process))
    for byte in name.utf8 { trace.add(byte) }
  }

  /// Records what a final name holds now.
  ///
  /// Called with `condition` locked, from the body of a call.
  func recordVersion(of path: String, on disk: SimulatedDisk) {
    guard let isFinal else { return }
    for (suffix, bytes) in disk.files(below: path) where isFinal(path + suffix) {
      versions[path + suffix, default: []].insert(bytes)
    }
  }
}
