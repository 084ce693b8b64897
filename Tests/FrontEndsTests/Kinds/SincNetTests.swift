import Foundation
import FrontEnds
import Learning
import Testing

@Suite("The front end sincnet")
struct SincNetTests {
  /// A band-pass filter between two cutoffs in cycles a sample, 1 at its center.
  private func filter(_ low: Double, _ high: Double, half: Int) -> [Double] {
    func sinc(_ x: Double) -> Double { x == 0 ? 1 : sin(x) / x }
    return (-half...half).map { k in
      let t = 2 * .pi * Double(k)
      let band = (2 * high * sinc(high * t) - 2 * low * sinc(low * t)) / (2 * (high - low))
      return band * (0.54 - 0.46 * cos(.pi * Double(k + half) / Double(half)))
    }
  }

  @Test("begins with bands between neighbors on the mel scale, in double precision from the definition")
  func initialValues() throws {
    let samples = testSamples(count: 2400)
    let found = try FrontEndSpec(parsing: "sincnet:bins=4").makeFrontEnd().features(of: samples)
    let points = ReferenceFilters.melPoints(from: 0, to: 7900, count: 5)
    let expected = ReferenceFilters(
      filters: (0..<4).map {
        let low = points[$0] + 50
        return (filter(low / 16_000, (low + points[$0 + 1] - points[$0] + 50) / 16_000, half: 125), nil)
      }, windows: Array(repeating: ReferenceFilters.squaredHann(401), count: 4)
    ).energies(samples.map { Double($0) }, frameLength: 400, shift: 160).joined().map { log($0 + 1) }
    #expect(found.count == expected.count && found.count == 13 * 4)
    for (a, b) in zip(found, expected) { #expect(abs(Double(a) - b) < 2e-5) }
  }

  @Test(
    "has the gradients that differences give in double precision, of negative parameters too",
    arguments: [false, true])
  func gradient(isNegative: Bool) throws {
    let gradient = try ReferenceGradient("sincnet:\(ReferenceGradient.options),filter-length=16")
    for parameter in gradient.setup.declaration.parameters where isNegative {
      gradient.setup.values.parameter(parameter.tensor)[1] *= -1
    }
    gradient.check { samples, values in
      let (low, band) = (values["frontend.frequency.low"] ?? [], values["frontend.frequency.band"] ?? [])
      let minimum = 50.0 / 2000
      return ReferenceFilters(
        filters: (0..<3).map {
          let first = abs(low[$0]) + minimum
          return (filter(first, min(first + abs(band[$0]) + minimum, 0.5), half: 8), nil)
        }, windows: Array(repeating: ReferenceFilters.squaredHann(17), count: 3)
      ).energies(samples, frameLength: ReferenceGradient.frameLength, shift: ReferenceGradient.shift)
        .map { $0.map { log($0 + 1) } }
    }
  }

  @Test("a filter passes a tone of its band and stops others")
  func tones() throws {
    let frontEnd = try FrontEndSpec(parsing: "sincnet:bins=10").makeFrontEnd()
    let points = ReferenceFilters.melPoints(from: 0, to: 7900, count: 11)
    for band in 2..<10 {
      let hertz = (points[band] + points[band + 1]) / 2 + 75
      let tone = (0..<1600).map { Float(1000 * sin(2 * .pi * hertz * Double($0) / 16_000)) }
      let frame = frontEnd.features(of: tone).dropFirst(30).prefix(10)
      #expect(frame.firstIndex(of: frame.max() ?? 0) == 30 + band, "\(hertz) Hz")
    }
  }

  @Test("keeps a band below half the sample rate, whatever a step does")
  func projection() throws {
    let setup = try LearnableSetup("sincnet")
    for parameter in setup.declaration.parameters {
      let p = setup.values.parameter(parameter.tensor)
      for i in 0..<parameter.tensor.count { p[i] = i.isMultiple(of: 2) ? 3 : -3 }
    }
    setup.layer.project(setup.values)
    let features = setup.frontEnd.frozen(setup.values).features(of: testSamples(count: 4000))
    #expect(features.allSatisfy { $0.isFinite })
    #expect(setup.declaration.parameters.map(\.tensor.count) == [40, 40])
  }

  @Test(
    "has the same bits cut, in training and frozen, with other frames and with dither",
    arguments: [
      "sincnet:no-snip-edges,dither=1,bins=5",
      "sincnet:sample-rate=8000,filter-length=30,frame-length=20.1",
      "sincnet:frame-shift=25,filter-length=901,bins=3",
    ])
  func variants(request: String) throws { try SampleFilterChecks.sameBits(request) }
}
