import Foundation

/// A mel filter bank written straight from its definition, by direct sums in double precision.
///
/// Shares no code with what it is compared with, and takes O(P²) a frame. Samples are on the scale of Int16.
package struct NaiveFilterBank {
  package var sampleRateHertz = 16_000.0
  package var frameLength = 400
  package var frameShift = 160
  package var transformSize = 512
  package var preemphasis = 0.97
  package var removesMean = true
  package var snipsEdges = true
  package var bins = 40
  package var lowHertz = 20.0
  package var highHertz = 8000.0
  package var usesPower = true
  /// The taper at sample i of N.
  package var window: (_ i: Double, _ count: Double) -> Double = { i, n in
    pow(0.5 - 0.5 * cos(2 * .pi * i / (n - 1)), 0.85)
  }

  package init() {}

  /// Mel of a frequency on HTK's scale.
  package func mel(_ hertz: Double) -> Double { 1127 * log(1 + hertz / 700) }

  /// The weight of point k of the spectrum in bin b.
  package func weight(bin: Int, point: Int) -> Double {
    let step = (mel(highHertz) - mel(lowHertz)) / Double(bins + 1)
    let left = mel(lowHertz) + Double(bin) * step
    let at = mel(Double(point) * sampleRateHertz / Double(transformSize))
    guard at > left, at < left + 2 * step, point < transformSize / 2 else { return 0 }
    return min((at - left) / step, (left + 2 * step - at) / step)
  }

  /// The first samples of the frames.
  package func frameStarts(sampleCount n: Int) -> [Int] {
    if snipsEdges { return Array(stride(from: 0, through: n - frameLength, by: frameShift)) }
    return (0..<(n + frameShift / 2) / frameShift).map { $0 * frameShift + frameShift / 2 - frameLength / 2 }
  }

  /// Log mel energies, `[frames][bins]`.
  package func features(of samples: [Double]) -> [[Double]] {
    // cos and sin of 2πj/P for every residue j.
    let angles = (0..<transformSize).map { 2 * Double.pi * Double($0) / Double(transformSize) }
    let cosines = angles.map { cos($0) }
    let sines = angles.map { sin($0) }
    let weights = (0..<bins).map { b in (0..<transformSize / 2).map { weight(bin: b, point: $0) } }
    return frameStarts(sampleCount: samples.count).map { start in
      var frame = (start..<start + frameLength).map { index -> Double in
        var index = index
        while index < 0 || index >= samples.count {
          index = index < 0 ? -1 - index : 2 * samples.count - 1 - index
        }
        return samples[index]
      }
      if removesMean {
        let mean = frame.reduce(0, +) / Double(frameLength)
        frame = frame.map { $0 - mean }
      }
      let emphasized = frame.indices.map { frame[$0] - preemphasis * frame[max($0 - 1, 0)] }
      let tapered = emphasized.indices.map { emphasized[$0] * window(Double($0), Double(frameLength)) }
      let spectrum = (0..<transformSize / 2).map { k -> Double in
        var real = 0.0
        var imaginary = 0.0
        for (n, x) in tapered.enumerated() {
          real += x * cosines[k * n % transformSize]
          imaginary -= x * sines[k * n % transformSize]
        }
        let power = real * real + imaginary * imaginary
        return usesPower ? power : power.squareRoot()
      }
      return weights.map { row in
        log(max(zip(row, spectrum).reduce(0) { $0 + $1.0 * $1.1 }, 0x1p-23))
      }
    }
  }
}
