import ArgumentParser
import Foundation
import Signal
import TestSupport

/// The errors of our log mel energies and the peer's against a float64 reference.
struct AccuracyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "accuracy", abstract: "Errors against a float64 reference, and those of kaldi-native-fbank.")

  @OptionGroup var options: SharedOptions

  func run() throws {
    try options.report(pinned: false) { try AccuracySection(options).measure() }
  }
}

struct AccuracySection {
  /// The number of files for the slow reference in double precision.
  private static let doubleFiles = 20
  private let corpus: BenchmarkCorpus
  private let native: KaldiNativeFbank
  private let reference: PythonPeer

  init(_ options: SharedOptions) throws {
    corpus = try options.benchmarkCorpus()
    native = try KaldiNativeFbank(peers: options.peers)
    reference = try PythonPeer(.reference, peers: options.peers, scripts: options.scripts)
  }

  /// Absolute errors over a corpus.
  private struct Errors {
    var ours: [Double] = []
    var peers: [Double] = []
    /// The largest difference from the peer in cells within 40 dB of the frame maximum.
    var largestNearPeak = 0.0
    /// The largest error of our double precision path.
    var largestOfDouble = 0.0
  }

  func measure() throws -> Section {
    var figures: [Figure] = []
    for bins in [40, 80] {
      var errors = Errors()
      let ours = try LogMel(bins: bins)
      for (index, path) in corpus.audioFiles.enumerated() {
        try add(path, with: ours, checksDouble: index < Self.doubleFiles, to: &errors)
      }
      figures += figuresFor(&errors, bins: bins)
    }
    return Section(
      title: "Accuracy of log mel energies",
      conditions: [
        "corpus: \(corpus.name), \(corpus.audioFiles.count) whole files, dither 0",
        "absolute error of the natural logarithm in every cell against a float64 reference "
          + "(NumPy \(reference.version)); peer: \(KaldiNativeFbank.name) (\(native.buildDescription))",
      ],
      figures: figures)
  }

  private func add(_ path: String, with ours: LogMel, checksDouble: Bool, to errors: inout Errors) throws {
    let samples = try corpus.samples(ofFile: path)
    let file = try SampleFile(samples)
    let bins = ours.bins
    let exact = try reference.features(ofFile: file.path, bins: bins, scratch: file.path + ".f64")
    try? FileManager.default.removeItem(atPath: file.path + ".f64")
    ours.reserve(samples: samples.count)
    ours.compute(samples)
    var peers = [Float](repeating: 0, count: ours.rows.count)
    let frames = try native.compute(samples.map(Float.init), bins: bins, into: &peers).frames
    guard exact.count == ours.rows.count, frames * bins == exact.count else {
      throw BenchmarkError.resultsDiffer("frame counts of \(path)")
    }
    if checksDouble {
      let rows = try ReferenceFeatures.filterBank(ours.plan.options, samples: samples.map(Double.init))
      for (own, reference) in zip(rows.joined(), exact) {
        errors.largestOfDouble = max(errors.largestOfDouble, abs(own - reference))
      }
    }
    // 40 dB in natural logarithms of power.
    let range = 4 * log(10.0)
    for frame in 0..<frames {
      let cells = frame * bins..<(frame + 1) * bins
      let maximum = exact[cells].max() ?? 0
      for cell in cells {
        errors.ours.append(abs(Double(ours.rows[cell]) - exact[cell]))
        errors.peers.append(abs(Double(peers[cell]) - exact[cell]))
        if exact[cell] >= maximum - range {
          errors.largestNearPeak = max(errors.largestNearPeak, Double(abs(ours.rows[cell] - peers[cell])))
        }
      }
    }
  }

  private func figuresFor(_ errors: inout Errors, bins: Int) -> [Figure] {
    errors.ours.sort()
    errors.peers.sort()
    var figures = [("99th percentile", 0.99, 1.25), ("99.9th percentile", 0.999, 1.25), ("largest", 1, 10)]
      .map {
        name, fraction, bound in
        let ours = Summary([percentile(fraction, ofSorted: errors.ours)])
        let peer = Summary([percentile(fraction, ofSorted: errors.peers)])
        let ratio = ours.median / peer.median
        return Figure(
          "\(bins) bins, \(name)", unit: "log", ours: ours,
          peer: Peer(name: KaldiNativeFbank.name, summary: peer),
          ratio: ratio, ratioMeaning: "ours ÷ peer", target: Target(.atMost, bound, of: ratio))
      }
    figures.append(
      Figure(
        "\(bins) bins, largest difference from the peer within 40 dB of the frame maximum", unit: "log",
        ours: Summary([errors.largestNearPeak]),
        target: Target(.atMost, bins <= 40 ? 1e-4 : 3e-4, of: errors.largestNearPeak)))
    figures.append(
      Figure(
        "\(bins) bins, largest error of our double precision path, first \(Self.doubleFiles) files",
        unit: "log",
        ours: Summary([errors.largestOfDouble]), target: Target(.atMost, 1e-9, of: errors.largestOfDouble)))
    return figures
  }
}
