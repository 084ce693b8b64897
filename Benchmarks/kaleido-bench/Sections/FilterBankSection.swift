import ArgumentParser
import Foundation
import Signal

/// Log mel filter banks of audio in memory, compared with all peers and bare FFTW.
struct FilterBankCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fbank",
    abstract: "Log mel filter banks of audio in memory: 3.5, 30 and 600 s, 40 and 80 bins.")

  @OptionGroup var options: SharedOptions

  @Option(help: "Seconds of audio.")
  var seconds: [Double] = [3.5, 30, 600]

  @Option(help: "Mel bins.")
  var bins: [Int] = [40, 80]

  func run() throws {
    try options.report(pinned: true) {
      try FilterBankSection(options, lengths: seconds, bins: bins).measure()
    }
  }
}

struct FilterBankSection {
  private let options: SharedOptions
  private let lengths: [Double]
  private let bins: [Int]
  private let corpus: BenchmarkCorpus
  private let native: KaldiNativeFbank
  private let pythonPeers: [PythonPeer]
  private let realToComplex: BareFFTW
  private let complex: BareFFTW

  init(_ options: SharedOptions, lengths: [Double], bins: [Int]) throws {
    self.options = options
    self.lengths = lengths
    self.bins = bins
    corpus = try options.benchmarkCorpus()
    native = try KaldiNativeFbank(peers: options.peers)
    let kinds: [PythonPeer.Kind] = [.kaldiNativeFbank, .librosa, .torchaudio, .pythonSpeechFeatures]
    pythonPeers = try kinds.map { try PythonPeer($0, peers: options.peers, scripts: options.scripts) }
    realToComplex = try BareFFTW(.realToComplex512)
    complex = try BareFFTW(.complex256)
  }

  func measure() throws -> Section {
    var figures: [Figure] = []
    for seconds in lengths {
      let samples = try corpus.speech(seconds: seconds)
      let file = try SampleFile(samples)
      for peer in pythonPeers { try peer.load(name: "speech", path: file.path) }
      for bins in bins { figures += try measure(samples, seconds: seconds, bins: bins) }
    }
    let fingerprint = try LogMel(bins: 40).plan.fingerprint
    return Section(
      title: "Log mel filter bank, audio in memory, one thread",
      conditions: [
        "audio: \(corpus.name), looped with seeded noise of ±2",
        "thread CPU time per frame (25 ms every 10 ms, povey, pre-emphasis 0.97); contenders alternate,"
          + " each turn "
          + "begins with an uncounted run; plans, windows and mel tables are made in advance on all sides;"
          + " ours from "
          + "Int16, the peers from float",
        "ours: kernels \(fingerprint.kernels), FFTW plan from \(fingerprint.planProvenance.rawValue)",
        "kaldi-native-fbank C++, in this process: \(native.buildDescription)",
        "bare FFTW: \(FFTWWisdom.version), the fastest of ten plans (MEASURE and PATIENT, like our shipped"
          + " plan), "
          + "out of place, one block in cache: only one transform per frame",
      ] + pythonPeers.map { "\($0.name), in a separate process that times itself: \($0.note)" },
      figures: figures)
  }

  private func measure(_ samples: [Int16], seconds: Double, bins: Int) throws -> [Figure] {
    let ours = try LogMel(bins: bins)
    let frames = ours.frameCount(samples: samples.count)
    ours.reserve(samples: samples.count)
    let floats = samples.map(Float.init)
    var peerRows = [Float](repeating: 0, count: frames * bins)

    var contenders = [
      Contender.here("ours") { ours.compute(samples) },
      Contender(KaldiNativeFbank.name) { repeats in
        var total = 0.0
        for _ in 0..<repeats { total += try native.compute(floats, bins: bins, into: &peerRows).nanoseconds }
        return total / Double(repeats)
      },
      Contender.here("bare FFTW r2c 512") { realToComplex.execute(count: frames) },
      Contender.here("bare FFTW c2c 256") { complex.execute(count: frames) },
    ]
    let firstPython = contenders.count
    contenders += pythonPeers.map { peer in
      Contender(peer.name) { try peer.time(name: "speech", bins: bins, repeats: $0).nanoseconds }
    }
    let summaries = try options.rounds.time(contenders).map { $0.mapped { $0 / Double(frames) } }
    try checkAgreement(ours.rows, peerRows)

    let item = "\(MarkdownReport.plain(seconds)) s, \(bins) bins"
    let isHeadline = seconds == 600 && bins == 40
    func peer(_ index: Int, isFastest: Bool = false) -> Peer {
      Peer(
        name: contenders[index].name + (isFastest ? " (fastest Python peer)" : ""), summary: summaries[index])
    }
    func againstBare(_ index: Int, target: Double?) -> Figure {
      let ratio = summaries[0].median / summaries[index].median
      return Figure(
        item, unit: "ns/frame", ours: summaries[0], peer: peer(index), ratio: ratio,
        ratioMeaning: "ours ÷ bare",
        target: target.map { Target(.atMost, $0, of: ratio) })
    }
    var figures = [
      Figure.faster(
        item, unit: "ns/frame", ours: summaries[0], peer: peer(1), target: isHeadline ? 25 : nil,
        note: isHeadline
          ? "the stretch goal is 30 times the C++ library and 48 times the Python package" : nil),
      againstBare(2, target: bins == 40 ? 1.15 : nil), againstBare(3, target: nil),
    ]
    let fastest = (firstPython..<contenders.count).min { summaries[$0].median < summaries[$1].median }
    for index in firstPython..<contenders.count {
      let isPackage = pythonPeers[index - firstPython].kind == .kaldiNativeFbank
      figures.append(
        .faster(
          item, unit: "ns/frame", ours: summaries[0], peer: peer(index, isFastest: index == fastest),
          target: isHeadline && isPackage ? 40 : index == fastest ? 9 : nil))
    }
    return figures
  }

  /// Checks that both sides have done the same work; the accuracy section has finer gates.
  private func checkAgreement(_ ours: [Float], _ peers: [Float]) throws {
    guard ours.count == peers.count else {
      throw BenchmarkError.resultsDiffer("\(ours.count) values, \(KaldiNativeFbank.name) \(peers.count)")
    }
    let largest = zip(ours, peers).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
    guard largest < 0.05 else {
      throw BenchmarkError.resultsDiffer(
        "log mel energies differ from \(KaldiNativeFbank.name) by \(largest)")
    }
  }
}
