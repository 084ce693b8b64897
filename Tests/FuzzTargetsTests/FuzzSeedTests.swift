import Foundation
import FuzzTargets
import TestSupport
import Testing

/// The seeds of the fuzzer, and what it has found: `make fuzz` starts from them.
@Suite struct FuzzSeedTests {
  private static let folder = Bundle.module.resourceURL?.appendingPathComponent("Seeds")

  @Test(arguments: FuzzTarget.all.map(\.name))
  func `every seed is parsed or refused`(name: String) throws {
    let target = try #require(FuzzTarget.named(name))
    let seeds = try #require(Self.folder).appendingPathComponent(name)
    let names = try FileManager.default.contentsOfDirectory(atPath: seeds.path).sorted()
    #expect(!names.isEmpty)
    let scratch = try Scratch()
    for name in names {
      target.run([UInt8](try Data(contentsOf: seeds.appendingPathComponent(name))), in: scratch.path)
    }
  }

  @Test func `there are no seeds without a parser`() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: try #require(Self.folder).path)
    #expect(Set(names) == Set(FuzzTarget.all.map(\.name)))
  }
}
