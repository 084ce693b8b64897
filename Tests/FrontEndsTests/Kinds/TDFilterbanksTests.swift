import Foundation
import Foundations
import FrontEnds
import Learning
import Testing

@Suite("The front end td-filterbanks")
struct TDFilterbanksTests {
  /// The wavelets of the paper's code, with bandwidths from the triangles' edges.
  private func initialFilters(bins: Int, low: Double, rate: Double, half: Int) -> ReferenceFilters {
    let points = ReferenceFilters.melPoints(from: low, to: rate / 2, count: bins + 2)
    let filters = (0..<bins).map { bin -> (re: [Double], im: [Double]?) in
      let radians = points.map { 2 * .pi * $0 / rate }
      let eta = radians[bin + 1]
      let base = radians[bin + 2] - radians[bin]
      // The square root of a triangle is above half its peak where the triangle is above a quarter.
      let sigma = 2 * sqrt(2 * log(2)) / (0.75 * base)
      let energy = 0.5 * base
      let gain = sqrt(energy * 2 * sqrt(.pi) * sigma) / (sqrt(2 * .pi) * sigma)
      let times = (-half...half).map { Double($0) }
      return (
        times.map { gain * cos(eta * $0) * exp(-$0 * $0 / (2 * sigma * sigma)) },
        times.map { gain * sin(eta * $0) * exp(-$0 * $0 / (2 * sigma * sigma)) }
      )
    }
    return ReferenceFilters(
      filters: filters,
      windows: Array(repeating: ReferenceFilters.squaredHann(2 * half + 1), count: bins))
  }

  @Test("begins with Gabor wavelets of the mel filters, in double precision from the paper's formulas")
  func initialValues() throws {
    let samples = testSamples(count: 2400)
    let found = try FrontEndSpec(parsing: "td-filterbanks:bins=4").makeFrontEnd().features(of: samples)
    let expected = initialFilters(bins: 4, low: 20, rate: 16_000, half: 200)
      .energies(samples.map { Double($0) }, frameLength: 400, shift: 160)
      .joined().map { log($0 + 1) }
    #expect(found.count == expected.count && found.count == 13 * 4)
    for (a, b) in zip(found, expected) { #expect(abs(Double(a) - b) < 2e-5) }
  }

  /// The largest difference, over bands, between log energies of noise and those of `mel` plus the constant
  /// that follows from the definitions.
  private func distanceFromMel(_ request: String) throws -> Double {
    var generator = SplitMix64(seed: 3)
    // The spectrum falls by 12 dB an octave above 400 Hz, so that a shift of a band shows.
    var (first, second) = (0.0, 0.0)
    let samples = (0..<48_000).map { _ in
      first += 0.15 * (Double.random(in: -1...1, using: &generator) - first)
      second += 0.15 * (first - second)
      return Float(30_000 * second)
    }
    let mel = try FrontEndSpec(parsing: "mel:preemphasis=0,no-remove-dc,window=hanning").makeFrontEnd()
    let wavelets = try FrontEndSpec(parsing: request).makeFrontEnd()
    let (a, b) = (mel.features(of: samples), wavelets.features(of: samples))
    #expect(a.count == b.count)
    // Of white noise of variance 1 a wavelet has the energy Σφ π (f₃ − f₁)/rate, a mel bin Σw² 512 (f₃ −
    // f₁)/(2 rate): φ is the squared Hann window of 401 samples and w the Hann window of 400.
    let constant = log(2 * .pi * 0.375 * 400 / (512 * 0.375 * 399))
    let frames = a.count / 40
    return (8..<40).map { band in
      let sum = (0..<frames).reduce(0.0) { $0 + Double(b[$1 * 40 + band] - a[$1 * 40 + band]) }
      return abs(sum / Double(frames) - constant)
    }.max() ?? .infinity
  }

  @Test("begins at a log mel filter bank, on whose mel scale and range its bands are, but for a constant")
  func nearMel() throws {
    #expect(try distanceFromMel("td-filterbanks") < 0.2)
    for other in ["mel-scale=slaney", "low-frequency=120", "high-frequency=7000"] {
      #expect(try distanceFromMel("td-filterbanks:\(other)") > 0.3, "\(other)")
    }
  }

  @Test("has the gradients that differences give in double precision, of every tap")
  func gradient() throws {
    let gradient = try ReferenceGradient("td-filterbanks:\(ReferenceGradient.options)")
    gradient.check { samples, values in
      let (taps, length) = (values["frontend.frequency.weight"] ?? [], 2 * ReferenceGradient.half + 1)
      func row(_ index: Int) -> [Double] { Array(taps[(index * length)..<((index + 1) * length)]) }
      return ReferenceFilters(
        filters: (0..<3).map { (row($0), row(3 + $0)) },
        windows: Array(repeating: ReferenceFilters.squaredHann(length), count: 3)
      ).energies(samples, frameLength: ReferenceGradient.frameLength, shift: ReferenceGradient.shift)
        .map { $0.map { log($0 + 1) } }
    }
  }

  @Test("reads three frames before its own and two after, and learns its taps")
  func shape() throws {
    let setup = try LearnableSetup("td-filterbanks")
    #expect(
      setup.frontEnd.frozen(setup.values).summary
        == "td-filterbanks: energies of 40 complex filters of 401 samples, pooled by a squared Hann window, "
        + "log, 25 ms frames every 10 ms at 16000 Hz; 40 channels")
    #expect(setup.layer.context.left == 3 && setup.layer.context.right == 2)
    #expect(setup.declaration.parameters.map(\.tensor.count) == [2 * 40 * 401])
  }

  @Test("refuses frames with gaps between them, and filters without end")
  func refused() {
    #expect(throws: FrontEndError.self) {
      try FrontEndSpec(parsing: "td-filterbanks:frame-shift=26").makeFrontEnd()
    }
    #expect(throws: FrontEndError.tooLarge(values: 2 * 40 * 8001, allowed: 1 << 19)) {
      try FrontEndSpec(parsing: "td-filterbanks:frame-length=500").makeFrontEnd()
    }
  }

  @Test("answers most to tones near the centers of its mel bands")
  func toneResponses() throws { try SampleFilterChecks.tones("td-filterbanks") }

  @Test(
    "has the same bits cut, in training and frozen, with other frames and with dither",
    arguments: [
      "td-filterbanks:no-snip-edges,dither=1,bins=5",
      "td-filterbanks:sample-rate=8000,frame-length=20.1,frame-shift=3",
      "td-filterbanks:frame-shift=25,bins=3,high-frequency=-500",
    ])
  func variants(request: String) throws { try SampleFilterChecks.sameBits(request) }
}
