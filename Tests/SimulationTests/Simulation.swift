import Files
import Foundations
import Glibc

/// One seed of a scenario: commands under faults, what a reader takes afterward, and the restart.
struct Simulation {
  /// The files that undisturbed runs write, by variant.
  struct Reference: Sendable {
    var files: [[String: [UInt8]]] = []
    /// All that is under each final name at any time.
    var versions: [[String: Set<[UInt8]>]] = []
    var calls = 0
  }

  private struct Command: Sendable {
    var variant: Int
    var replacesOther: Bool
  }

  static let folder = "/data/out"

  let scenario: any Scenario
  let reference: Reference
  let seed: UInt64
  let sabotage: Simulator.Sabotage?
  private var random: SplitMix64
  private(set) var violations: [String] = []
  private(set) var log: [String] = []
  private var hasLostPower = false
  /// A digest of all calls, which is the same each time.
  private(set) var trace: UInt64 = 0

  init(
    _ scenario: any Scenario, _ reference: Reference, seed: UInt64, sabotage: Simulator.Sabotage? = nil
  ) {
    self.sabotage = sabotage
    self.scenario = scenario
    self.reference = reference
    self.seed = seed
    random = SplitMix64(seed: seed)
  }

  static func reference(of scenario: any Scenario) throws -> Reference {
    var reference = Reference()
    for variant in 0..<2 {
      let simulator = Simulator(disk: try emptyDisk(), seed: 1) { path in
        path.hasPrefix(folder) && scenario.isFinal(String(path.dropFirst(folder.count)))
      }
      let endings = simulator.run([program(scenario, Command(variant: variant, replacesOther: false))])
      if case .failure(let error, _) = endings[0] { throw error }
      reference.files.append(finalFiles(scenario, simulator.disk))
      var versions: [String: Set<[UInt8]>] = [:]
      for (path, bytes) in simulator.versions { versions[String(path.dropFirst(folder.count))] = bytes }
      reference.versions.append(versions)
      reference.calls = max(reference.calls, simulator.callCounts[0])
    }
    return reference
  }

  private static func program(
    _ scenario: any Scenario, _ command: Command, _ faults: [Simulator.Fault] = []
  ) -> Simulator.Program {
    Simulator.Program(faults: faults) { process in
      try scenario.run(
        command.variant, replacesOther: command.replacesOther, in: folder, store: FileStore(process))
    }
  }

  private static func emptyDisk() throws -> SimulatedDisk {
    var disk = SimulatedDisk()
    _ = disk.makeFolder("/data")
    let root = disk.open("/", flags: O_RDONLY, process: 0)
    _ = disk.sync(root)
    _ = disk.close(root)
    return disk
  }

  private static func finalFiles(_ scenario: any Scenario, _ disk: SimulatedDisk) -> [String: [UInt8]] {
    disk.files(below: folder).filter { scenario.isFinal($0.key) }
  }

  // MARK: Running

  /// Runs the seed.
  ///
  /// - Parameter logsCalls: whether ``log`` is filled.
  mutating func run(logsCalls: Bool = false) throws {
    var disk = try Self.emptyDisk()
    let isSecond = Int.random(in: 0..<2, using: &random)
    if isSecond > 0 { disk = begun(disk) }
    let commands = drawCommands(onBegun: isSecond > 0)
    let simulator = Simulator(
      disk: disk, seed: random.next(), sabotage: sabotage, logsCalls: logsCalls)
    var programs: [Simulator.Program] = []
    for command in commands { programs.append(Self.program(scenario, command, drawFaults())) }
    let endings = simulator.run(programs)
    log += simulator.log
    trace = simulator.trace.hash
    violations += simulator.violations
    for (command, ending) in zip(commands, endings) {
      log.append("variant \(command.variant), replaces \(command.replacesOther): \(ending)")
      guard case .failure(let error, let wasInjected) = ending else { continue }
      if !wasInjected && !scenario.isRefusal(error) {
        violations.append("a command without a fault ended with \(error)")
      }
    }
    hasLostPower = simulator.lostPower
    if Bool.random(using: &random) {
      hasLostPower = true
      log.append("power is lost")
      simulator.losePower()
    }
    checkFiles(simulator.disk)
    checkReader(simulator.disk, commands, endings)
    checkRestart(simulator.disk, commands, logsCalls: logsCalls)
  }

  /// A directory in which the first variant has run, to its end or not.
  private mutating func begun(_ disk: SimulatedDisk) -> SimulatedDisk {
    var faults: [Simulator.Fault] = []
    if Bool.random(using: &random) {
      faults = [.death(at: Int.random(in: 1...reference.calls, using: &random))]
    }
    let simulator = Simulator(disk: disk, seed: random.next())
    _ = simulator.run([Self.program(scenario, Command(variant: 0, replacesOther: false), faults)])
    log.append("begun with \(faults)")
    return simulator.disk
  }

  private mutating func drawCommands(onBegun isBegun: Bool) -> [Command] {
    let (same, other) = (Command(variant: 0, replacesOther: false), Command(variant: 1, replacesOther: true))
    let choices: [[Command]] = [
      [same], [other], [same, same], [same, other], [other, other],
      [same, Command(variant: 1, replacesOther: false)],
    ]
    return choices.randomElement(using: &random) ?? [same]
  }

