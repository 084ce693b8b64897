internal import CKernels
import Foundations

/// A matrix of weights W `[outputs, inputs]` and its bias, which rows are multiplied by: y = W x + b.
package struct WeightMap: Sendable, Hashable {
  package let weight: TensorReference
  package let bias: TensorReference?

  package init(weight: TensorReference, bias: TensorReference?) {
    precondition(weight.shape.count == 2 && bias?.count ?? weight.shape[0] == weight.shape[0])
    self.weight = weight
    self.bias = bias
  }

  package var outputs: Int { weight.shape[0] }
  package var inputs: Int { weight.shape[1] }
}

/// The weights of a step in the order that the kernel reads them, forward and backward.
///
/// Each number is one chain of fused multiply-adds in a written order (``PackedWeights``), so its bits do not depend on
/// how many rows there are. One thread packs at a time; any number of them multiply.
final class PackedMap: @unchecked Sendable {
  // Invariant behind @unchecked Sendable: the floats are written by pack alone, which nothing else runs beside.

  let map: WeightMap
  private let forward: AlignedBuffer<Float>
  private let backward: AlignedBuffer<Float>

  init(_ map: WeightMap) {
    self.map = map
    forward = AlignedBuffer<Float>(count: LayerKernels.packedCount(outputs: map.outputs, inputs: map.inputs))
    backward = AlignedBuffer<Float>(count: LayerKernels.packedCount(outputs: map.inputs, inputs: map.outputs))
  }

  /// Takes over the values of a step.
  func pack(_ values: ModelValues) {
    packForward(values)
    packBackward(values)
  }

  func packForward(_ values: ModelValues) {
    LayerKernels.best.dense_pack(
      values.parameter(map.weight), map.bias.map { values.parameter($0) }, map.outputs, map.inputs,
      forward.base)
  }

  func packBackward(_ values: ModelValues) {
    LayerKernels.best.dense_pack_rows(
      values.parameter(map.weight), map.inputs, map.inputs, map.outputs, backward.base)
  }

  /// Writes W x + b of `count` rows.
  func apply(_ rows: UnsafePointer<Float>, count: Int, into output: UnsafeMutablePointer<Float>) {
    LayerKernels.best.dense(forward.base, map.outputs, map.inputs, rows, count, output)
  }

  /// Writes Wᵀ dy of `count` rows, or adds it.
  func applyTransposed(
    _ rows: UnsafePointer<Float>, count: Int, into output: UnsafeMutablePointer<Float>, isAdding: Bool
  ) {
    LayerKernels.best.dense_product(
      backward.base, map.inputs, map.outputs, rows, count, 1, isAdding, output)
  }
}

/// The weight maps of a network, packed once for all gradient parts of a step.
package final class StepWeights: @unchecked Sendable {
  // Invariant behind @unchecked Sendable: the dictionary is never written after init; of the maps see PackedMap.

  private let maps: [PackedMap]
  private let places: [WeightMap: PackedMap]

  package init(_ layer: some SequenceLayer) {
    maps = layer.weightMaps.map { PackedMap($0) }
    places = Dictionary(maps.map { ($0.map, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Packing falls into so many pieces of work, which may run side by side.
  package var pieceCount: Int { 2 * maps.count }

  /// Does one piece of it; all must be done before the step's first forward.
  package func pack(_ values: ModelValues, piece: Int) {
    let map = maps[piece / 2]
    if piece.isMultiple(of: 2) { map.packForward(values) } else { map.packBackward(values) }
  }

  subscript(map: WeightMap) -> PackedMap? { places[map] }
}

/// Where a pass finds its weights packed: in those of the step, or, alone, in its own.
struct PassWeights {
  private let map: WeightMap
  private var own: PackedMap?

  init(_ map: WeightMap) { self.map = map }

  /// The weights packed for a forward.
  mutating func begin(_ values: ModelValues, _ step: StepContext) -> PackedMap {
    if let shared = step.weights?[map] { return shared }
    let packed = own ?? PackedMap(map)
    own = packed
    packed.pack(values)
    return packed
  }

  /// The same weights in the backward after it.
  func resume(_ step: StepContext) -> PackedMap {
    guard let packed = step.weights?[map] ?? own else { preconditionFailure("backward before forward") }
    return packed
  }
}
