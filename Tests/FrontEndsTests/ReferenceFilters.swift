import Foundation
import Foundations
import FrontEnds
import Learning
import Signal
import TestSupport
import Testing

/// Filters over samples and their pooled energies, in double precision, straight from the definition:
/// E_c(t) = Σ_n φ_c(n) |Σ_k h_c(k) x(t + n + k)|², samples and energies outside the utterance 0.
struct ReferenceFilters {
  /// Real and imaginary parts of each filter, of odd length; no imaginary part for a real one.
  var filters: [(re: [Double], im: [Double]?)]
  /// One window for each filter, of odd length.
  var windows: [[Double]]

  /// `[frames][filters]` of the samples that the frames cover.
  func energies(_ samples: [Double], frameLength: Int, shift: Int) -> [[Double]] {
    let frames = samples.count < frameLength ? 0 : (samples.count - frameLength) / shift + 1
    let covered = frames == 0 ? 0 : (frames - 1) * shift + frameLength
    var result = [[Double]](repeating: [], count: frames)
    for (filter, window) in zip(filters, windows) {
      let half = filter.re.count / 2
      let power = (0..<covered).map { t in
        var (re, im) = (0.0, 0.0)
        for k in max(-half, -t)...min(half, covered - 1 - t) {
          re += filter.re[half + k] * samples[t + k]
          if let taps = filter.im { im += taps[half + k] * samples[t + k] }
        }
        return re * re + im * im
      }
      let reach = window.count / 2
      for frame in 0..<frames {
        let center = frame * shift + frameLength / 2
        var energy = 0.0
        for n in max(-reach, -center)...min(reach, covered - 1 - center) {
          energy += window[reach + n] * power[center + n]
        }
        result[frame].append(energy)
      }
    }
    return result
  }

  /// The squared Hann window.
  static func squaredHann(_ length: Int) -> [Double] {
    (0..<length).map { n in
      let hann = 0.5 * (1 - cos(2 * .pi * Double(n) / Double(length - 1)))
      return hann * hann
    }
  }

  /// The feet and centers of a mel filter bank, 1127 ln(1 + f/700), in Hz.
  static func melPoints(from low: Double, to high: Double, count: Int) -> [Double] {
    func mel(_ hertz: Double) -> Double { 1127 * log(1 + hertz / 700) }
    return (0..<count).map { index in
      let m = mel(low) + (mel(high) - mel(low)) * Double(index) / Double(count - 1)
      return 700 * (exp(m / 1127) - 1)
    }
  }
}

/// A small front end of filters, every parameter of which is compared with differences in double precision.
struct ReferenceGradient {
  /// 8 ms at 2 kHz, so that a reference is cheap.
  static let options = "sample-rate=2000,frame-length=8,frame-shift=3,bins=3,low-frequency=60"
  static let frameLength = 16
  static let shift = 6
  static let half = 8

  let setup: LearnableSetup
  private let segments: Segments
  private let samples: [Double]

  /// - Parameters:
  ///   - text: the front end; its parameters are moved from special values.
  ///   - quiet: samples that are divided by 4096.
  init(_ text: String, quiet: Range<Int> = 0..<0) throws {
    setup = try LearnableSetup(text)
    setup.jiggle(0.05, seed: 11)
    let context = setup.layer.context
    var input = testSamples(count: Self.frameLength + Self.shift * 24, seed: 6)
    for i in quiet { input[i] /= 4096 }
    samples = input.map { Double($0) }
    // The whole utterance as one segment.
    let rows = setup.frontEnd.source.features(of: input)
    let width = setup.frontEnd.source.channels
    segments = Segments(
      setup.frontEnd, rows: rows.count / width + context.rows,
      padding: [PaddingRows(leading: context.left, trailing: context.right)])
    for (i, value) in rows.enumerated() { segments.input.base[context.left * width + i] = value }
  }

  /// Compares the gradient of Σ a y for fixed random a.
  ///
  /// - Parameter features: y in double precision, from samples and the values of each parameter by name.
  func check(
    tolerance: Double = 2e-3, features: (_ samples: [Double], _ values: [String: [Double]]) -> [[Double]]
  ) {
    var values: [String: [Double]] = [:]
    for parameter in setup.declaration.parameters {
      let p = setup.values.parameter(parameter.tensor)
      values[parameter.tensor.name] = (0..<parameter.tensor.count).map { Double(p[$0]) }
    }
    let pass = setup.layer.makePass(segments.shape)
    pass.forward(segments.input, values: setup.values, step: segments.step)
    let expected = features(samples, values)
    let width = pass.output.columns
    #expect(pass.output.rows == expected.count)
    var generator = SplitMix64(seed: 4)
    let upstream = AlignedBuffer<Float>(count: pass.output.count)
    for row in 0..<pass.output.rows {
      for column in 0..<width {
        let found = Double(pass.output.row(row)[column])
        #expect(abs(found - expected[row][column]) < 2e-4 * max(1, abs(found)), "frame \(row), \(column)")
        upstream.base[row * width + column] = Float.random(in: -1...1, using: &generator)
      }
    }
    let weights = (0..<upstream.count).map { Double(upstream.base[$0]) }
    let gradient = AlignedBuffer<Float>(count: setup.declaration.parameterCount)
    pass.backward(
      Matrix(upstream.base, rows: pass.output.rows, columns: width), input: segments.input,
      inputGradient: nil, values: setup.values, gradient: gradient, step: segments.step)
    func loss(_ values: [String: [Double]]) -> Double {
      zip(features(samples, values).joined(), weights).reduce(0) { $0 + $1.0 * $1.1 }
    }
    for parameter in setup.declaration.parameters {
      let (name, tensor) = (parameter.tensor.name, parameter.tensor)
      let largest = (0..<tensor.count).map { abs(Double(gradient.base[tensor.offset + $0])) }.max() ?? 0
      #expect(largest > 0, "\(name)")
      for i in 0..<tensor.count {
        let found = Double(gradient.base[tensor.offset + i])
        let value = values[name]?[i] ?? 0
        let step = 1e-6 * max(abs(value), 1e-2)
        var moved = values
        moved[name]?[i] = value + step
        let above = loss(moved)
        moved[name]?[i] = value - step
        let difference = (above - loss(moved)) / (2 * step)
        #expect(
          abs(found - difference) <= tolerance * max(abs(difference), 0.05 * largest),
          "\(name)[\(i)]: \(found) for \(difference)")
      }
    }
    withExtendedLifetime((segments, upstream, gradient)) {}
  }
}
