import Foundations
import FrontEnds
import Learning
import TestSupport
import Testing

/// A front end as training meets it, with its values.
struct LearnableSetup {
  let frontEnd: TrainableFrontEnd
  let declaration: ModelDeclaration
  let values: ModelValues
  let layer: any SequenceLayer

  init(_ text: String, seed: UInt64 = 1) throws {
    var declaration = ModelDeclaration(seed: seed)
    frontEnd = try FrontEndSpec(parsing: text).makeTrainable(
      declaration: &declaration)
    self.declaration = declaration
    values = ModelValues(declaration)
    layer = try #require(frontEnd.layer)
  }

  /// Moves all parameters a little, so that nothing is tested at special values only; keeps them allowed.
  func jiggle(_ amount: Float, seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    for parameter in declaration.parameters {
      let p = values.parameter(parameter.tensor)
      let isRoot = declaration.parameters.allSatisfy { !$0.tensor.name.hasSuffix("gain") }
      if parameter.tensor.name.hasSuffix("compression.offset"), isRoot {
        // Near the energies, where it matters.
        for i in 0..<parameter.tensor.count { p[i] = Float.random(in: 15...20, using: &generator) }
        continue
      }
      let size = rootMeanSquare(p, parameter.tensor.count)
      for i in 0..<parameter.tensor.count {
        p[i] += amount * size * Float.random(in: -1...1, using: &generator)
      }
    }
    for statistic in declaration.statistics {
      let s = values.statistic(statistic.tensor)
      for i in 0..<statistic.tensor.count { s[i] += Float.random(in: 0...0.5, using: &generator) }
    }
    layer.project(values)
  }
}

func rootMeanSquare(_ p: UnsafePointer<Float>, _ count: Int) -> Float {
  var sum = 0.0
  for i in 0..<count { sum += Double(p[i]) * Double(p[i]) }
  return max(Float((sum / Double(count)).squareRoot()), 0.1)
}

/// Segments for one gradient part, cut from the source's rows of noise.
final class Segments {
  let shape: SequenceShape
  let input: Matrix
  let step: StepContext
  private let storage: AlignedBuffer<Float>

  /// - Parameter padding: for each segment; rows outside hold `filling`.
  init(
    _ frontEnd: TrainableFrontEnd, rows: Int, padding: [PaddingRows], filling: Float = 0, seed: UInt64 = 1
  ) {
    shape = SequenceShape(segments: padding.count, rows: rows)
    let width = frontEnd.source.channels
    storage = AlignedBuffer<Float>(count: shape.totalRows * width)
    input = Matrix(storage.base, rows: shape.totalRows, columns: width)
    let needed = shape.totalRows
    var generator = SplitMix64(seed: seed)
    let samples = (0..<(needed * 160 + 400)).map { index in
      Int16(index % 97 * 40 - 1900) + Int16.random(in: -3000...3000, using: &generator)
    }
    let features = frontEnd.source.features(of: samples)
    for i in 0..<(needed * width) { storage.base[i] = features[i] }
    for (segment, padding) in padding.enumerated() {
      let valid = padding.validRows(of: rows)
      for r in 0..<rows where r < valid.lowerBound || r >= valid.upperBound {
        input.row(segment * rows + r).update(repeating: filling, count: width)
      }
    }
    step = StepContext(isTraining: true, seed: 1, step: 0, part: 0, padding: padding)
  }
}
