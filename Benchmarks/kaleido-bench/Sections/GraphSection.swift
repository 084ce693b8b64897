import ArgumentParser
import Foundation
import StageGraph

/// The overhead of the stage graph over its slowest stage, and the gain by a second worker.
struct GraphCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph", abstract: "Overhead of the graph over its slowest stage; two workers against one.")

  @OptionGroup var options: SharedOptions

  func run() throws {
    try options.report(pinned: false) { try GraphSection(options).measure() }
  }
}

struct GraphSection {
  /// The seconds of audio in one run: one hour, about 100 ms of work.
  private static let seconds = 3600.0
  private let runs: Int
  private let corpus: BenchmarkCorpus
  private let pipeline: GraphPipeline

  init(_ options: SharedOptions) throws {
    runs = max(options.runs, 11)
    corpus = try options.benchmarkCorpus()
    pipeline = try GraphPipeline()
  }

  func measure() throws -> Section {
    let copies = try TemporaryCorpus(copiesOf: corpus, seconds: Self.seconds)
    let files = try BenchmarkCorpus(path: copies.root, name: nil).audioFiles
    let utterances = try files.map { GraphPipeline.Utterance(try corpus.samples(ofFile: $0)) }

    var alone: [Double] = []
    var fromFiles: [Double] = []
    var one: [Double] = []
    var two: [Double] = []
    for round in 0...runs {
      let plain = try pipeline.nanosecondsAlone(utterances, repeats: 1)
      let read = try pipeline.nanosecondsInGraph(.files(files), repeats: 1, workers: 1)
      let single = try pipeline.nanosecondsInGraph(.memory(utterances), repeats: 1, workers: 1)
      let double = try pipeline.nanosecondsInGraph(.memory(utterances), repeats: 1, workers: 2)
      guard [read.frames, single.frames, double.frames].allSatisfy({ $0 == plain.frames }) else {
        throw BenchmarkError.resultsDiffer("frames of the graph and of the front end alone")
      }
      guard round > 0 else { continue }
      let frames = Double(plain.frames)
      alone.append(plain.nanoseconds / frames)
      fromFiles.append(read.nanoseconds / frames)
      one.append(single.nanoseconds / frames)
      two.append(double.nanoseconds / frames)
    }
    var section = section(
      alone: alone, fromFiles: fromFiles, one: one, two: two, files: files.count, copies.audioSeconds)
    section.figures.append(try preprocess(copies))
    return section
  }

  /// The whole workflow with one job and with two.
  private func preprocess(_ copies: TemporaryCorpus) throws -> Figure {
    var speeds: [[Double]] = [[], []]
    for round in 0...5 {
      for jobs in 1...2 {
        let output = copies.root + ".features"
        defer { try? FileManager.default.removeItem(atPath: output) }
        let start = WallClock.now()
        _ = try PreprocessOnce(corpus: copies.root, output: output, jobs: jobs).run()
        if round > 0 { speeds[jobs - 1].append(copies.audioSeconds / (WallClock.now() - start) * 1e9) }
      }
    }
    let (one, two) = (Summary(speeds[0]), Summary(speeds[1]))
    return Figure(
      "`preprocess` to an ark on disk with two jobs", unit: "× real time", ours: two,
      peer: Peer(name: "one job, whose stages already share both processors", summary: one),
      ratio: two.median / one.median, ratioMeaning: "two ÷ one")
  }

  private func section(
    alone: [Double], fromFiles: [Double], one: [Double], two: [Double], files: Int, _ audioSeconds: Double
  ) -> Section {
    let plain = Peer(name: "the front end alone, plain loop", summary: Summary(alone))
    func overhead(_ item: String, _ times: [Double], target: Double?) -> Figure {
      let summary = Summary(times)
      let ratio = summary.median / plain.summary.median
      return Figure(
        item, unit: "ns/frame", ours: summary, peer: plain, ratio: ratio,
        ratioMeaning: "graph ÷ slowest stage",
        target: target.map { Target(.atMost, $0, of: ratio) })
    }
    let gain = Summary(one).median / Summary(two).median
    return Section(
      title: "Stage graph",
      conditions: [
        "corpus: copies of the \(corpus.name), \(files) SPHERE files,"
          + " \(MarkdownReport.number(audioSeconds)) s, page "
          + "cache warm; blocks of \(GraphPipeline.blockSamples) samples, 40 bins, capacities as in"
          + " preprocessing",
        "wall-clock time, not pinned, so both processors must be idle; contenders alternate",
      ],
      figures: [
        overhead(
          "graph from SPHERE files (reader, front end, sink), one worker per stage", fromFiles, target: 1.05),
        overhead("graph with audio in memory (front end, sink), one worker", one, target: 1.05),
        Figure(
          "front end with two workers, audio in memory", unit: "ns/frame", ours: Summary(two),
          peer: Peer(name: "one worker", summary: Summary(one)), ratio: gain, ratioMeaning: "one ÷ two",
          target: Target(.atLeast, 1.9, of: gain)),
      ])
  }
}
