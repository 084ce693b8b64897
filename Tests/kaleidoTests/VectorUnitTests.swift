import Foundation
import Signal
import TestSupport
import Testing

@testable import kaleido

@Suite("Vector units", .serialized) struct VectorUnitTests {
  private static let folder = Result { try TemporaryFolder() }
  private var folder: TemporaryFolder { get throws { try Self.folder.get() } }

  /// The environment in which glibc and the program see a processor whose best unit is this one.
  private static func processor(_ unit: VectorUnit) -> [String: String] {
    let hidden =
      switch unit {
      case .baseline: "-AVX512F,-AVX512DQ,-AVX512BW,-AVX512VL,-AVX2,-AVX,-FMA,-FMA4"
      case .avx2: "-AVX512F,-AVX512DQ,-AVX512BW,-AVX512VL"
      case .avx512: ""
      }
    return hidden.isEmpty ? [:] : ["GLIBC_TUNABLES": "glibc.cpu.hwcaps=\(hidden)"]
  }

  /// Units of this machine below its best.
  private static let lower = Array(VectorUnit.available.dropLast())

  @discardableResult
  private func run(
    _ command: String, _ arguments: [String] = [], on unit: VectorUnit? = nil, status: Int32 = 0
  ) throws -> ProgramRun {
    let words = command.split(separator: " ").map { $0 == "CORPUS" ? BuiltInCorpus.path : String($0) }
    let run = try ProgramRun.kaleido(
      words + arguments, in: try folder.url, environment: unit.map(Self.processor) ?? [:])
    #expect(run.status == status, "\(words.joined(separator: " ")): \(run.errors)")
    return run
  }

  /// Files whose bytes follow from corpus, options and arithmetic.
  private func promised(_ directory: String) throws -> [String: Data] {
    try folder.contents(under: directory).filter { !$0.key.contains("provenance") }
  }

  @Test("a unit that is fixed gives the bytes of a machine that has no better", arguments: lower)
  func fixed(unit: VectorUnit) throws {
    let options = ["--relative-paths", "--front-end", "mfcc", "--dither", "1", "--quiet"]
    try run("preprocess CORPUS --out fixed-\(unit)", options + ["--vector-unit", unit.rawValue])
    try run("preprocess CORPUS --out machine-\(unit)", options, on: unit)
    let fixed = try promised("fixed-\(unit)")
    let machine = try promised("machine-\(unit)")
    #expect(fixed.count > 10 && fixed == machine)
    // The unit itself changes the configuration.
    try run("preprocess CORPUS --out best-\(unit)", options)
    #expect(fixed["config.json"] != (try promised("best-\(unit)"))["config.json"])
  }

  @Test("a training with a fixed unit ends with the model of a machine that has no better", arguments: lower)
  func training(unit: VectorUnit) throws {
    let options = ["--front-end", "kaleidoscope-time", "--epochs", "1", "--hidden", "8", "--quiet"]
    try run("train CORPUS --out run-fixed-\(unit)", options + ["--vector-unit", unit.rawValue])
    try run("train CORPUS --out run-machine-\(unit)", options, on: unit)
    for name in ["config.json", "model.safetensors", "training.jsonl"] {
      let fixed = try Data(contentsOf: folder.appending("run-fixed-\(unit)/\(name)"))
      #expect(fixed == (try Data(contentsOf: folder.appending("run-machine-\(unit)/\(name)"))), "\(name)")
    }
  }

