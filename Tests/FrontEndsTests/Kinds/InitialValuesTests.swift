import Foundation
import FrontEnds
import Signal
import TestSupport
import Testing

private func makeFrontEnd(_ text: String) throws -> any FrontEnd {
  try FrontEndSpec(parsing: text).makeFrontEnd()
}

@Suite("Learned front ends at their initial values")
struct InitialValuesTests {
  @Test(
    "At first pooled front ends are mel filter banks to the parity gates",
    arguments: ["kaleidoscope-pooled", "mel-pooled"])
  func melAtFirst(request: String) throws {
    for (bins, gate) in [(23, Float(1e-4)), (40, 1e-4), (80, 3e-4)] {
      let samples = testSamples(count: 32_000, seed: 3)
      let mel = try makeFrontEnd("mel:bins=\(bins)").features(of: samples)
      let found = try makeFrontEnd("\(request):bins=\(bins)").features(of: samples)
      #expect(found.count == mel.count)
      for frame in 0..<(mel.count / bins) {
        let strongest = mel[(frame * bins)..<((frame + 1) * bins)].max() ?? 0
        for bin in 0..<bins {
          let (expected, value) = (mel[frame * bins + bin], found[frame * bins + bin])
          // 40 dB under the strongest bin.
          guard expected > strongest - 9.21 else { continue }
          #expect(abs(value - expected) < gate, "frame \(frame), bin \(bin)")
        }
      }
    }
  }

  @Test("dense, and kaleidoscope in bit-reversed order, are at first the log power of a windowed DFT")
  func spectrumAtFirst() throws {
    let samples = testSamples(count: 4000)
    let power = try makeFrontEnd("fft:preemphasis=0,no-remove-dc,no-use-log").features(of: samples)
    let dense = try makeFrontEnd("dense").features(of: samples)
    let kaleidoscope = try makeFrontEnd("kaleidoscope").features(of: samples)
    let wide = try makeFrontEnd("kaleidoscope:expansion=4").features(of: samples)
    for frame in 0..<(power.count / 257) {
      for position in 0..<512 {
        let reversed = (0..<9).reduce(0) { $0 | ((position >> $1) & 1) << (8 - $1) }
        func expected(_ bin: Int) -> Float { log(power[frame * 257 + min(bin, 512 - bin)] + 1) }
        #expect(abs(dense[frame * 512 + position] - expected(position)) < 0.01)
        #expect(abs(kaleidoscope[frame * 512 + position] - expected(reversed)) < 0.01)
        #expect(abs(wide[frame * 512 + position] - expected(reversed)) < 0.01)
      }
    }
  }

  @Test("circulant at first gives envelopes: of a tone its squared amplitude, away from the frame's ends")
  func envelope() throws {
    let tone = (0..<4000).map { Float(1000 * sin(2 * .pi * 0.11 * Double($0))) }
    let rows = try makeFrontEnd("circulant").features(of: tone)
    for frame in 0..<5 {
      for sample in 100..<300 { #expect(abs(rows[frame * 512 + sample] - log(1e6)) < 0.1) }
    }
  }

  @Test("compression=pcen at first is per-channel energy normalization, its mean cut off after 32 frames")
  func normalizationAtFirst() throws {
    let samples = testSamples(count: 16_000)
    let bins = 11
    let energies = try makeFrontEnd("mel:use-log=false,bins=\(bins)").features(of: samples).map { Double($0) }
    let found = try makeFrontEnd("mel-pooled:compression=pcen,bins=\(bins)").features(of: samples)
    let weights = (0..<32).map { pow(0.92, Double($0)) }
    let sum = weights.reduce(0, +)
    for frame in 0..<(energies.count / bins) {
      for bin in 0..<bins {
        let mean = weights.indices.reduce(0.0) {
          $0 + weights[$1] / sum * energies[max(0, frame - $1) * bins + bin]
        }
        let expected =
          (energies[frame * bins + bin] / pow(1 + mean, 0.96) + 2).squareRoot() - 2.0.squareRoot()
        #expect(abs(Double(found[frame * bins + bin]) - expected) < 1e-4 * max(1, expected))
      }
    }
  }

  @Test("The positions of a sparse matrix come from the options' seed, not from the model's")
  func support() throws {
    let samples = testSamples(count: 2000)
    func rows(_ text: String, _ seed: UInt64) throws -> [UInt32] {
      let setup = try LearnableSetup(text, seed: seed)
      return bits(setup.frontEnd.frozen(setup.values).features(of: samples))
    }
    #expect(try rows("sparse", 1) == rows("sparse", 2))
    #expect(try rows("sparse", 1) != rows("sparse:seed=2", 1))
  }

  @Test("kaleidoscope-time at first is a root of the bands and a windowed DCT-II over time")
  func timeAtFirst() throws {
    let samples = testSamples(count: 16_000)
    let bins = 10
    let energies = try makeFrontEnd("mel:use-log=false,bins=\(bins)").features(of: samples).map { Double($0) }
    let frames = energies.count / bins
    let compressed = energies.map { (pow($0 + 1, 0.1) - 1) / 0.1 }
    let found = try makeFrontEnd("kaleidoscope-time:bins=\(bins)").features(of: samples)
    let log = try makeFrontEnd("mel:time=dct,bins=\(bins)").features(of: samples)
    let mel = try makeFrontEnd("mel:bins=\(bins)").features(of: samples).map { Double($0) }
    func transform(_ x: [Double], _ frame: Int, _ output: Int, _ bin: Int) -> Double {
      (0..<32).reduce(0.0) { sum, j in
        let t = min(max(frame - 15 + j, 0), frames - 1)
        let window = 0.54 - 0.46 * cos(2 * .pi * Double(j) / 31)
        let basis =
          (output == 0 ? (1.0 / 32).squareRoot() : 0.25) * cos(.pi * Double(output * (2 * j + 1)) / 64)
        return sum + window * basis * x[t * bins + bin]
      }
    }
    for frame in [0, 1, 14, 15, 16, 50, frames - 17, frames - 2, frames - 1] {
      for output in 0..<11 {
        for bin in 0..<bins {
          let index = (frame * 11 + output) * bins + bin
          #expect(abs(Double(found[index]) - transform(compressed, frame, output, bin)) < 2e-4)
          #expect(abs(Double(log[index]) - transform(mel, frame, output, bin)) < 2e-4)
        }
      }
    }
  }

}
