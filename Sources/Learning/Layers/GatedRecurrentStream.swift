import Foundations

/// One direction of a gated recurrent unit on an utterance, a block of rows at a time.
private final class RecurrentDirection {
  // The rows of one product with the input weights.
  static let blockRows = 64

  private let input: PackedWeights
  private let recurrent: PackedWeights
  private let width: Int
  private let gates: AlignedBuffer<Float>
  private let product: AlignedBuffer<Float>
  private let state: AlignedBuffer<Float>

  init(_ layer: GatedRecurrentUnit, _ direction: GatedRecurrentUnit.Direction, _ values: ModelValues) {
    width = layer.hiddenWidth
    input = PackedWeights(
      weights: values.parameter(direction.inputWeight), bias: values.parameter(direction.inputBias),
      inputs: layer.inputWidth, outputs: 3 * width)
    recurrent = PackedWeights(
      weights: values.parameter(direction.recurrentWeight), bias: values.parameter(direction.recurrentBias),
      inputs: width, outputs: 3 * width)
    gates = AlignedBuffer<Float>(count: Self.blockRows * 3 * width)
    product = AlignedBuffer<Float>(count: 3 * width)
    state = AlignedBuffer<Float>(count: width)
  }

  func begin() { state.setAllToZero() }

  /// Writes the state after each row to `output`, rows `stride` apart, from the last row to the first if
  /// `isReversed`.
  func advance(
    _ rows: UnsafePointer<Float>, count: Int, isReversed: Bool, into output: UnsafeMutablePointer<Float>,
    stride: Int
  ) {
    var done = 0
    while done < count {
      let block = min(Self.blockRows, count - done)
      let first = isReversed ? count - done - block : done
      input.apply(rows + first * input.inputs, count: block, into: gates.base)
      for k in 0..<block {
        let r = isReversed ? block - 1 - k : k
        recurrent.apply(state.base, count: 1, into: product.base)
        GatedRecurrentStep.advance(
          gates: gates.base + r * 3 * width, recurrent: product.base, state: state.base, width: width,
          next: state.base)
        (output + (first + r) * stride).update(from: state.base, count: width)
      }
      done += block
    }
  }
}

/// A unit of one direction, which has no latency.
final class ForwardRecurrentStream: LayerStream {
  let inputChannels: Int
  let outputChannels: Int
  var latencyFrames: Int? { 0 }

  private let direction: RecurrentDirection

  init(_ layer: GatedRecurrentUnit, values: ModelValues) {
    inputChannels = layer.inputWidth
    outputChannels = layer.outputWidth
    direction = RecurrentDirection(layer, layer.directions[0], values)
  }

  func maximumFrames(accepting count: Int) -> Int { count }
  func maximumFinishFrames(accepting count: Int) -> Int { 0 }

  func accept(_ frames: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>) -> Int {
    let count = frameCount(of: frames)
    requireRoom(in: output, accepting: count)
    guard let source = frames.baseAddress, let target = output.baseAddress else { return 0 }
    direction.advance(source, count: count, isReversed: false, into: target, stride: outputChannels)
    return count
  }

  func finish(into output: UnsafeMutableBufferPointer<Float>) -> Int {
    direction.begin()
    return 0
  }
}

/// A bidirectional unit, which keeps the rows of an utterance and runs in both directions at its end.
final class BidirectionalRecurrentStream: LayerStream {
  let inputChannels: Int
  let outputChannels: Int
  var latencyFrames: Int? { nil }

  private let directions: [RecurrentDirection]
  // The rows so far; doubles when full, and is reused for the next utterance.
  private var kept: AlignedBuffer<Float>
  private var count = 0

  init(_ layer: GatedRecurrentUnit, values: ModelValues) {
    inputChannels = layer.inputWidth
    outputChannels = layer.outputWidth
    directions = layer.directions.map { RecurrentDirection(layer, $0, values) }
    kept = AlignedBuffer<Float>(count: 512 * layer.inputWidth)
  }

  func maximumFrames(accepting count: Int) -> Int { 0 }
  func maximumFinishFrames(accepting count: Int) -> Int { self.count + count }

  func accept(_ frames: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>) -> Int {
    let added = frameCount(of: frames)
    guard let source = frames.baseAddress else { return 0 }
    let needed = (count + added) * inputChannels
    if needed > kept.count {
      let larger = AlignedBuffer<Float>(count: max(needed, 2 * kept.count))
      larger.base.update(from: kept.base, count: count * inputChannels)
      kept = larger
    }
    (kept.base + count * inputChannels).update(from: source, count: frames.count)
    count += added
    return 0
  }

  func finish(into output: UnsafeMutableBufferPointer<Float>) -> Int {
    requireFinishRoom(in: output)
    let width = outputChannels / directions.count
    for (i, direction) in directions.enumerated() {
      direction.begin()
      guard let target = output.baseAddress else { continue }
      direction.advance(
        kept.base, count: count, isReversed: i == 1, into: target + i * width, stride: outputChannels)
    }
    defer { count = 0 }
    return count
  }
}
