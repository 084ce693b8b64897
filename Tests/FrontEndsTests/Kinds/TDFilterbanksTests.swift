import Foundation
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

  @Test("begins near a log mel filter bank, but for the constant of the filters' gain")
  func nearMel() throws {
    let samples = testSamples(count: 8000, seed: 3)
    let mel = try FrontEndSpec(parsing: "mel:preemphasis=0,no-remove-dc,window=hanning").makeFrontEnd()
    let wavelets = try FrontEndSpec(parsing: "td-filterbanks").makeFrontEnd()
    let (a, b) = (mel.features(of: samples), wavelets.features(of: samples))
    #expect(a.count == b.count)
    // Frames of noise, before the silence.
    let differences = (0..<15).flatMap { frame in (10..<40).map { b[frame * 40 + $0] - a[frame * 40 + $0] } }
    let mean = differences.reduce(0, +) / Float(differences.count)
    let spread = sqrt(differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(differences.count))
    #expect(spread < 0.5, "\(spread)")
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
  func toneResponses() throws {
    var declaration = ModelDeclaration(seed: 1)
    let frontEnd = try FrontEndSpec(parsing: "td-filterbanks:bins=20").makeTrainable(
      declaration: &declaration)
    let frequencies = (0...160).map { 50 * Double($0) }
    let found = try #require(
      frontEnd.toneResponses(ModelValues(declaration), frequenciesHertz: frequencies))
    let points = ReferenceFilters.melPoints(from: 20, to: 8000, count: 22)
    #expect(found.count == 20)
    for (band, filter) in found.enumerated() {
      let best = filter.indices.max { filter[$0] < filter[$1] } ?? 0
      #expect(abs(frequencies[best] - points[band + 1]) <= 50, "\(band)")
    }
  }

  @Test(
    "has the same bits cut, in training and frozen, with other frames and with dither",
    arguments: [
      "td-filterbanks:no-snip-edges,dither=1,bins=5",
      "td-filterbanks:sample-rate=8000,frame-length=20.1,frame-shift=3",
      "td-filterbanks:frame-shift=25,bins=3,high-frequency=-500",
    ])
  func variants(request: String) throws {
    let suite = LayeredFrontEndTests()
    try suite.chunking(request: request, seed: 3)
    try suite.trainingAgainstFrozen(request: request)
    try suite.blockRows(request: request, block: 1000)
  }
}
