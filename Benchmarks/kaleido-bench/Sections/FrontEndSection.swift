import ArgumentParser
import Corpus
import FrontEnds

/// SPHERE files to features for each front end, the learnable ones with their initial parameters.
struct FrontEndCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "front-ends",
    abstract: "SPHERE files to features in memory: learnable front ends against"
      + " mel.")

  @OptionGroup var options: SharedOptions

  @Option(help: "Minutes of audio in the temporary corpus.")
  var minutes = 10.0

  @Option(help: "Front ends to time, separated by commas; all are compared with the first.")
  var frontEnds = "mel,mel-pooled,kaleidoscope-pooled,kaleidoscope,kaleidoscope-time"

  func run() throws {
    try options.report(pinned: true) { try measure() }
  }

  private func measure() throws -> Section {
    let frontEnds = frontEnds.split(separator: ",").map(String.init)
    let corpus = try options.benchmarkCorpus()
    let copies = try TemporaryCorpus(copiesOf: corpus, seconds: minutes * 60)
    let files = try BenchmarkCorpus(path: copies.root, name: nil).audioFiles
    let speeds = try options.rounds.time(frontEnds.map { try contender($0, files) })
      .map { $0.mapped { copies.audioSeconds / $0 * 1e9 } }
    let figures = frontEnds.indices.map { index in
      index == 0
        ? Figure(frontEnds[index], unit: "× real time", ours: speeds[index])
        : Figure(
          frontEnds[index], unit: "× real time", ours: speeds[index],
          peer: Peer(name: frontEnds[0], summary: speeds[0]),
          ratio: speeds[index].median / speeds[0].median, ratioMeaning: "front end ÷ \(frontEnds[0])")
    }
    return Section(
      title: "SPHERE files to features, one thread",
      conditions: [
        "corpus: copies of the \(corpus.name), \(copies.fileCount) files, "
          + "\(MarkdownReport.number(copies.audioSeconds)) s, page cache warm; every file opened, checked,"
          + " read as Int16",
        "thread CPU time; 40 bins, 25 ms frames every 10 ms; learnable ones keep their initial parameters,"
          + " which "
          + "does not change the operations performed",
      ], figures: figures)
  }

  private func contender(_ name: String, _ files: [String]) throws -> Contender {
    let frontEnd: any FrontEnd
    do {
      frontEnd = try FrontEndSpec(parsing: name).makeFrontEnd()
    } catch {
      throw ValidationError(
        "--front-ends: \(name) is not a front end that can be computed from audio: \(error)")
    }
    let stream = frontEnd.makeStream(utterance: "A")
    let blockSamples = GraphPipeline.blockSamples
    var samples = [Int16](repeating: 0, count: blockSamples)
    var rows = [Float](
      repeating: 0, count: frontEnd.maximumFrames(ofBlock: blockSamples) * frontEnd.channels)
    return .here(name) {
      try samples.withUnsafeMutableBufferPointer { samples in
        try rows.withUnsafeMutableBufferPointer { rows in
          for path in files {
            let file = try AudioFile(path: path)
            stream.reset(utterance: "A")
            while file.position < file.info.sampleCount {
              let count = try file.read(into: samples)
              _ = stream.accept(UnsafeBufferPointer(rebasing: samples[..<count]), into: rows)
            }
            _ = stream.finish(into: rows)
          }
        }
      }
    }
  }
}
