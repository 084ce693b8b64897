internal import CKernels
import Foundations

/// The tensors of an affine map y = W x + b, with W `[outputs, inputs]` and b `[outputs]`.
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

/// The weights of a step, packed in the order that the kernels of the forward and backward pass read them.
///
/// Each result is one chain of fused multiply-adds in a fixed order (see ``PackedWeights``), so its bits do
/// not depend on the number of rows. One thread packs at a time; any number of threads multiply.
final class PackedMap: @unchecked Sendable {
  // Invariant behind @unchecked Sendable: only packing writes the floats, and no product runs meanwhile.

  let map: WeightMap
  private let forward: AlignedBuffer<Float>
  private let backward: AlignedBuffer<Float>

  init(_ map: WeightMap) {
    self.map = map
    forward = AlignedBuffer<Float>(count: LayerKernels.packedCount(outputs: map.outputs, inputs: map.inputs))
    backward = AlignedBuffer<Float>(count: LayerKernels.packedCount(outputs: map.inputs, inputs: map.outputs))
  }

  /// Packs the values of a step.
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

  /// Writes y = W x + b, `[count, outputs]`, for x `[count, inputs]`.
  func apply(_ rows: UnsafePointer<Float>, count: Int, into output: UnsafeMutablePointer<Float>) {
    LayerKernels.best.dense(forward.base, map.outputs, map.inputs, rows, count, output)
  }

  /// Writes or adds Wᵀ dy, `[count, inputs]`, for dy `[count, outputs]`.
  func applyTransposed(
    _ rows: UnsafePointer<Float>, count: Int, into output: UnsafeMutablePointer<Float>, isAdding: Bool
  ) {
    LayerKernels.best.dense_product(
      backward.base, map.inputs, map.outputs, rows, count, 1, isAdding, output)
  }
}

/// The weights of a network, packed once for all gradient parts of a step.
package final class StepWeights: @unchecked Sendable {
  // Invariant behind @unchecked Sendable: the dictionary never changes after init; for its values see
  // PackedMap.

  private let maps: [PackedMap]
  private let packed: [WeightMap: PackedMap]

  package init(_ layer: some SequenceLayer) {
    maps = layer.weightMaps.map { PackedMap($0) }
    packed = Dictionary(maps.map { ($0.map, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The number of slices of the packing, which may run in parallel.
  package var sliceCount: Int { 2 * maps.count }

  /// Packs one slice; all of them come before the step's first forward.
  package func pack(_ values: ModelValues, slice: Int) {
    let map = maps[slice / 2]
    if slice.isMultiple(of: 2) { map.packForward(values) } else { map.packBackward(values) }
  }

  subscript(map: WeightMap) -> PackedMap? { packed[map] }
}

/// The packed weights of a pass: those of the step, or its own if the step has none.
struct PassWeights {
  private let map: WeightMap
  private var own: PackedMap?

  init(_ map: WeightMap) { self.map = map }

  /// The packed weights for a forward.
  mutating func begin(_ values: ModelValues, _ step: StepContext) -> PackedMap {
    if let shared = step.weights?[map] { return shared }
    let packed = own ?? PackedMap(map)
    own = packed
    packed.pack(values)
    return packed
  }

  /// The packed weights of the last forward, for its backward.
  func resume(_ step: StepContext) -> PackedMap {
    guard let packed = step.weights?[map] ?? own else { preconditionFailure("backward before forward") }
    return packed
  }
}
