import Foundation
import Foundations
import FrontEnds
import Learning
import TestSupport
import Testing

private func makeFrontEnd(_ text: String) throws -> any FrontEnd {
  try FrontEndSpec(parsing: text).makeFrontEnd()
}

@Suite("Gain and mean of utterances")
struct LevelNormalizationTests {
  /// Noise whose level rises and falls, quiet and loud by a factor of 50.
  private func noise(_ count: Int = 24_000, factor: Double = 1) -> [Float] {
    var generator = SplitMix64(seed: 5)
    return (0..<count).map { index in
      let level = 2000 * exp(2 * sin(Double(index) / 3000))
      return Float(factor * level * Double.random(in: -1...1, using: &generator))
    }
  }

  /// Mel energies `[frames][bins]` in double precision.
  private func energies(_ samples: [Float], options: String = "") throws -> [[Double]] {
    let rows = try makeFrontEnd("mel:no-use-log\(options)").features(of: samples)
    return stride(from: 0, to: rows.count, by: 40).map { rows[$0..<($0 + 40)].map { Double($0) } }
  }

  private func level(_ energies: [Double]) -> Double {
    energies.reduce(0) { $0 + log(1 + $1) } / Double(energies.count)
  }

  private func expect(_ found: [Float], _ expected: [[Double]], tolerance: Double = 1e-4) {
    #expect(found.count == expected.joined().count)
    for (a, b) in zip(found, expected.joined()) { #expect(abs(Double(a) - b) <= tolerance * max(b, 1e-3)) }
  }

  @Test("gain=utterance multiplies energies so that the mean level is the one asked for")
  func utteranceGain() throws {
    let samples = noise()
    let energies = try energies(samples)
    let mean = energies.reduce(0) { $0 + level($1) } / Double(energies.count)
    for (option, wanted) in [("", 15.6), (",gain-level=12.5", 12.5)] {
      let found = try makeFrontEnd("mel:no-use-log,gain=utterance\(option)").features(of: samples)
      expect(found, energies.map { $0.map { $0 * exp(wanted - mean) } })
    }
  }

  @Test(
    "gain=running takes the frames of the window up to the frame, and counts those missing as at the level")
  func runningGain() throws {
    let samples = noise()
    let energies = try energies(samples)
    let levels = energies.map(level)
    for (option, window, least) in [("", 300, 100), (",running-window=0.4", 40, 40)] {
      let frontEnd = try makeFrontEnd("mel:no-use-log,gain=running\(option)")
      #expect(frontEnd.measuring.isEmpty && frontEnd.initialLatencyFrames == 0)
      let expected = energies.indices.map { frame in
        let held = levels[max(0, frame - window + 1)...frame]
        let missing = max(0, least - held.count)
        let mean = (held.reduce(0, +) + 15.6 * Double(missing)) / Double(held.count + missing)
        return energies[frame].map { $0 * exp(15.6 - mean) }
      }
      expect(frontEnd.features(of: samples), expected)
    }
  }

  @Test(
    "With gain=utterance features hardly depend on the level of the audio, of every kind",
    arguments: FrontEndKind.all.map(\.name))
  func invariance(kind: String) throws {
    // Logarithms of 1 + E, and leaf's, see where speech begins; this noise is far above it.
    let frontEnd = try makeFrontEnd("\(kind):gain=utterance")
    let (loud, quiet) = (frontEnd.features(of: noise()), frontEnd.features(of: noise(factor: 0.125)))
    let plain = try makeFrontEnd("\(kind):gain=none")
    let (plainLoud, plainQuiet) = (plain.features(of: noise()), plain.features(of: noise(factor: 0.125)))
    func distance(_ a: [Float], _ b: [Float]) -> Float {
      let squares = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      return (squares / a.reduce(0) { $0 + $1 * $1 }).squareRoot()
    }
    #expect(distance(loud, quiet) < 2e-3)
    // Where a mean is subtracted as well, little of the level is left in any case.
    #expect(distance(plainLoud, plainQuiet) > 10 * distance(loud, quiet))
  }

  @Test(
    "mean=utterance subtracts each channel's mean, of frames that have their gain",
    arguments: ["mel", "mel-pooled:fixed,compression=root", "kaleidoscope:gain=utterance"])
  func utteranceMean(request: String) throws {
    let (samples, separator) = (noise(), request.contains(":") ? "," : ":")
    let plain = try makeFrontEnd(request).features(of: samples)
    let frontEnd = try makeFrontEnd("\(request)\(separator)mean=utterance")
    let found = frontEnd.features(of: samples)
    let width = frontEnd.channels
    let frames = plain.count / width
    for channel in stride(from: 0, to: width, by: 7) {
      let values = (0..<frames).map { Double(plain[$0 * width + channel]) }
      let mean = values.reduce(0, +) / Double(frames)
      for (frame, value) in values.enumerated() {
        #expect(abs(Double(found[frame * width + channel]) - (value - mean)) < 1e-4)
      }
    }
  }

  @Test("A mean is subtracted before a transform over time, which sees no difference but a constant")
  func meanBeforeTime() throws {
    let samples = noise()
    for kind in ["mel:time=dct", "kaleidoscope-time:fixed"] {
      let plain = try makeFrontEnd(kind).features(of: samples)
      let centered = try makeFrontEnd("\(kind),mean=utterance").features(of: samples)
      let frames = plain.count / 440
      // The first output is the window's mean, and 3 to 10 those of a constant under a Hamming window too.
      for channel in [0, 39, 80] {
        let change = (0..<frames).map { plain[$0 * 440 + channel] - centered[$0 * 440 + channel] }
        #expect((change.max() ?? 0) - (change.min() ?? 0) < 1e-3)
        #expect(abs(change[0]) > 0.1)
      }
    }
  }

  @Test("mean=running is that of a sliding window, whose first frame waits for a second")
  func runningMean() throws {
    let samples = noise()
    let running = try makeFrontEnd("mel:mean=running,running-window=1.5")
    #expect(running.initialLatencyFrames == 99 && running.latencyFrames == 0)
    let sliding = try makeFrontEnd("mel:cmvn=sliding,cmn-window=150,min-cmn-window=100")
    #expect(bits(running.features(of: samples)) == bits(sliding.features(of: samples)))
  }

  @Test("A mean is refused after parts that learn, and a gain is not")
  func whileLearning() throws {
    func trainable(_ request: String) throws -> TrainableFrontEnd {
      var declaration = ModelDeclaration(seed: 1)
      return try FrontEndSpec(parsing: request).makeTrainable(declaration: &declaration)
    }
    for kind in ["kaleidoscope-time", "mel-pooled", "sincnet", "kaleidoscope-time:learn=compression+time"] {
      let separator = kind.contains(":") ? "," : ":"
      let name = String(kind.prefix { $0 != ":" })
      #expect(throws: FrontEndError.notWhileLearning(option: "mean", kind: name)) {
        try trainable("\(kind)\(separator)mean=utterance")
      }
      #expect(try trainable("\(kind)\(separator)fixed,mean=utterance").layer == nil)
      #expect(try trainable("\(kind)\(separator)gain=utterance").source.measuring.count == 1)
    }
  }

