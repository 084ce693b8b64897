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

  @Option(help: "Rows to time, separated by commas; all are compared with the first.")
  var rows = "mel,mel-pooled,kaleidoscope-pooled,kaleidoscope,kaleidoscope-time"

  func run() throws {
    try options.report(pinned: true) { try measure() }
  }

  private func measure() throws -> Section {
    let rows = rows.split(separator: ",").map(String.init)
    let corpus = try options.benchmarkCorpus()
    let copies = try TemporaryCorpus(copiesOf: corpus, seconds: minutes * 60)
    let files = try BenchmarkCorpus(path: copies.root, name: nil).audioFiles
    let speeds = try options.rounds.time(rows.map { try contender($0, files) })
      .map { $0.mapped { copies.audioSeconds / $0 * 1e9 } }
    let figures = rows.indices.map { index in
      index == 0
        ? Figure(rows[index], unit: "× real time", ours: speeds[index])
        : Figure(
          rows[index], unit: "× real time", ours: speeds[index],
          peer: Peer(name: rows[0], summary: speeds[0]),
          ratio: speeds[index].median / speeds[0].median, ratioMeaning: "row ÷ \(rows[0])")
    }
    return Section(
      title: "SPHERE files to features, one thread",
      conditions: [
        "corpus: copies of the \(corpus.name), \(copies.fileCount) files, "
          + "\(MarkdownReport.number(copies.audioSeconds)) s, page cache warm; every file opened, checked,"
          + " read as Int16",
        "thread CPU time; 40 bins, 25 ms frames every 10 ms; learnable rows keep their initial parameters,"
          + " which "
          + "does not change the operations performed",
      ], figures: figures)
  }

  private func contender(_ row: String, _ files: [String]) throws -> Contender {
    let frontEnd: any FrontEnd
    do {
      frontEnd = try FrontEndSpec(parsing: row).makeFrontEnd()
    } catch {
      throw ValidationError("--rows: \(row) is not a row that can be computed from audio: \(error)")
    }
    let stream = frontEnd.makeStream(utterance: "A")
    let blockSamples = GraphPipeline.blockSamples
    var samples = [Int16](repeating: 0, count: blockSamples)
    var rows = [Float](
      repeating: 0, count: frontEnd.maximumFrames(ofBlock: blockSamples) * frontEnd.channels)
    return .here(row) {
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
