import TestSupport
import Testing

@testable import Signal

@Suite("Mel triangles")
struct MelWeightsTests {
  @Test(
    "the smallest number of bins with an empty one is Kaldi's",
    arguments: [
      (512, 0.0, 115), (512, 20, 127), (512, 60, 141), (512, 125, 126), (400, 0, 90), (400, 20, 111),
      (400, 60, 114), (400, 125, 108), (256, 0, 58), (256, 20, 71), (256, 60, 76), (256, 125, 64),
    ])
  func firstEmptyBin(points: Int, lowHertz: Double, bins: Int) throws {
    var frame = FrameOptions()
    frame.frameLengthMilliseconds = Double(points) / 16
    frame.roundsToPowerOfTwo = false
    var options = MelOptions()
    options.lowFrequencyHertz = lowHertz
    var first = 3
    while true {
      options.bins = first
      do { _ = try MelWeights(options, frame: frame) } catch {
        guard case .emptyMelBin(_, first, points) = error else {
          Issue.record("\(error)")
          return
        }
        break
      }
      first += 1
    }
    #expect(first == bins)
  }

  @Test("weights equal those of the definition, point by point", arguments: [3, 23, 40, 80])
  func definition(bins: Int) throws {
    var options = MelOptions()
    options.bins = bins
    let weights = try MelWeights(options, frame: FrameOptions())
    var naive = NaiveFilterBank()
    naive.bins = bins
    for (bin, triangle) in weights.triangles.enumerated() {
      for point in 0..<256 {
        let offset = point - triangle.firstPoint
        let weight = triangle.weights.indices.contains(offset) ? triangle.weights[offset] : 0
        #expect(abs(weight - naive.weight(bin: bin, point: point)) < 1e-12, "bin \(bin), point \(point)")
      }
    }
  }

  @Test(
    "neighboring triangles add up to one between the first and the last center", arguments: [1, 0.9, 1.1])
  func partition(warp: Double) throws {
    var options = MelOptions()
    options.vtlnWarp = warp
    let weights = try MelWeights(options, frame: FrameOptions())
    var sums = [Double](repeating: 0, count: 256)
    for triangle in weights.triangles {
      for (offset, weight) in triangle.weights.enumerated() { sums[triangle.firstPoint + offset] += weight }
    }
    let first = weights.triangles[0].firstPoint + weights.triangles[0].risingCount
    let last = weights.triangles[39].firstPoint + weights.triangles[39].risingCount
    for point in first..<last { #expect(abs(sums[point] - 1) < 1e-12, "point \(point)") }
  }

  // librosa 0.10, filters.mel(sr=16000, n_fft=512, n_mels=40): the sides are linear in Hz, so the corners of
  // a triangle, equally spaced in Slaney's mel, determine its weights.
  @Test("Slaney's triangles have straight sides in Hz and unit area")
  func slaney() throws {
    var options = MelOptions()
    options.scale = .slaney
    options.normalization = .area
    options.lowFrequencyHertz = 0
    let weights = try MelWeights(options, frame: FrameOptions())
    let step = MelScale.slaney.mel(hertz: 8000) / 41
    for (bin, triangle) in weights.triangles.enumerated() {
      let corners = (0..<3).map { MelScale.slaney.hertz(mel: Double(bin + $0) * step) }
      for (offset, weight) in triangle.weights.enumerated() {
        let hertz = Double(triangle.firstPoint + offset) * 31.25
        let side = min(
          (hertz - corners[0]) / (corners[1] - corners[0]), (corners[2] - hertz) / (corners[2] - corners[1]))
        #expect(abs(weight - 2 * side / (corners[2] - corners[0])) < 1e-12)
      }
    }
  }

  @Test("scales take known values and are inverted by their inverses")
  func scales() {
    #expect(abs(MelScale.htk.mel(hertz: 1000) - 999.99) < 0.01)
    #expect(abs(MelScale.slaney.mel(hertz: 1000) - 15) < 1e-12)
    #expect(abs(MelScale.slaney.mel(hertz: 6400) - 42) < 1e-12)
    for scale in MelScale.allCases {
      for hertz in stride(from: 0.0, through: 8000, by: 123.4) {
        #expect(abs(scale.hertz(mel: scale.mel(hertz: hertz)) - hertz) < 1e-8)
      }
    }
  }
}
