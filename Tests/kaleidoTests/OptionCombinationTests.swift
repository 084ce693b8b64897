import Foundation
import Foundations
import FrontEnds
import TestSupport
import Testing

@Suite struct OptionCombinationTests {
  /// A value that the option's kind allows: often near what people use, sometimes far out.
  private func value(_ option: FeatureOption, _ generator: inout SplitMix64) -> [String] {
    switch (option.name, option.kind) {
    case ("sample-rate", _): return [Bool.random(using: &generator) ? "16000" : "8000"]
    // Windows of a million frames are allowed and take a gigabyte, which a test should not.
    case ("cmn-window", _), ("min-cmn-window", _): return ["\(Int.random(in: 1...3000, using: &generator))"]
    case ("splice", _):
      return ["\(Int.random(in: 0...40, using: &generator)):\(Int.random(in: 0...40, using: &generator))"]
    case (_, .flag): return []
    case (_, .choice(let names)): return [names[Int.random(in: names.indices, using: &generator)]]
    case (_, .context(let range)): return ["\(Int.random(in: range, using: &generator))"]
    case (_, .integer(let range)):
      let near = Int.random(in: 0...64, using: &generator)
      let far = Int(exp(Double.random(in: 0...log(Double(range.upperBound)), using: &generator)))
      let signed = range.lowerBound < 0 && Bool.random(using: &generator) ? -near : near
      let pick = Int.random(in: 0..<4, using: &generator) == 0 ? far : signed
      return ["\(min(max(pick, range.lowerBound), range.upperBound))"]
    case (_, .real(let range)):
      let near = min(max(Double.random(in: 0...60, using: &generator), range.lowerBound), range.upperBound)
      let far = exp(Double.random(in: -9...log(max(1, range.upperBound)), using: &generator))
      let pick = Int.random(in: 0..<4, using: &generator) == 0 ? far : near
      return ["\(min(max(pick, range.lowerBound), range.upperBound))"]
    case (_, .integerChoice), (_, .text), (_, .keyword): return [option.defaultValue.text]
    }
  }

  private func arguments(_ generator: inout SplitMix64) -> [String] {
    let kind = FrontEndKind.all[Int.random(in: FrontEndKind.all.indices, using: &generator)]
    var arguments = ["--features", kind.name]
    for option in kind.options where Int.random(in: 0..<5, using: &generator) == 0 {
      let value = value(option, &generator)
      if value.isEmpty {
        arguments.append("--\(Bool.random(using: &generator) ? "" : "no-")\(option.name)")
      } else {
        arguments.append("--\(option.name)=\(value[0])")
      }
    }
    let format = ["kaldi", "npy", "lhotse"][Int.random(in: 0..<3, using: &generator)]
    arguments += ["--format", format, "--jobs", "\(Int.random(in: 1...3, using: &generator))"]
    if Bool.random(using: &generator) { arguments += ["--compress"] }
    return arguments
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func `a run with any options ends whole or with a reason`(seed: UInt64) throws {
    let folder = try TemporaryFolder()
    let corpus = try FaultyCorpus(in: folder)
    for (name, samples) in [("SX1", 400), ("SX2", 5000), ("SX3", 8011)] {
      try corpus.write(name, samples: samples, seed: seed)
    }
    var generator = SplitMix64(seed: seed)
    var statuses: [Int32: Int] = [:]
    for round in 0..<10 {
      let options = arguments(&generator)
      let run = try ProgramRun.kaleido(
        ["preprocess", corpus.root.path, "--out", folder.appending("out\(round)").path, "--quiet"] + options)
      #expect([0, 64, 65].contains(run.status), "seed \(seed), \(options): \(run.errors)")
      #expect(run.status == 0 || !run.errors.isEmpty, "seed \(seed), \(options)")
      statuses[run.status, default: 0] += 1
    }
    #expect(statuses.count > 1, "seed \(seed): \(statuses)")
  }

  @Test(arguments: [
    ["--frame-shift", "100000", "--no-snip-edges"], ["--frame-shift=0.0625", "--subsample=-10000"],
    ["--splice=10000:10000", "--mel-bins=52"], ["--features=fft", "--frame-length=4096", "--splice=15:0"],
    ["--subsample-offset=1000000000", "--frame-shift=1000000"], ["--cmvn=sliding", "--cmn-center"],
  ])
  func `extremes do not trap`(options: [String]) throws {
    let folder = try TemporaryFolder()
    let corpus = try FaultyCorpus(in: folder)
    try corpus.write("SX1", samples: 8000)
    let run = try ProgramRun.kaleido(
      ["preprocess", corpus.root.path, "--out", folder.appending("out").path, "--quiet"] + options)
    #expect([0, 64, 65].contains(run.status), "\(options): \(run.status) \(run.errors)")
  }
}
