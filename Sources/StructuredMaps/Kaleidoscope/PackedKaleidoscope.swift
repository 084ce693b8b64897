internal import CKernels
import Foundations

/// A kaleidoscope matrix that no longer changes, its twiddles packed once: for inference, batched and live.
///
/// Several threads may run one at a time, each with a workspace of its own. Bits are those of the map itself,
/// and those of a vector alone are those that it gets in a batch.
package final class PackedKaleidoscope: Sendable {
  package let map: KaleidoscopeMatrix<Float>
  private let layout: ButterflyLayout

  // Both are written in init alone, as is the schedule: the invariant behind its nonisolated(unsafe).
  private let packed: AlignedBuffer<Float>
  private let vectorPacked: AlignedBuffer<Float>
  nonisolated(unsafe) private let schedule: ButterflySchedule

  /// How its twiddles are packed: with unit diagonals if it is complex and no entry is much larger than the one beside it
  /// that would become one; the first factor may have such entries, and then keeps all four.
  package let entries: TwiddleEntries
  private let vectorCount: Int

  package init(_ map: KaleidoscopeMatrix<Float>) {
    self.map = map
    layout = map.layout
    schedule = ButterflySchedule(layout)
    var run = ButterflyRun(schedule)
    let packed = AlignedBuffer<Float>(count: 8 * run.packedVectors)
    let memory = AlignedBuffer<Float>(count: 8 * run.channelsVectors)
    defer { withExtendedLifetime(memory) {} }
    let channels = Self.rows(memory)
    self.packed = packed
    map.parameters.withUnsafeBufferPointer { parameters in
      guard let base = parameters.baseAddress else { return }
      run.pack(base, into: Self.rows(packed), scales: nil, channels: channels) { _ in map.size }
    }
    entries = run.entries
    vectorCount = schedule.passes.isEmpty ? 0 : run.vectorCount
    vectorPacked = AlignedBuffer(count: layout.stackCount * vectorCount)
    guard vectorCount > 0 else { return }
    map.parameters.withUnsafeBufferPointer { parameters in
      guard let base = parameters.baseAddress else { return }
      for stack in 0..<layout.stackCount {
        run.packVector(base, stack: stack, into: vectorTwiddles(stack), channels: channels)
      }
    }
  }

  package var inputLength: Int { map.inputLength }
  package var outputLength: Int { map.outputLength }
  package var field: NumberField { map.field }

  /// output = M·input, vector by vector, as ``StructuredMap/forward(_:into:workspace:)``.
  ///
  /// A single vector of 64 positions and more runs with lanes along its positions: in a fifth of the time of a tile.
  package func forward(
    _ input: borrowing VectorBatch<Float>, into output: inout VectorBatch<Float>,
    workspace: inout MapWorkspace<Float>
  ) { forward(TileCarrier(input), TileCarrier(output), &workspace) }

  /// output = M·input, row by row.
  package func forward(
    _ input: VectorRows<Float>, into output: MutableVectorRows<Float>, workspace: inout MapWorkspace<Float>
  ) { forward(TileCarrier(input), TileCarrier(output), &workspace) }

  /// output = M·input, from rows to a batch.
  package func forward(
    _ input: VectorRows<Float>, into output: inout VectorBatch<Float>, workspace: inout MapWorkspace<Float>
  ) { forward(TileCarrier(input), TileCarrier(output), &workspace) }

  private func forward(
    _ input: TileCarrier<Float>, _ output: TileCarrier<Float>, _ workspace: inout MapWorkspace<Float>
  ) {
    precondition(input.length == inputLength && output.length == outputLength)
    precondition(input.count == output.count)
    if input.count == 1, !schedule.passes.isEmpty {
      forwardAlone(SingleVector(input), SingleVector(output), &workspace)
    } else {
      map.forward(
        layout, packedBefore: PackedTwiddles(row: Self.rows(packed), entries: entries), input, output,
        &workspace)
    }
  }

  private func forwardAlone(
    _ input: SingleVector, _ output: SingleVector, _ workspace: inout MapWorkspace<Float>
  ) {
    let run = ButterflyRun(schedule, entries)
    let tiling = map.tiling
    let re = UnsafeMutableRawPointer(workspace.vectors(tiling.size / 4)).assumingMemoryBound(to: Float.self)
    let im = re + tiling.size
    let isComplex = field == .complex || input.field == .complex
    for stack in 0..<tiling.stackCount {
      let (from, to) = map.pieces(stack, tiling)
      input.read(from, re, isComplex ? im : nil, size: tiling.size)
      run.forwardVector(re, im, twiddles: vectorTwiddles(stack))
      // A real map acts on the parts of a complex vector alike.
      if field == .real, isComplex { run.forwardVector(im, im, twiddles: vectorTwiddles(stack)) }
      let adds = tiling.arrangement == .inputsConcatenated && stack > 0
      output.write(to, re, isComplex ? im : nil, adding: adds)
    }
  }

  private static func rows(_ storage: AlignedBuffer<Float>) -> ButterflyRun.Row {
    UnsafeMutableRawPointer(storage.base).assumingMemoryBound(to: SIMD8<Float>.self)
  }

  private func vectorTwiddles(_ stack: Int) -> UnsafeMutablePointer<Float> {
    vectorPacked.base + stack * vectorCount
  }
}

/// The only vector of a batch, or of rows.
private struct SingleVector {
  let base: UnsafeMutablePointer<Float>
  let field: NumberField
  /// Floats from position to position, and from a real part to its imaginary part.
  let step: Int
  let imaginary: Int

  init(_ carrier: TileCarrier<Float>) {
    (base, field) = (carrier.base, carrier.field)
    step = carrier.isRows ? carrier.field.planeCount : VectorBatch<Float>.scalarsPerPosition
    imaginary = carrier.isRows ? 1 : 8
  }

  /// Positions `piece` as two planes of `size`, zeros after them.
  func read(
    _ piece: Range<Int>, _ re: UnsafeMutablePointer<Float>, _ im: UnsafeMutablePointer<Float>?, size: Int
  ) {
    let first = base + step * piece.lowerBound
    gather(first, re, piece.count)
    (re + piece.count).update(repeating: 0, count: size - piece.count)
    guard let im else { return }
    let count = field == .complex ? piece.count : 0
    if count > 0 { gather(first + imaginary, im, count) }
    (im + count).update(repeating: 0, count: size - count)
  }

  /// Every number, every second one or every sixteenth: loops with the step known are vectorised.
  private func gather(_ from: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>, _ count: Int) {
    switch step {
    case 1: to.update(from: from, count: count)
    case 2: for p in 0..<count { to[p] = from[2 * p] }
    default: for p in 0..<count { to[p] = from[step * p] }
    }
  }

  /// Writes, or adds, the first numbers of two planes to positions `piece`.
  func write(
    _ piece: Range<Int>, _ re: UnsafeMutablePointer<Float>, _ im: UnsafeMutablePointer<Float>?, adding: Bool
  ) {
    let first = base + step * piece.lowerBound
    if let im, step == 2, !adding {
      for p in 0..<piece.count {
        first[2 * p] = re[p]
        first[2 * p + 1] = im[p]
      }
      return
    }
    for p in 0..<piece.count { first[step * p] = adding ? first[step * p] + re[p] : re[p] }
    guard field == .complex else { return }
    for p in 0..<piece.count {
      let value = im?[p] ?? 0
      first[step * p + imaginary] = adding ? first[step * p + imaginary] + value : value
    }
  }
}
