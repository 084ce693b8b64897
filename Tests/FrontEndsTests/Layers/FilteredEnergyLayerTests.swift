import Foundations
import Learning
import TestSupport
import Testing

@testable import FrontEnds

/// Filters and windows of given numbers.
private struct GivenFilters: SampleFilters {
  let count: Int
  let half: Int
  let planes: Int
  let taps: [Float]

  var tensors: [TensorReference] { [] }
  var summary: String { "filters" }

  func write(_ values: ModelValues, into target: UnsafeMutablePointer<Float>) {
    for (i, tap) in taps.enumerated() { target[i] = tap }
  }

  func addGradient(of taps: UnsafePointer<Float>, _ values: ModelValues, to target: AlignedBuffer<Float>) {}
}

private struct GivenWindows: PoolingWindows {
  let half: Int
  let weights: [Float]

  var tensors: [TensorReference] { [] }
  var summary: String { "windows" }

  func write(_ values: ModelValues, filters: Int, into target: UnsafeMutablePointer<Float>) {
    for (i, weight) in weights.enumerated() { target[i] = weight }
  }

  func addGradient(
    of weights: UnsafePointer<Float>, filters: Int, _ values: ModelValues, to target: AlignedBuffer<Float>
  ) {}

  func project(_ values: ModelValues) {}
}

/// A layer of random numbers and lengths, and samples in rows.
private struct FilterSetup {
  let layer: FilteredEnergyLayer
  let reference: ReferenceFilters
  let samples: [Float]
  let rows: [Float]
  let count: Int
  let frameLength: Int
  let shift: Int

  init(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    func numbers(_ count: Int) -> [Float] {
      (0..<count).map { _ in Float.random(in: -1...1, using: &generator) }
    }
    let filters = Int.random(in: 1...5, using: &generator)
    let (half, poolingHalf) = (
      Int.random(in: 1...30, using: &generator), Int.random(in: 1...40, using: &generator)
    )
    let planes = Int.random(in: 1...2, using: &generator)
    frameLength = Int.random(in: 2...40, using: &generator)
    shift = Int.random(in: 1...frameLength, using: &generator)
    count = [1, 2, 5, 30, 70].randomElement(using: &generator) ?? 1
    let rowWidth = frameLength + Int.random(in: 0...3, using: &generator)
    let taps = numbers(planes * filters * (2 * half + 1))
    let weights = numbers(filters * (2 * poolingHalf + 1)).map { abs($0) }
    layer = FilteredEnergyLayer(
      filters: GivenFilters(count: filters, half: half, planes: planes, taps: taps),
      windows: GivenWindows(half: poolingHalf, weights: weights), rowWidth: rowWidth,
      frameLength: frameLength, shift: shift)
    func row(_ values: [Float], _ index: Int, _ length: Int) -> [Double] {
      values[(index * length)..<((index + 1) * length)].map { Double($0) }
    }
    reference = ReferenceFilters(
      filters: (0..<filters).map {
        (row(taps, $0, 2 * half + 1), planes == 1 ? nil : row(taps, filters + $0, 2 * half + 1))
      }, windows: (0..<filters).map { row(weights, $0, 2 * poolingHalf + 1) })
    let samples = numbers((count - 1) * shift + frameLength)
    self.samples = samples
    let (length, step) = (frameLength, shift)
    rows = (0..<count).flatMap { frame in
      Array(samples[(frame * step)..<(frame * step + length)])
        + [Float](repeating: .nan, count: rowWidth - length)
    }
  }

  var values: ModelValues { ModelValues(ModelDeclaration(seed: 1)) }

  /// Energies of the whole utterance, frozen.
  func frozen() -> [Float] {
    rows.withUnsafeBufferPointer { layer.makeStream(values).outputFrames(of: $0) }
  }
}

@Suite("Energies of filters over samples")
struct FilteredEnergyLayerTests {
  @Test("are those of the definition in double precision, for any lengths", arguments: 1...40)
  func definition(seed: UInt64) throws {
    let setup = FilterSetup(seed: seed)
    let found = setup.frozen()
    let expected = Array(
      setup.reference.energies(
        setup.samples.map { Double($0) }, frameLength: setup.frameLength, shift: setup.shift
      ).joined())
    try #require(found.count == expected.count)
    let largest = expected.max() ?? 0
    for (a, b) in zip(found, expected) { #expect(abs(Double(a) - b) < 1e-5 * largest, "seed \(seed)") }
  }

  @Test("have the same bits frame by frame, and in another utterance after", arguments: 1...20)
  func chunks(seed: UInt64) {
    let setup = FilterSetup(seed: seed)
    let stream = setup.layer.makeStream(setup.values)
    let width = setup.layer.inputWidth
    for _ in 0..<2 {
      var found: [Float] = []
      func gather(_ frames: Int, _ body: (UnsafeMutableBufferPointer<Float>) -> Int) {
        var output = [Float](repeating: .nan, count: max(1, frames) * stream.outputChannels)
        let written = output.withUnsafeMutableBufferPointer { body($0) }
        #expect(written <= frames)
        found += output.prefix(written * stream.outputChannels)
      }
      for frame in 0..<setup.count {
        setup.rows[(frame * width)..<((frame + 1) * width)].withUnsafeBufferPointer { row in
          gather(stream.maximumFrames(accepting: 1)) { stream.accept(row, into: $0) }
        }
      }
      gather(stream.maximumFinishFrames) { stream.finish(into: $0) }
      #expect(bits(found) == bits(setup.frozen()), "seed \(seed)")
    }
  }

  @Test("have the same bits in segments cut anywhere, which training sees", arguments: 1...20)
  func segments(seed: UInt64) {
    let setup = FilterSetup(seed: seed)
    let (context, width) = (setup.layer.context, setup.layer.inputWidth)
    let whole = setup.frozen()
    let outputs = min(7, setup.count)
    let shape = SequenceShape(segments: 1, rows: outputs + context.rows)
    let pass = setup.layer.makePass(shape)
    let storage = AlignedBuffer<Float>(count: shape.totalRows * width)
    for first in 0...(setup.count - outputs) {
      let leading = max(0, context.left - first)
      let trailing = max(0, first + outputs + context.right - setup.count)
      for row in 0..<shape.rows {
        let frame = first - context.left + row
        let isInside = (0..<setup.count).contains(frame)
        for i in 0..<width { storage.base[row * width + i] = isInside ? setup.rows[frame * width + i] : 1e9 }
      }
      pass.forward(
        Matrix(storage.base, rows: shape.totalRows, columns: width), values: setup.values,
        step: StepContext(
          isTraining: true, seed: 1, step: 0, part: 0,
          padding: [PaddingRows(leading: leading, trailing: trailing)]))
      let found = Array(pass.output.values)
      let channels = setup.layer.outputWidth
      let expected = Array(whole[(first * channels)..<((first + outputs) * channels)])
      #expect(bits(found) == bits(expected), "seed \(seed), from frame \(first)")
    }
    withExtendedLifetime(storage) {}
  }
}
