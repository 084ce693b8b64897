import DataManifests
import Foundation
import Foundations
import TestSupport

@testable import Workflows

/// The exponential function, for files that import modules with their own `exp`.
enum Scaling {
  static func exp(_ value: Double) -> Double { Foundation.exp(value) }
}

/// An utterance of noise bands for a sample report.
struct SampleExcerpt {
  var number: Int
  var sample: SampleReport

  func make() -> Excerpt {
    var generator = SplitMix64(seed: sample.generatorSeed &+ UInt64(900 + number))
    let bins = 80
    var phones: [(phone: Int, frames: Int)] = [(27, 12)]
    for _ in 0..<24 {
      phones.append((Int.random(in: 0..<61, using: &generator), Int.random(in: 4...16, using: &generator)))
    }
    phones.append((27, 14))
    var reference: [Excerpt.ReferencePhone] = []
    var spectrogram: [Float] = []
    var labels: [Int32] = []
    var frame = 0
    for (phone, frames) in phones {
      reference.append(
        .init(
          firstSample: frame * 160, endSample: (frame + frames) * 160,
          symbol: SampleReport.phones.symbols[phone], scoredClass: SampleReport.folded(phone)))
      for step in 0..<frames {
        let center = Double((phone * 13) % 70 + 5) + 4 * Double(step) / Double(frames)
        for bin in 0..<bins {
          let bump = Scaling.exp(-(Double(bin) - center) * (Double(bin) - center) / 90)
          let low = Scaling.exp(-Double(bin) / 14)
          let noise = Double.random(in: 0...1.6, using: &generator)
          spectrogram.append(Float(phone == 27 ? 3 + noise : 6 + 7 * bump + 4 * low + noise))
        }
        labels.append(SampleReport.folded(phone))
      }
      frame += frames
    }
    let shown = sample.isSingleRuns ? [0] : [0, 1]
    let excerpts = shown.map { contender in
      recognized(
        contender, spectrogram: spectrogram, labels: labels, reference: reference, bins: bins, &generator)
    }
    return Excerpt(
      reason: [.mostImproved, .mostWorsened, .worst][number % 3],
      key: "MAB\(number)_SX\(number)\(sample.hostileText)",
      speaker: "MAB\(number)\(sample.hostileText)",
      sentence: "She had your dark suit in greasy wash water.\(sample.hostileText)", sampleRateHertz: 16_000,
      samples: (0..<frame * 160).map { Int16(9_000 * sin(Double($0) * 0.02) * sin(Double($0) * 0.0005)) },
      isCut: number == 1, frameShiftSamples: 160, spectrogram: spectrogram, spectrogramBins: bins,
      reference: reference, contenders: excerpts)
  }

  private func recognized(
    _ contender: Int, spectrogram: [Float], labels: [Int32], reference: [Excerpt.ReferencePhone], bins: Int,
    _ generator: inout SplitMix64
  ) -> RecognizedExcerpt {
    let (channels, classes) = (40, SampleReport.classes.classCount)
    var features: [Float] = []
    var posteriors: [Float] = []
    var decided: [Int32] = []
    for frame in labels.indices {
      for channel in 0..<channels {
        let energy =
          (spectrogram[frame * bins + 2 * channel] + spectrogram[frame * bins + 2 * channel + 1]) / 2
        features.append((energy - 9) / 3 + Float.random(in: -0.3...0.3, using: &generator))
      }
      let misses = Double.random(in: 0..<1, using: &generator) < (contender == 0 ? 0.2 : 0.1)
      let right = max(0, Int(labels[frame]))
      let heard = misses ? (right + 3) % classes : right
      let sure = Float.random(in: 0.4...0.95, using: &generator)
      for label in 0..<classes { posteriors.append(label == heard ? sure : (1 - sure) / Float(classes - 1)) }
      decided.append(Int32(heard))
    }
    return RecognizedExcerpt(
      contender: sample.name(contender), seed: 1, channels: channels, features: features,
      posteriors: posteriors,
      labels: labels,
      frameClasses: decided,
      phones: reference.filter { $0.scoredClass >= 0 }.map {
        .init(firstFrame: $0.firstSample / 160, endFrame: $0.endSample / 160, scoredClass: $0.scoredClass)
      }, phoneErrors: 4 + contender, referencePhones: reference.count)
  }
}
