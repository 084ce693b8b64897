import Foundation
import FrontEnds
import Learning
import Testing

@Suite("The front end leaf")
struct LeafTests {
  private func gabor(_ eta: Double, _ sigma: Double, half: Int) -> (re: [Double], im: [Double]?) {
    let times = (-half...half).map { Double($0) }
    let envelope = times.map { exp(-$0 * $0 / (2 * sigma * sigma)) / (sqrt(2 * .pi) * sigma) / 32_768 }
    return (
      zip(times, envelope).map { cos(eta * $0) * $1 }, zip(times, envelope).map { sin(eta * $0) * $1 }
    )
  }

  private func gaussian(_ width: Double, half: Int) -> [Double] {
    (-half...half).map { n in exp(-0.5 * pow(Double(n) / (width * Double(half)), 2)) }
  }

  /// Per-channel energy normalization of the authors' code, of energies that it raises to 1e-5 first.
  private func normalize(
    _ energies: [[Double]], alpha: [Double], delta: [Double], root: [Double], smoothing: [Double]
  ) -> [[Double]] {
    let raised = energies.map { $0.map { max($0, 1e-5) } }
    guard var mean = raised.first else { return [] }
    return raised.map { frame in
      frame.indices.map { c in
        mean[c] = smoothing[c] * frame[c] + (1 - smoothing[c]) * mean[c]
        let power = frame[c] / pow(1e-12 + mean[c], alpha[c]) + delta[c]
        return pow(power, 1 / root[c]) - pow(delta[c], 1 / root[c])
      }
    }
  }

  @Test("begins with the paper's values, in double precision from its formulas")
  func initialValues() throws {
    let samples = testSamples(count: 8000)
    let found = try FrontEndSpec(parsing: "leaf:bins=3").makeFrontEnd().features(of: samples)
    let points = ReferenceFilters.melPoints(from: 20, to: 8000, count: 5).map { 2 * .pi * $0 / 16_000 }
    let energies = ReferenceFilters(
      filters: (0..<3).map {
        let sigma = 2 * sqrt(2 * log(2)) / (0.75 * (points[$0 + 2] - points[$0]))
        return gabor(points[$0 + 1], max(sigma, 4 * sqrt(2 * log(2)) / .pi), half: 200)
      }, windows: Array(repeating: gaussian(0.4, half: 200), count: 3)
    ).energies(samples.map { Double($0) }, frameLength: 400, shift: 160)
    func all(_ value: Double) -> [Double] { Array(repeating: value, count: 3) }
    let expected = Array(
      normalize(energies, alpha: all(0.96), delta: all(2), root: all(2), smoothing: all(0.04)).joined())
    #expect(found.count == expected.count && found.count == 48 * 3)
    for (a, b) in zip(found, expected) { #expect(abs(Double(a) - b) < 2e-5 * max(1, b)) }
  }

  @Test(
    "has the gradients that differences give in double precision, of every parameter, in near silence too",
    arguments: [false, true])
  func gradient(isQuiet: Bool) throws {
    let gradient = try ReferenceGradient(
      "leaf:\(ReferenceGradient.options)", quiet: isQuiet ? 60..<140 : 0..<0)
    gradient.check { samples, values in
      func value(_ name: String) -> [Double] { values["frontend.\(name)"] ?? [] }
      let (center, width) = (value("frequency.center"), value("frequency.width"))
      let energies = ReferenceFilters(
        filters: (0..<3).map { gabor(center[$0], width[$0], half: ReferenceGradient.half) },
        windows: value("pooling.width").map { gaussian($0, half: ReferenceGradient.half) }
      ).energies(samples, frameLength: ReferenceGradient.frameLength, shift: ReferenceGradient.shift)
      // Some are raised where it is quiet, and none is so near to where that begins that differences see it.
      #expect(energies.joined().contains { $0 < 1e-5 } == isQuiet)
      #expect(energies.joined().allSatisfy { abs($0 / 1e-5 - 1) > 0.01 })
      return normalize(
        energies, alpha: value("compression.gain"), delta: value("compression.offset"),
        root: value("compression.root"), smoothing: value("compression.smoothing"))
    }
  }

  @Test("keeps parameters where the authors' code keeps them")
  func projection() throws {
    let setup = try LearnableSetup("leaf")
    for (sign, isUpper) in [(Float(1), true), (-1, false)] {
      for parameter in setup.declaration.parameters {
        let p = setup.values.parameter(parameter.tensor)
        for i in 0..<parameter.tensor.count { p[i] = 1e6 * sign }
      }
      setup.layer.project(setup.values)
      let limits: [String: ClosedRange<Double>] = [
        "frequency.center": 0...Double.pi,
        "frequency.width": 4 * sqrt(2 * log(2)) / .pi...401 * sqrt(2 * log(2)) / .pi,
        "pooling.width": 2.0 / 401...0.5, "compression.gain": -1e6...1, "compression.root": 1...32,
        "compression.smoothing": 0...1, "compression.offset": 0.001...1000,
      ]
      for parameter in setup.declaration.parameters {
        let limit = try #require(limits[String(parameter.tensor.name.dropFirst("frontend.".count))])
        let found = Double(setup.values.parameter(parameter.tensor)[0])
        let expected = isUpper ? limit.upperBound : limit.lowerBound
        #expect(abs(found - expected) < 1e-6 * max(1, expected), "\(parameter.tensor.name)")
      }
      let features = setup.frontEnd.frozen(setup.values).features(of: testSamples(count: 4000))
      #expect(features.allSatisfy { $0.isFinite })
    }
  }

  @Test("learns centers, widths, windows and normalization, each a number a band")
  func shape() throws {
    let setup = try LearnableSetup("leaf")
    #expect(setup.layer.context.left == 3 + 32 && setup.layer.context.right == 2)
    #expect(setup.declaration.parameters.map(\.tensor.count) == Array(repeating: 40, count: 7))
    #expect(setup.declaration.parameters.map(\.group.rateFactor) == [0.03, 1, 0.3, 0.3, 3, 0.3, 0.03])
  }

  @Test("answers most to tones near the centers of its mel bands")
  func toneResponses() throws { try SampleFilterChecks.tones("leaf") }

  @Test(
    "has the same bits cut, in training and frozen, with other frames and with dither",
    arguments: [
      "leaf:no-snip-edges,dither=1,bins=5",
      "leaf:sample-rate=8000,frame-length=20.1,frame-shift=3",
      "leaf:frame-shift=25,bins=3,mel-scale=slaney",
    ])
  func variants(request: String) throws { try SampleFilterChecks.sameBits(request) }
}
