import ArgumentParser
import Foundation

/// Resident memory during the preprocessing of one file of ten hours.
struct MemoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "memory", abstract: "Resident memory over time on a file of 10 hours.")

  @OptionGroup var options: SharedOptions

  @Option(help: "Hours of audio in the file.")
  var hours = 10.0

  func run() throws {
    try options.report(pinned: false) { try MemorySection(options, hours: hours).measure() }
  }
}

struct MemorySection {
  private static let megabyte = 1e6
  private let corpus: BenchmarkCorpus
  private let hours: Double

  init(_ options: SharedOptions, hours: Double) throws {
    corpus = try options.benchmarkCorpus()
    self.hours = hours
  }

  func measure() throws -> Section {
    let folder = NSTemporaryDirectory() + "/kaleido-bench-memory-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let speaker = folder + "/corpus/TRAIN/DR1/FAAA0"
    try FileManager.default.createDirectory(atPath: speaker, withIntermediateDirectories: true)
    try LongSphereFile(corpus: corpus, hours: hours).write(to: speaker + "/SX1.WAV")

    let start = WallClock.now()
    let resident = try watch(corpus: folder + "/corpus", output: folder + "/features")
    let seconds = (WallClock.now() - start) / 1e9
    guard let largest = resident.max(), resident.count >= 8 else {
      throw BenchmarkError.peerFailed(
        peer: "memory", reason: "the child ended before its memory could be read")
    }
    // From the second quarter on everything is allocated, so any growth depends on the length of the file.
    let quarter = resident.count / 4
    let early = Summary(Array(resident[quarter..<2 * quarter])).median
    let late = Summary(Array(resident[(3 * quarter)...])).median
    let course = (0...10).map { MarkdownReport.number(resident[$0 * (resident.count - 1) / 10]) }
    return Section(
      title: "Memory, one SPHERE file of \(MarkdownReport.plain(hours)) hours",
      conditions: [
        "\(corpus.name), looped with seeded noise into one file; `preprocess` to a Kaldi ark with 40 bins,"
          + " one job, in "
          + "a separate process, whose resident set is read every 10 ms, \(resident.count) times in "
          + "\(MarkdownReport.number(seconds)) s (\(MarkdownReport.number(hours * 3600 / seconds)) × real"
          + " time)",
        "resident MB at 0, 10, ... 100 % of the run: \(course.joined(separator: ", "))",
      ],
      figures: [
        Figure(
          "largest resident set", unit: "MB", ours: Summary([largest]),
          target: Target(.atMost, 100, unit: "MB", of: largest)
        ),
        Figure(
          "growth from the second quarter of the run to the last", unit: "MB", ours: Summary([late - early]),
          target: Target(.atMost, 1, unit: "MB", of: late - early)),
      ])
  }

  /// The resident megabytes of a child that preprocesses `corpus`, over time, including its high-water mark.
  private func watch(corpus: String, output: String) throws -> [Double] {
    let child = Process()
    child.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    child.arguments = ["preprocess-once", corpus, output]
    try child.run()
    var resident: [Double] = []
    var highest = 0.0
    while child.isRunning {
      if let status = Self.status(of: child.processIdentifier) {
        resident.append(status.resident)
        highest = max(highest, status.highest)
      }
      usleep(10_000)
    }
    guard child.terminationStatus == 0 else {
      throw BenchmarkError.sectionFailed(name: "preprocess-once", status: child.terminationStatus)
    }
    // Include a peak between two readings.
    if let index = resident.indices.max(by: { resident[$0] < resident[$1] }) {
      resident[index] = max(resident[index], highest)
    }
    return resident
  }

  private static func status(of process: Int32) -> (resident: Double, highest: Double)? {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8) else {
      return nil
    }
    func megabytes(_ key: String) -> Double? {
      guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(key + ":") }) else {
        return nil
      }
      return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) }.map {
        $0 * 1024 / megabyte
      }
    }
    guard let resident = megabytes("VmRSS"), let highest = megabytes("VmHWM") else { return nil }
    return (resident, highest)
  }
}
