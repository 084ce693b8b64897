import Foundations
import Signal
import TestSupport
import Testing

@testable import FrontEnds

@Suite("Front ends without parameters")
struct PlanFrontEndTests {
  private func makeFrontEnd(_ request: String) throws -> any FrontEnd {
    try FrontEndSpec(parsing: request).makeFrontEnd()
  }

  @Test("A front end without further steps gives the frames of the signal's own plan, bit by bit")
  func plain() throws {
    let samples = testSamples(count: 16_000)
    #expect(
      try bits(makeFrontEnd("mel").features(of: samples)) == bits(FilterBankPlan().features(of: samples)))
    #expect(try bits(makeFrontEnd("mfcc").features(of: samples)) == bits(MFCCPlan().features(of: samples)))
    let spectrum = try SpectrumPlan(FrameOptions(), usesPower: true, usesLog: true)
    #expect(try bits(makeFrontEnd("fft").features(of: samples)) == bits(spectrum.features(of: samples)))
  }

  @Test(
    "Channels, latency and summary",
    arguments: [
      (
        "mel", 40, 0, 0,
        "mel: log of 40 mel bins from 20 to 8000 Hz, 25 ms povey frames every 10 ms at 16000 Hz; 40 channels"
      ),
      (
        "mfcc:deltas=2,use-energy,dither=0.1", 39, 4, 4,
        "mfcc: 13 cepstra of 40 mel bins from 20 to 8000 Hz, 25 ms povey frames every 10 ms at 16000 Hz, "
          + "energy, dither 0.1, deltas 2; 39 channels"
      ),
      (
        "fft:splice=5:3,subsample=3,use-power=false", 257 * 9, 3, 3,
        "fft: log magnitude spectrum of 512 points, 25 ms povey frames every 10 ms at 16000 Hz, splice 5:3, "
          + "subsample 3; 2313 channels"
      ),
      (
        "mel:bins=23,use-log=false,cmvn=sliding,subsample=2", 23, 0, 198,
        "mel: 23 mel bins from 20 to 8000 Hz, 25 ms povey frames every 10 ms at 16000 Hz, subsample 2, "
          + "sliding normalization; 23 channels"
      ),
      (
        "mel:cmvn=sliding,cmn-center,deltas=1,cmvn-norm-vars", 80, 301, 601,
        "mel: log of 40 mel bins from 20 to 8000 Hz, 25 ms povey frames every 10 ms at 16000 Hz, deltas 1, "
          + "sliding normalization; 80 channels"
      ),
    ])
  func shape(request: String, channels: Int, latency: Int, initialLatency: Int, summary: String) throws {
    let frontEnd = try makeFrontEnd(request)
    #expect(frontEnd.channels == channels)
    #expect(frontEnd.latencyFrames == latency)
    #expect(frontEnd.initialLatencyFrames == initialLatency)
    #expect(frontEnd.summary == summary)
  }

  static let rows = [
    "mel", "mfcc:deltas=2", "fft:splice=2:5", "mel:no-snip-edges,deltas=1,splice=4,subsample=3",
    "mel:dither=1,subsample=-2,cmvn=sliding,cmn-window=30,min-cmn-window=10",
    "mfcc:subsample=50,subsample-offset=7",
    "mel:cmvn=sliding,cmn-center,cmvn-norm-vars,no-snip-edges",
    "mfcc:frame-length=400,frame-shift=3,deltas=2,no-snip-edges",
    "mel:subsample=1000", "mel:frame-shift=30,deltas=1",
  ]

  @Test(
    "Whole, in pieces, live, as Int16 or as floats: the same bits", arguments: rows, 0..<5 as Range<UInt64>)
  func chunking(request: String, seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let count = [0, 1, 79, 80, 399, 400, 560, 16_000, 20_011].randomElement(using: &generator) ?? 0
    let samples = testSamples(count: count, seed: seed)
    let frontEnd = try makeFrontEnd(request)
    let whole = frontEnd.features(of: samples, utterance: "A_1")
    #expect(whole.count == frontEnd.timing.rowCount(samples: count) * frontEnd.channels, "seed \(seed)")
    #expect(
      bits(frontEnd.features(of: samples.map { Float($0) }, utterance: "A_1")) == bits(whole), "seed \(seed)")

    let stream = frontEnd.makeStream(utterance: "B_2")
    _ = run(stream, testSamples(count: 777), parts: [777])
    for largest in [1, 160, 5000] where largest > 1 || count < 1000 {
      stream.reset(utterance: "A_1")
      let parts = randomParts(of: count, upTo: largest, using: &generator)
      let output = run(stream, samples, parts: parts, asFloats: Bool.random(using: &generator))
      #expect(bits(output) == bits(whole), "seed \(seed), \(count) samples, parts up to \(largest)")
    }
  }

  @Test("Further steps are those of the signal's chain over the plain frames")
  func composition() throws {
    let samples = testSamples(count: 16_000)
    let rows = try MFCCPlan().features(of: samples)
    let options = PostprocessingOptions(
      deltas: DeltaOptions(order: 2), splice: SpliceOptions(left: 1, right: 2),
      subsample: SubsampleOptions(factor: 2, offset: 1),
      sliding: SlidingCMVNOptions(window: 20, minimumWindow: 5, normalizesVariance: true))
    var chain = try PostprocessingStream(options: options, channels: 13)
    var expected: [Float] = []
    func gather(_ frames: Int, _ body: (UnsafeMutableBufferPointer<Float>) -> Int) {
      var buffer = [Float](repeating: .nan, count: frames * 156)
      let written = buffer.withUnsafeMutableBufferPointer { body($0) }
      expected += buffer.prefix(written * 156)
    }
    let count = rows.count / 13
    rows.withUnsafeBufferPointer { rows in
      gather(chain.maximumFrames(accepting: count)) { chain.accept(rows, into: $0) }
    }
    gather(chain.maximumFinishFrames) { chain.finish(into: $0) }

    let frontEnd =
      "mfcc:deltas=2,splice=1:2,subsample=2,subsample-offset=1,"
      + "cmvn=sliding,cmn-window=20,min-cmn-window=5,cmvn-norm-vars"
    #expect(try bits(makeFrontEnd(frontEnd).features(of: samples)) == bits(expected))
  }

  @Test(
    "Frames come as soon as the latency allows",
    arguments: ["mel", "mel:deltas=2", "mel:splice=3:5", "mel:cmvn=sliding"])
  func latency(request: String) throws {
    let frontEnd = try makeFrontEnd(request)
    let stream = frontEnd.makeStream(utterance: "")
    let samples = testSamples(count: 400 + 160 * 130)
    let rows = UnsafeMutableBufferPointer<Float>.allocate(capacity: 200 * frontEnd.channels)
    defer { rows.deallocate() }
    var given = samples[..<400].withContiguousStorageIfAvailable { stream.accept($0, into: rows) } ?? 0
    for frame in 0..<130 {
      let waiting = frame + 1 - given
      let latency = given == 0 ? frontEnd.initialLatencyFrames : frontEnd.latencyFrames
      #expect(waiting <= latency)
      given +=
        samples[(400 + frame * 160)..<(560 + frame * 160)].withContiguousStorageIfAvailable {
          stream.accept($0, into: rows)
        } ?? 0
    }
    #expect(131 - given == frontEnd.latencyFrames)
  }

  @Test("Dither depends on seed and utterance, and on nothing else")
  func dither() throws {
    let samples = testSamples(count: 4000)
    let frontEnd = try makeFrontEnd("mel:dither=1")
    let first = frontEnd.features(of: samples, utterance: "FVNV0_SX1")
    #expect(bits(frontEnd.features(of: samples, utterance: "FVNV0_SX1")) == bits(first))
    #expect(frontEnd.features(of: samples, utterance: "FVNV0_SX2") != first)
    #expect(try makeFrontEnd("mel:dither=1,seed=2").features(of: samples, utterance: "FVNV0_SX1") != first)
    #expect(
      try makeFrontEnd("mel").features(of: samples, utterance: "A")
        == makeFrontEnd("mel").features(of: samples))
  }

  @Test("Normalization that needs a first pass is not done in it")
  func firstPass() throws {
    let samples = testSamples(count: 4000)
    let plain = try makeFrontEnd("mel").features(of: samples)
    for scope in ["utterance", "speaker", "global"] {
      #expect(try makeFrontEnd("mel:cmvn=\(scope)").features(of: samples) == plain)
    }
    let sliding = try FrontEndSpec(parsing: "mel:cmvn=sliding")
    #expect(try sliding.makeFrontEnd().features(of: samples) != plain)
    #expect(try sliding.withoutNormalization.makeFrontEnd().features(of: samples) == plain)
  }

  // MARK: Every option reaches the plan

  /// For each option a value that shows, and what must be set beside it for that.
  static let showing: [(option: String, frontEnd: String, beside: String)] = [
    ("sample-rate=8000", "mel", ""), ("frame-length=20", "mel", ""), ("frame-shift=5", "fft", ""),
    ("window=hamming", "fft", ""), ("blackman-coeff=0.3", "mel", "window=blackman"),
    ("preemphasis=0", "mfcc", ""),
    ("dither=1", "mel", ""), ("seed=2", "mel", "dither=1"), ("no-snip-edges", "mel", ""),
    ("no-remove-dc", "mel", ""), ("no-round-to-power-of-two", "fft", ""), ("mel-bins=23", "mfcc", ""),
    ("low-frequency=0", "mel", ""), ("high-frequency=-400", "mfcc", ""), ("mel-scale=slaney", "mel", ""),
    ("mel-norm=area", "mfcc", ""), ("htk-mode", "mel", ""), ("vtln-warp=1.1", "mfcc", ""),
    ("vtln-low=200", "mel", "vtln-warp=1.1"), ("vtln-high=-700", "mel", "vtln-warp=1.1"),
    ("no-use-log", "mel", ""), ("no-use-power", "fft", ""), ("use-energy", "mfcc", ""),
    ("no-raw-energy", "mel", "use-energy"), ("energy-floor=1e20", "mfcc", "use-energy"),
    ("htk-compat", "mel", "use-energy"),
    ("gain=utterance", "mel", ""), ("gain-level=10", "mfcc", "gain=running"), ("mean=running", "fft", ""),
    ("running-window=0.5", "mel", "gain=running"),
    ("deltas=1", "mel", ""), ("delta-window=3", "mfcc", "deltas=1"), ("splice=0:1", "fft", ""),
    ("subsample=2", "mel", ""), ("subsample-offset=1", "mfcc", "subsample=2"), ("cmvn=sliding", "mel", ""),
    ("cmvn-norm-vars", "mel", "cmvn=sliding"), ("cmn-window=20", "mfcc", "cmvn=sliding"),
    ("min-cmn-window=10", "mel", "cmvn=sliding"), ("cmn-center", "fft", "cmvn=sliding"),
  ]

  @Test("The shared options that are shown to matter are all shared options")
  func allShown() throws {
    let shown = try Self.showing.flatMap {
      try FrontEndRequest(parsing: "\($0.frontEnd):\($0.option)").settings.keys
    }
    #expect(shown.sorted() == FeatureOption.all.filter { $0.group != nil }.map(\.name).sorted())
  }

  @Test("Every shared option changes the features", arguments: showing.indices)
  func reachesPlan(index: Int) throws {
    let (option, frontEnd, beside) = Self.showing[index]
    let samples = testSamples(count: 24_000)
    let without = try makeFrontEnd(beside.isEmpty ? frontEnd : "\(frontEnd):\(beside)").features(of: samples)
    let with = try makeFrontEnd("\(frontEnd):\(option)\(beside.isEmpty ? "" : ",")\(beside)").features(
      of: samples)
    #expect(with != without)
    #expect(with.allSatisfy { $0.isFinite })
  }

  // MARK: Refusals

  @Test("Options that the signal modules refuse are refused with their reasons")
  func refused() {
    func error(_ frontEnd: String) -> FrontEndError? {
      do {
        _ = try makeFrontEnd(frontEnd)
        return nil
      } catch {
        return error as? FrontEndError
      }
    }
    #expect(error("mel:bins=128") == .signal(.emptyMelBin(bin: 3, bins: 128, transformSize: 512)))
    #expect(
      error("mel:low-frequency=4000,high-frequency=3000")
        == .signal(.frequencyRange(lowHertz: 4000, highHertz: 3000, nyquistHertz: 8000)))
    #expect(error("mfcc:cepstra=41") == .signal(.tooManyCepstra(cepstra: 41, bins: 40)))
    #expect(
      error("mel:subsample=0")
        == .postprocessing(.optionOutOfRange(option: .subsampleFactor, found: 0, allowed: 1...100_000)))
    #expect(
      error("mel:subsample=-2,subsample-offset=1")
        == .postprocessing(.offsetWithRepetition(factor: -2, offset: 1)))
    #expect(error("mel:frame-length=0") != nil)
    #expect(error("mel:frame-shift=0") != nil)
  }

  @Test(
    "Options that would take all memory are refused before any is taken",
    arguments: [
      "fft:frame-length=4000,frame-shift=0.0626,no-snip-edges", "mel:splice=10000",
      "mel:deltas=20,splice=9000",
      "mel:cmvn=sliding,cmn-window=1000000,deltas=20", "fft:subsample=-10000,cmvn=sliding,deltas=20",
      "fft:splice=0:2000,deltas=1",
    ])
  func tooLarge(request: String) throws {
    do {
      _ = try makeFrontEnd(request)
      Issue.record("\(request) was taken")
    } catch let error as FrontEndError {
      switch error {
      case .tooLarge, .postprocessing(.tooLarge): break
      default: Issue.record("\(request): \(error)")
      }
    }
  }
}
