import Archives
import Foundation
import TestSupport
import Testing

/// Seeds of the file layer: faults, deaths, losses of power and a second writer, for every directory.
///
/// `make simulate` runs many more seeds; those that fail are kept in `FoundSeeds.txt` and stay tests.
@Suite struct SimulationTests {
  private static let environment = ProcessInfo.processInfo.environment
  /// The seeds of each run of the tests, over all scenarios.
  private static let seedCount = environment["KALEIDO_SIMULATION_SEEDS"].flatMap { Int($0) } ?? 200
  /// A file to which failing seeds are added.
  private static let keptPath = environment["KALEIDO_SIMULATION_KEPT"]

  private static func scenarios() async throws -> [any Scenario] {
    let training = try await TrainingScenario()
    return try ArchiveFormat.allCases.map { try ShardScenario($0) }
      + [training, ComparisonScenario(trainings: training.trainings), CorpusScenario()]
  }

  /// Made once for all tests: the trainings and the undisturbed runs.
  private static let prepared = Task {
    try await scenarios().map { (scenario: $0, reference: try Simulation.reference(of: $0)) }
  }

  @Test func `drawn seeds lose, mix and sweep nothing, and every restart finishes`() async throws {
    let scenarios = try await Self.prepared.value
    let first = Self.environment["KALEIDO_SIMULATION_FIRST"].flatMap { UInt64($0) } ?? 1
    for (index, (scenario, reference)) in scenarios.enumerated() {
      for seed in 0..<Self.seedCount where seed % scenarios.count == index {
        try run(scenario, reference, seed: first + UInt64(seed))
      }
    }
  }

  @Test func `seeds that once failed pass`() async throws {
    let path = try #require(Bundle.module.url(forResource: "FoundSeeds", withExtension: "txt"))
    let found = try String(contentsOf: path, encoding: .utf8).split(separator: "\n")
      .filter { !$0.hasPrefix("#") }.map { $0.split(separator: " ") }
    for line in found {
      let (scenario, reference) = try #require(
        try await Self.prepared.value.first { $0.scenario.name == line[0] }, "no scenario \(line[0])")
      try run(scenario, reference, seed: try #require(UInt64(line[1])))
    }
  }

  @Test func `a seed gives the same calls each time`() async throws {
    for (scenario, reference) in try await Self.prepared.value {
      for seed in 1...5 as ClosedRange<UInt64> {
        var (one, other) = (
          Simulation(scenario, reference, seed: seed), Simulation(scenario, reference, seed: seed)
        )
        try one.run()
        try other.run()
        #expect(one.trace == other.trace, "\(scenario.name) \(seed)")
      }
    }
  }

  @Test(arguments: Simulator.Sabotage.allCases)
  func `a promise that is not kept is seen in every directory`(sabotage: Simulator.Sabotage) async throws {
    for (scenario, reference) in try await Self.prepared.value {
      let isSeen = try (1...200 as ClosedRange<UInt64>).contains { seed in
        var simulation = Simulation(scenario, reference, seed: seed, sabotage: sabotage)
        try simulation.run()
        return !simulation.violations.isEmpty
      }
      #expect(isSeen, "\(scenario.name)")
    }
  }

  private func run(_ scenario: any Scenario, _ reference: Simulation.Reference, seed: UInt64) throws {
    var simulation = Simulation(scenario, reference, seed: seed)
    try simulation.run()
    guard !simulation.violations.isEmpty else { return }
    Issue.record("\(scenario.name) \(seed): \(simulation.violations.prefix(3).joined(separator: "; "))")
    guard let path = Self.keptPath else { return }
    var again = Simulation(scenario, reference, seed: seed)
    try again.run(logsCalls: true)
    print(([scenario.name, "\(seed)"] + again.log + again.violations).joined(separator: "\n"))
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.seekToEnd()
    try file.write(contentsOf: Data("\(scenario.name) \(seed)\n".utf8))
    try file.close()
  }
}
