import Glibc
package import Learning
import Signal

extension TrainableFrontEnd {
  /// Responses of the learned filters to tones: energies `[filters][frequencies]`, of one frame and unit
  /// amplitude.
  ///
  ///     R_c(f) = ½ Σ_φ E_c(A cos(2πft + φ)) / A²,   φ = 0 and π/2
  ///
  /// E is the energy after matrix and pooling, before compression and everything over time, so R is the
  /// filter's squared magnitude for a matrix over the frame. Nil for a front end that learns no filters.
  package func toneResponses(_ values: ModelValues, frequenciesHertz: [Double]) -> [[Double]]? {
    guard let filters, let layer else { return nil }
    let layers = (layer as? SequentialLayer)?.layers ?? [layer]
    let bank = SequentialLayer(Array(layers[..<filters.layerCount]))
    let timing = source.timing
    // Large beside the offset of the logarithm and far from the ends of Int16.
    let amplitude = 8192.0
    // The frame that is read has all rows that it depends on around it.
    let context = bank.context
    let shifts = max(2, context.rows)
    let count = frequenciesHertz.count
    var responses = [[Double]](
      repeating: [Double](repeating: 0, count: count), count: bank.outputWidth)
    for (index, frequency) in frequenciesHertz.enumerated() {
      for quarter in 0..<2 {
        let samples = (0..<(timing.frameLengthSamples + shifts * timing.frameShiftSamples)).map { t in
          let turns = frequency * Double(t) / Double(timing.sampleRateHertz) + Double(quarter) / 4
          return Int16((amplitude * cos(2 * .pi * turns)).rounded())
        }
        let rows = source.features(of: samples)
        let rowCount = rows.count / max(1, source.channels)
        guard rowCount > context.right else { return nil }
        let energies = Self.row(rowCount - 1 - context.right, bank, values, rows)
        for (filter, value) in energies.enumerated() {
          let energy = filters.isLogarithmic ? exp(Double(value)) : Double(value)
          responses[filter][index] += energy / (2 * amplitude * amplitude)
        }
      }
    }
    return responses
  }

  private static func row(
    _ index: Int, _ layer: SequentialLayer, _ values: ModelValues, _ rows: [Float]
  ) -> ArraySlice<Float> {
    let frames = rows.withUnsafeBufferPointer { layer.makeStream(values).outputFrames(of: $0) }
    return frames[(index * layer.outputWidth)..<((index + 1) * layer.outputWidth)]
  }
}
