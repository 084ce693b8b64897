import Foundation
import Learning
import Signal
import TestSupport
import Testing

@testable import FrontEnds

@Suite("Responses of filters to tones") struct ToneResponseTests {
  private func responses(_ text: String, _ frequencies: [Double]) throws -> [[Double]]? {
    var declaration = ModelDeclaration(seed: 1)
    let frontEnd = try FrontEndSpec(parsing: text).makeTrainable(
      declaration: &declaration)
    return frontEnd.toneResponses(ModelValues(declaration), frequenciesHertz: frequencies)
  }

  // The front end begins as window and DFT of raw frames, so a filter's response is that of a bin.
  @Test("kaleidoscope responds at first as the bins of its DFT")
  func spectrum() throws {
    let frequencies = [250.0, 1000, 1010, 3127, 7990]
    let found = try #require(try responses("kaleidoscope", frequencies))
    let window = FrameOptions().window.values(count: 400)
    for (index, frequency) in frequencies.enumerated() {
      for bin in [8, 32, 33, 100, 480] {
        var expected = 0.0
        for quarter in 0..<2 {
          var (re, im) = (0.0, 0.0)
          for t in 0..<400 {
            // The frame that is looked at is the last one; its phase does not matter to the mean over both
            // tones.
            let x = window[t] * cos(2 * .pi * (frequency * Double(t) / 16_000 + Double(quarter) / 4))
            re += x * cos(2 * .pi * Double(bin * t) / 512)
            im -= x * sin(2 * .pi * Double(bin * t) / 512)
          }
          expected += (re * re + im * im) / 2
        }
        // The bins may come in another order: the one that answers so is among them.
        let nearest = found.map { abs($0[index] - expected) }.min() ?? .infinity
        #expect(nearest <= 2e-3 * max(expected, 1), "bin \(bin) at \(frequency) Hz: \(expected)")
      }
    }
  }

  @Test(
    "Pooled filters answer most near their centers",
    arguments: ["mel-pooled", "kaleidoscope-pooled", "kaleidoscope-time"])
  func pooled(request: String) throws {
    let frequencies = (0...160).map { 50 * Double($0) }
    let found = try #require(try responses(request, frequencies))
    #expect(found.count == 40)
    var options = MelOptions()
    options.bins = 40
    let mel = try MelWeights(options, frame: FrameOptions())
    for (filter, triangle) in zip(found, mel.triangles) {
      let best = filter.indices.max { filter[$0] < filter[$1] } ?? 0
      let peak = triangle.weights.indices.max { triangle.weights[$0] < triangle.weights[$1] } ?? 0
      let center = Double(triangle.firstPoint + peak) * 16_000 / 512
      #expect(abs(frequencies[best] - center) <= 100, "\(request)")
    }
  }

  @Test(
    "A front end without learned filters has no responses",
    arguments: ["mel", "mfcc", "fft", "mel:time=dct", "kaleidoscope:fixed"])
  func noFilters(request: String) throws {
    #expect(try responses(request, [1000]) == nil)
  }
}