  @Test("Options that measure whole utterances are named, of kaleidoscope-patch by default")
  func wholeUtterances() throws {
    for (request, options) in [
      ("mel", []), ("mel:gain=utterance", ["gain"]), ("kaleidoscope-time:fixed,mean=utterance", ["mean"]),
      ("kaleidoscope-patch", ["gain", "mean"]), ("kaleidoscope-patch:gain=running,mean=none", []),
    ] {
      let spec = try FrontEndSpec(parsing: request)
      #expect(spec.wholeUtteranceOptions == options)
      #expect(try spec.makeFrontEnd().measuring.count == options.count)
    }
  }

  @Test("Silence and utterances without a frame have finite features")
  func silence() throws {
    for request in ["mel:gain=utterance,mean=utterance", "mel:gain=running", "kaleidoscope-patch"] {
      let frontEnd = try makeFrontEnd(request)
      #expect(frontEnd.features(of: [Int16](repeating: 0, count: 4000)).allSatisfy { $0.isFinite })
      #expect(frontEnd.features(of: [Int16](repeating: 9, count: 100)).isEmpty)
    }
  }

  @Test("A window that would take all memory is refused")
  func refused() {
    #expect(throws: FrontEndError.tooLarge(values: 57_600_000, allowed: 1_000_000)) {
      try makeFrontEnd("mel:gain=running,running-window=3600,frame-shift=0.0625,frame-length=25")
    }
  }
}