  @Test("a directory of another unit is refused, and the remedy's --vector-unit goes on with it")
  func otherUnit() throws {
    guard let low = Self.lower.last, let best = VectorUnit.available.last else { return }
    let part = "preprocess CORPUS --out parts --shard-utterances 4 --quiet"
    try run("\(part) --shard 1/2 --vector-unit \(low)")
    let refused = try run("\(part) --shard 2/2", status: 78)
    #expect(refused.errors.contains("vector-unit") && refused.errors.contains("--vector-unit \(low)"))
    #expect(!refused.errors.contains("--force"))
    try run("\(part) --shard 2/2 --vector-unit \(low)")
    try run("preprocess CORPUS --out whole --shard-utterances 4 --quiet", on: low)
    let (parts, whole) = (try promised("parts"), try promised("whole"))
    for (name, bytes) in whole where name.hasPrefix("shards") { #expect(parts[name] == bytes, "\(name)") }
    // A machine that lacks the unit cannot go on.
    try run("preprocess CORPUS --out best --shard-utterances 4 --quiet")
    let lacking = try run(
      "preprocess CORPUS --out best --shard-utterances 4 --quiet", on: low, status: 78)
    #expect(lacking.errors.contains("has \(best)") && lacking.errors.contains("--vector-unit \(low) on all"))
  }

  @Test("trainings and comparisons of another unit are refused, too")
  func otherUnitOfTrainings() throws {
    guard let low = Self.lower.last, let best = VectorUnit.available.last else { return }
    let train = "train CORPUS --out run-other --epochs 1 --hidden 8 --quiet"
    try run(train)
    let refused = try run("\(train) --resume --vector-unit \(low)", status: 78)
    #expect(refused.errors.contains("--vector-unit \(best)"))
    let compare = "compare mel mel:mel-bins=23 --corpus CORPUS --out results --seeds 1 --epochs 1 --hidden 8"
    try run("\(compare) --quiet")
    let other = try run("\(compare) --quiet --vector-unit \(low)", status: 78)
    #expect(other.errors.contains("--vector-unit \(best)"))
    try run("\(compare) --quiet --vector-unit \(best)")
  }

  @Test("a unit that the processor lacks is refused, with those that it has")
  func unavailable() throws {
    guard let low = Self.lower.last, let best = VectorUnit.available.last else { return }
    for command in ["preprocess CORPUS --out x", "doctor", "corpus make y"] {
      let refused = try run(command, ["--vector-unit", best.rawValue], on: low, status: 64)
      #expect(refused.errors.contains(low.rawValue) && refused.errors.contains("--vector-unit"))
    }
    #expect(!FileManager.default.fileExists(atPath: try folder.appending("x").path))
  }

  @Test("environment and file name the unit as the command line does")
  func layers() throws {
    guard let low = Self.lower.last else { return }
    let environment = ["KALEIDO_VECTOR_UNIT": low.rawValue]
    let doctor = try ProgramRun.kaleido(["doctor", "--json"], environment: environment)
    let json = try #require(try JSONSerialization.jsonObject(with: doctor.outputBytes) as? [String: Any])
    #expect((json["vector_unit"] as? String)?.hasPrefix(low.rawValue) == true)
    // Restarted for the baseline, the program sees no other.
    let units = low == .baseline ? [.baseline] : VectorUnit.available
    #expect(json["vector_units"] as? [String] == units.map(\.rawValue))
    let printed = try ProgramRun.kaleido(
      ["preprocess", BuiltInCorpus.path, "--out", "z", "--print-config"], environment: environment)
    try Data(printed.outputBytes).write(to: folder.appending("settings.json"))
    let settings = try #require(try JSONSerialization.jsonObject(with: printed.outputBytes) as? [String: Any])
    #expect((settings["vector-unit"] as? [String: String])?["value"] == low.rawValue)
    #expect((settings["vector-unit"] as? [String: String])?["origin"] == "environment")
    try run("preprocess CORPUS --out z --config settings.json --quiet")
    let configuration = try String(contentsOf: folder.appending("z/config.json"), encoding: .utf8)
    #expect(configuration.contains("kernels \(low)"))
  }

  @Test("what masks instructions is added to other tunables, once")
  func tunables() throws {
    let alone = try #require(MathLibrary.tunables(nil))
    #expect(alone.hasPrefix("glibc.cpu.hwcaps=-AVX512F") && MathLibrary.tunables("") == alone)
    #expect(MathLibrary.tunables(alone) == nil)
    #expect(MathLibrary.tunables("glibc.malloc.check=3") == "glibc.malloc.check=3:\(alone)")
    #expect(
      MathLibrary.tunables("glibc.cpu.hwcaps=-ERMS:a=1")
        == alone.replacing("hwcaps=", with: "hwcaps=-ERMS,") + ":a=1")
  }
}