  private mutating func drawFaults() -> [Simulator.Fault] {
    func call() -> Int { Int.random(in: 1...reference.calls, using: &random) }
    let codes = [EIO, ENOSPC, EDQUOT, EMFILE, ENOMEM, ESTALE, EROFS]
    var faults: [Simulator.Fault] = []
    switch Int.random(in: 0..<8, using: &random) {
    case 0, 1: faults.append(.failure(at: call(), code: codes.randomElement(using: &random) ?? EIO))
    case 2: faults.append(.fullDisk(after: Int.random(in: 0...20_000, using: &random)))
    case 3, 4: faults.append(.death(at: call()))
    case 5: faults.append(.powerLoss(at: call()))
    default: break
    }
    if Int.random(in: 0..<3, using: &random) == 0 {
      faults.append(.delay(at: call(), turns: Int.random(in: 1...200, using: &random)))
    }
    if Int.random(in: 0..<4, using: &random) == 0 { faults.append(.interruptions) }
    log.append("faults \(faults)")
    return faults
  }

  // MARK: Checking

  /// Every file under a final name is whole: what some undisturbed run has there at some time.
  private mutating func checkFiles(_ disk: SimulatedDisk) {
    for (path, bytes) in Self.finalFiles(scenario, disk)
    where !(0..<2).contains(where: { reference.versions[$0][path]?.contains(bytes) == true }) {
      violations.append("\(path) is not whole (\(bytes.count) bytes)")
    }
  }

  /// What a reader takes is of one variant, and all that a finished command wrote is there.
  private mutating func checkReader(
    _ disk: SimulatedDisk, _ commands: [Command], _ endings: [Simulator.Ending]
  ) {
    var accepted: Accepted?
    do {
      accepted = try read(disk)
    } catch {
      violations.append("a reader meets \(error)")
      return
    }
    if let accepted {
      let versions = reference.versions[accepted.variant]
      for (path, bytes) in accepted.files where versions[path]?.contains(bytes) != true {
        violations.append("a reader takes \(path) (\(bytes.count) bytes) for variant \(accepted.variant)")
      }
      if accepted.isWhole {
        for (path, bytes) in accepted.files where reference.files[accepted.variant][path] != bytes {
          violations.append("a reader takes an unfinished \(path) for whole")
        }
      }
    }
    for (index, command) in commands.enumerated() {
      guard case .success = endings[index] else { continue }
      let isReplaced = commands.indices.contains {
        $0 != index && commands[$0].replacesOther && commands[$0].variant != command.variant
      }
      if isReplaced { continue }
      if accepted?.isWhole != true || accepted?.variant != command.variant {
        let rest = accepted.map { "variant \($0.variant), whole: \($0.isWhole)" } ?? "nothing"
        violations.append("the result of a command that finished is lost; there is \(rest)")
      }
    }
  }

  /// The files that a reader takes; nil without a configuration.
  private func read(_ disk: SimulatedDisk) throws -> Accepted? {
    let name = "/\(scenario.configurationName)"
    guard let bytes = disk.files(below: Self.folder)[name],
      let variant = (0..<2).first(where: { reference.files[$0][name] == bytes })
    else { return nil }
    let simulator = Simulator(disk: disk, seed: seed)
    let found = Guarded<Accepted?>(nil)
    let scenario = scenario
    let endings = simulator.run([
      Simulator.Program { process in
        let accepted = try scenario.read(variant, in: Self.folder, store: FileStore(process))
        found.withLock { $0 = accepted }
      }
    ])
    if case .failure(let error, _) = endings[0] { throw error }
    return found.withLock { $0 }
  }

  /// Temporary files of the directory itself; after a loss of power, not those of runs without a lock file.
  private func leftovers(_ disk: SimulatedDisk) -> [String] {
    let names = disk.files(below: Self.folder).keys.filter {
      $0.hasPrefix("/\(TemporaryNames.folderName)/") || $0.contains("/temporary/")
    }
    guard hasLostPower else { return names }
    let owners = Set(
      names.filter { $0.hasSuffix(".lock") }.compactMap {
        TemporaryNames.identity(ofName: String($0.split(separator: "/").last ?? ""))
      })
    return names.filter { name in
      let parts = name.split(separator: "/")
      guard parts.count > 1, let owner = TemporaryNames.identity(ofName: String(parts[1])) else {
        return true
      }
      return owners.contains(owner)
    }
  }

  /// One of the commands, given again, finishes with the bytes of an undisturbed run and leaves nothing else.
  private mutating func checkRestart(_ disk: SimulatedDisk, _ commands: [Command], logsCalls: Bool) {
    var refusals: [any Error] = []
    for command in commands {
      let simulator = Simulator(disk: disk, seed: seed, logsCalls: logsCalls)
      let endings = simulator.run([Self.program(scenario, command)])
      if case .failure(let error, _) = endings[0] {
        if !scenario.isRefusal(error) { violations.append("the restart ends with \(error)") }
        refusals.append(error)
        continue
      }
      log.append("restart of variant \(command.variant)")
      log += simulator.log
      let found = Self.finalFiles(scenario, simulator.disk)
      let wanted = reference.files[command.variant]
      for (path, bytes) in wanted where found[path] != bytes {
        violations.append("after the restart \(path) is \(found[path] == nil ? "missing" : "another")")
      }
      for path in found.keys where wanted[path] == nil {
        violations.append("after the restart there is \(path)")
      }
      let left = leftovers(simulator.disk)
      if !left.isEmpty { violations.append("the restart leaves \(left.sorted())") }
      return
    }
    violations.append("no command can be given again: \(refusals)")
  }
}
