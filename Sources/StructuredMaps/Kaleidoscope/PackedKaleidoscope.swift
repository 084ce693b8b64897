internal import CKernels
import Foundations

/// A kaleidoscope matrix for inference, its twiddles packed once.
///
/// Several threads may run the same one, each with its own workspace. Results equal those of
/// ``KaleidoscopeMatrix`` to the bit, for single vectors and batches.
package final class PackedKaleidoscope: Sendable {
  package let map: KaleidoscopeMatrix<Float>
  private let layout: ButterflyLayout

  // Written only in init, as is the schedule: the invariant behind its nonisolated(unsafe).
  private let packed: AlignedBuffer<Float>
  private let vectorPacked: AlignedBuffer<Float>
  nonisolated(unsafe) private let schedule: ButterflySchedule

  /// The form of the packed twiddles: unit if the map is complex and no entry is much larger than the one in
  /// its row that would become one; `unitAfterFirst` if only the first factor has such entries.
  package let form: TwiddleForm
  private let vectorCount: Int

  package init(_ map: KaleidoscopeMatrix<Float>) {
    self.map = map
    layout = map.layout
    schedule = ButterflySchedule(layout)
    var run = ButterflyRun(schedule)
    let packed = AlignedBuffer<Float>(count: 8 * run.packedVectors)
    let memory = AlignedBuffer<Float>(count: 8 * run.packingScratchVectors)
    defer { withExtendedLifetime(memory) {} }
    let scratch = Self.vectors(memory)
    self.packed = packed
    map.parameters.withUnsafeBufferPointer { parameters in
      guard let base = parameters.baseAddress else { return }
      run.pack(base, into: Self.vectors(packed), scales: nil, scratch: scratch) { _ in map.size }
    }
    form = run.form
    vectorCount = schedule.passes.isEmpty ? 0 : run.vectorCount
    vectorPacked = AlignedBuffer(count: layout.stackCount * vectorCount)
    guard vectorCount > 0 else { return }
    map.parameters.withUnsafeBufferPointer { parameters in
      guard let base = parameters.baseAddress else { return }
      for stack in 0..<layout.stackCount {
        run.packVector(base, stack: stack, into: vectorTwiddles(stack), scratch: scratch)
      }
    }
  }

  package var inputLength: Int { map.inputLength }
  package var outputLength: Int { map.outputLength }
  package var field: NumberField { map.field }

  /// output = M·input, vector by vector, as a ``StructuredMap`` computes it.
  ///
  /// A single vector of 64 or more positions runs with lanes along its positions, in a fifth of the time of a
  /// tile.
  package func forward(
    _ input: borrowing VectorBatch<Float>, into output: inout VectorBatch<Float>,
    workspace: inout MapWorkspace<Float>
  ) { forward(TileView(input), TileView(output), &workspace) }

  /// output = M·input, row by row.
  package func forward(
    _ input: VectorRows<Float>, into output: MutableVectorRows<Float>, workspace: inout MapWorkspace<Float>
  ) { forward(TileView(input), TileView(output), &workspace) }

  /// output = M·input, from rows to a batch.
  package func forward(
    _ input: VectorRows<Float>, into output: inout VectorBatch<Float>, workspace: inout MapWorkspace<Float>
  ) { forward(TileView(input), TileView(output), &workspace) }

  private func forward(
    _ input: TileView<Float>, _ output: TileView<Float>, _ workspace: inout MapWorkspace<Float>
  ) {
    precondition(input.length == inputLength && output.length == outputLength)
    precondition(input.count == output.count)
    if input.count == 1, !schedule.passes.isEmpty {
      forwardAlone(SingleVector(input), SingleVector(output), &workspace)
    } else {
      map.forward(
        layout, prepacked: PackedTwiddles(base: Self.vectors(packed), form: form), input, output, &workspace)
    }
  }

  private func forwardAlone(
    _ input: SingleVector, _ output: SingleVector, _ workspace: inout MapWorkspace<Float>
  ) {
    let run = ButterflyRun(schedule, form)
    let tiling = map.tiling
    let re = UnsafeMutableRawPointer(workspace.vectors(tiling.size / 4)).assumingMemoryBound(to: Float.self)
    let im = re + tiling.size
    let isComplex = field == .complex || input.field == .complex
    for stack in 0..<tiling.stackCount {
      let (from, to) = map.ranges(ofStack: stack, tiling)
      input.read(from, re, isComplex ? im : nil, size: tiling.size)
      run.forwardVector(re, im, twiddles: vectorTwiddles(stack))
      // A real map acts on the imaginary part as on the real part.
      if field == .real, isComplex { run.forwardVector(im, im, twiddles: vectorTwiddles(stack)) }
      let adds = tiling.arrangement == .inputsConcatenated && stack > 0
      output.write(to, re, isComplex ? im : nil, adding: adds)
    }
  }

  private static func vectors(_ storage: AlignedBuffer<Float>) -> ButterflyRun.Vectors {
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
  /// Floats from one position to the next.
  let step: Int
  /// Floats from a real part to its imaginary part.
  let imaginary: Int

  init(_ view: TileView<Float>) {
    (base, field) = (view.base, view.field)
    step = view.isRows ? view.field.planeCount : VectorBatch<Float>.scalarsPerPosition
    imaginary = view.isRows ? 1 : 8
  }

  /// Copies positions `range` to two planes of `size`, zeros after them.
  func read(
    _ range: Range<Int>, _ re: UnsafeMutablePointer<Float>, _ im: UnsafeMutablePointer<Float>?, size: Int
  ) {
    let first = base + step * range.lowerBound
    gather(first, re, range.count)
    (re + range.count).update(repeating: 0, count: size - range.count)
    guard let im else { return }
    let count = field == .complex ? range.count : 0
    if count > 0 { gather(first + imaginary, im, count) }
    (im + count).update(repeating: 0, count: size - count)
  }

  /// Copies every `step`-th number; the compiler vectorizes the loops whose step is a constant.
  private func gather(_ from: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>, _ count: Int) {
    switch step {
    case 1: to.update(from: from, count: count)
    case 2: for p in 0..<count { to[p] = from[2 * p] }
    default: for p in 0..<count { to[p] = from[step * p] }
    }
  }

  /// Writes or adds the first numbers of two planes to positions `range`.
  func write(
    _ range: Range<Int>, _ re: UnsafeMutablePointer<Float>, _ im: UnsafeMutablePointer<Float>?, adding: Bool
  ) {
    let first = base + step * range.lowerBound
    if let im, step == 2, !adding {
      for p in 0..<range.count {
        first[2 * p] = re[p]
        first[2 * p + 1] = im[p]
      }
      return
    }
    for p in 0..<range.count { first[step * p] = adding ? first[step * p] + re[p] : re[p] }
    guard field == .complex else { return }
    for p in 0..<range.count {
      let value = im?[p] ?? 0
      first[step * p + imaginary] = adding ? first[step * p + imaginary] + value : value
    }
  }
}
