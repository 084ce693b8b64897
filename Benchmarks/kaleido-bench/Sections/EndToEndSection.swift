import ArgumentParser
import Corpus
import Foundation

/// SPHERE files to log mel energies.
struct EndToEndCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "files", abstract: "SPHERE files to log mel energies in memory, and to an ark on disk.")

  @OptionGroup var options: SharedOptions

  @Option(help: "Hours of audio in the temporary corpus.")
  var hours = 1.0

  func run() throws {
    try options.report(pinned: true) { try EndToEndSection(options, hours: hours).measure() }
  }
}

struct EndToEndSection {
  private static let bins = 40
  private let options: SharedOptions
  private let hours: Double
  private let corpus: BenchmarkCorpus
  private let native: KaldiNativeFbank

  init(_ options: SharedOptions, hours: Double) throws {
    self.options = options
    self.hours = hours
    corpus = try options.benchmarkCorpus()
    native = try KaldiNativeFbank(peers: options.peers)
  }

  func measure() throws -> Section {
    let copies = try TemporaryCorpus(copiesOf: corpus, seconds: hours * 3600)
    let files = try BenchmarkCorpus(path: copies.root, name: nil).audioFiles
    // A sixth of the files suffices for the peer, which takes twenty times as long.
    let someFiles = Array(files.prefix(max(1, files.count / 6)))
    let someSeconds = try someFiles.reduce(0) { $0 + Double(try AudioFile(path: $1).info.durationSeconds) }
    let times = try options.rounds.time([
      try ours(files), Contender.here("reading alone") { try read(files) }, try peer(someFiles),
    ])
    let seconds = [copies.audioSeconds, copies.audioSeconds, someSeconds]
    let speeds = zip(times, seconds).map { time, seconds in time.mapped { seconds / $0 * 1e9 } }
    let unit = "× real time"
    let figures =
      [
        Figure(
          "SPHERE files to log mel energies in memory", unit: unit, ours: speeds[0],
          peer: Peer(name: "a sixth of the files, read by us, \(KaldiNativeFbank.name)", summary: speeds[2]),
          ratio: speeds[0].median / speeds[2].median, ratioMeaning: "ours ÷ peer",
          target: Target(.atLeast, 20_000, unit: unit, of: speeds[0].median)),
        Figure("opening, checking and reading SPHERE files only", unit: unit, ours: speeds[1]),
      ] + (try preprocess(copies))
    return Section(
      title: "SPHERE files to log mel energies, one thread",
      conditions: [
        "corpus: copies of the \(corpus.name), \(copies.fileCount) files, "
          + "\(MarkdownReport.number(copies.audioSeconds)) s, page cache warm; \(Self.bins) bins",
        "thread CPU time, system calls included; every file is opened, its header checked, and read as Int16",
        "to an ark on disk: `preprocess`, one job, all threads on one processor, including catalog, labels"
          + " of three "
          + "phone sets, CMVN statistics, checksums, fsync and indexes; wall-clock time, and CPU time of"
          + " all threads",
      ],
      figures: figures)
  }

  private func ours(_ files: [String]) throws -> Contender {
    let logMel = try LogMel(bins: Self.bins)
    let blocks = FileBlocks()
    // A block may complete a frame begun in the one before.
    logMel.reserve(samples: FileBlocks.capacity + 1_000)
    return .here("ours") {
      for path in files {
        logMel.begin()
        try blocks.forEach(ofFile: path) { logMel.accept($0) }
      }
    }
  }

  /// The whole workflow, to a new folder each time.
  private func preprocess(_ copies: TemporaryCorpus) throws -> [Figure] {
    var wall: [Double] = []
    var processor: [Double] = []
    for round in 0...options.runs {
      let output = copies.root + ".features"
      defer { try? FileManager.default.removeItem(atPath: output) }
      let (wallStart, processorStart) = (WallClock.now(), ProcessClock.now())
      _ = try PreprocessOnce(corpus: copies.root, output: output).run()
      guard round > 0 else { continue }
      wall.append(copies.audioSeconds / (WallClock.now() - wallStart) * 1e9)
      processor.append(copies.audioSeconds / (ProcessClock.now() - processorStart) * 1e9)
    }
    return [("CPU time", processor), ("wall-clock time", wall)].map { clock, speeds in
      let speed = Summary(speeds)
      return Figure(
        "SPHERE files to an ark on disk, \(clock)", unit: "× real time", ours: speed,
        target: Target(.atLeast, 15_000, unit: "× real time", of: speed.median))
    }
  }

  private func read(_ files: [String]) throws {
    let blocks = FileBlocks()
    for path in files { try blocks.forEach(ofFile: path) { _ in } }
  }

  private func peer(_ files: [String]) throws -> Contender {
    var rows = [Float](repeating: 0, count: 6_000 * Self.bins)
    return .here(KaldiNativeFbank.name) { [native] in
      for path in files {
        let file = try AudioFile(path: path)
        var samples = [Float](repeating: 0, count: file.info.sampleCount)
        _ = try samples.withUnsafeMutableBufferPointer { try file.read(into: $0) }
        _ = try native.compute(samples, bins: Self.bins, into: &rows)
      }
    }
  }
}

/// A reader of files block by block into one buffer.
private final class FileBlocks {
  static let capacity = GraphPipeline.blockSamples
  private var buffer = [Int16](repeating: 0, count: capacity)

  func forEach(ofFile path: String, _ body: (UnsafeBufferPointer<Int16>) -> Void) throws {
    let file = try AudioFile(path: path)
    try buffer.withUnsafeMutableBufferPointer { buffer in
      while file.position < file.info.sampleCount {
        let count = try file.read(into: buffer)
        body(UnsafeBufferPointer(rebasing: buffer[..<count]))
      }
    }
  }
}
