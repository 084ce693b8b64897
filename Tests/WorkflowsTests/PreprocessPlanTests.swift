import Archives
import DataManifests
import Foundation
import FrontEnds
import Signal
import StageGraph
import Stages
import TestSupport
import Testing

@testable import Workflows

@Suite struct PreprocessPlanTests {
  private func options(_ frontEnd: String, out: String = "/nowhere") throws -> PreprocessOptions {
    let corpus = try DataManifests.locate().builtInCorpus
    return PreprocessOptions(
      corpus: CorpusLocation(corpus), outputDirectory: out, frontEnd: try FrontEndSpec(parsing: frontEnd),
      jobs: 2)
  }

  @Test(arguments: [
    ("mel", 400), ("mel:no-snip-edges", 80), ("mel:frame-length=32", 512), ("mel:subsample=3", 400),
  ])
  func `the shortest audio taken gives one row`(frontEnd: String, samples: Int) throws {
    let plan = try PreprocessPlan(options(frontEnd))
    #expect(plan.frontEnd.timing.minimumSampleCount == samples)
  }

  @Test func `what decides the bytes is in the configuration`() throws {
    let plain = try PreprocessPlan(options("mel")).configuration
    #expect(try PreprocessPlan(options("mel:bins=40")).configuration == plain)
    for frontEnd in ["mel:bins=41", "mel:dither=1", "mel:cmvn=global", "mfcc", "mel:no-remove-dc"] {
      #expect(try PreprocessPlan(options(frontEnd)).configuration != plain, "\(frontEnd)")
    }
    var other = try options("mel")
    other.jobs = 9
    other.usesRelativePaths = true
    #expect(try PreprocessPlan(other).configuration == plain)
  }

  @Test func `the estimate is near what comes out`() async throws {
    let folder = try TemporaryFolder()
    let plan = try PreprocessPlan(options("mel", out: folder.appending("out").path))
    let estimate = try await plan.estimate()
    #expect(estimate.utterances == 20 && estimate.shards == 1 && estimate.sampledUtterances > 0)
    #expect(!FileManager.default.fileExists(atPath: folder.appending("out").path))
    let report = try await plan.run()
    #expect(abs(estimate.audioSeconds - report.audioSeconds) < 0.1 * report.audioSeconds)
    #expect(abs(Double(estimate.outputBytes) - Double(report.bytes)) < 0.15 * Double(report.bytes))
  }

  @Test(arguments: ["utterance", "speaker", "global"])
  func `normalized rows have mean zero and variance one over their scope`(scope: String) async throws {
    let folder = try TemporaryFolder()
    var options = try options("mel:cmvn=\(scope),cmvn-norm-vars", out: folder.appending("out").path)
    options.shardUtterances = 7
    _ = try await PreprocessPlan(options).run()
    let directory = try OutputDirectory.open(at: options.outputDirectory, forWriting: false)
    var sums: [String: CMVNStatistics] = [:]
    for shard in 0..<directory.shardCount {
      let record = try #require(try directory.record(ofShard: shard, set: .normalized))
      let reader = ShardReader(directory: directory, record: record)
      for utterance in record.utterances {
        let frames = utterance.description.frameCount
        var rows = [Float](repeating: 0, count: frames * 40)
        try rows.withUnsafeMutableBufferPointer {
          try reader.readFeatures(of: utterance, from: 0, count: frames, into: $0)
        }
        let key =
          scope == "utterance"
          ? utterance.description.key : scope == "speaker" ? utterance.description.speaker : "all"
        rows.withUnsafeBufferPointer { sums[key, default: CMVNStatistics(channels: 40)].accumulate($0) }
      }
    }
    #expect(sums.count == ["utterance": 20, "speaker": 4, "global": 1][scope])
    for (key, statistics) in sums {
      for channel in 0..<40 {
        #expect(abs(statistics.mean(ofChannel: channel)) < 1e-4, "\(key) \(channel)")
        #expect(abs(statistics.variance(ofChannel: channel) - 1) < 1e-3, "\(key) \(channel)")
      }
    }
  }

  @Test func `meters count what went through`() async throws {
    let folder = try TemporaryFolder()
    let report = try await PreprocessPlan(options("mel", out: folder.appending("out").path)).run()
    #expect(
      report.meters.map(\.stage) == ["Corpus", "AudioReader", "FrontEnd", "ArchiveWriter", "ShardCommitter"])
    #expect(report.meters[0].messagesOut == 20)
    #expect(report.meters[4].messagesIn == 1)
    #expect(report.frames == 5348 && report.utterancesStored == 20 && report.isWhole)
  }
}
