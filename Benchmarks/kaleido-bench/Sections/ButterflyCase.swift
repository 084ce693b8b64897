import CKernels
import CMeasurement
import Foundation
import StructuredMaps

/// A butterfly product with a batch, both as row-major tensors and in the layout of the kernels.
final class ButterflyCase {
  let name: String
  let size: Int
  let blocks: Int
  let field: NumberField
  let batch: Int
  private let map: KaleidoscopeMatrix<Float>
  private let packed: PackedKaleidoscope
  private var workspace = MapWorkspace<Float>()
  private var input: VectorBatch<Float>
  private var output: VectorBatch<Float>
  private var outputGradient: VectorBatch<Float>
  private var inputGradient: VectorBatch<Float>
  /// `[batch, size]`, complex numbers interleaved.
  private let inputRows: RowTensor
  private let gradientRows: RowTensor
  private let outputRows: RowTensor
  private let inputGradientRows: RowTensor
  private var parameterGradient: [Float]
  private let files: String

  /// 𝓑𝓑* (two blocks) or 𝓑 (one) of orthogonal or unitary 2 × 2 matrices.
  init(size: Int, blocks: Int, field: NumberField, batch: Int = 1024) throws {
    name = "\(field.rawValue) \(size) \(blocks == 2 ? "BB*" : "B")" + (batch == 1 ? ", batch of 1" : "")
    (self.size, self.blocks, self.field, self.batch) = (size, blocks, field, batch)
    var generator = Xorshift(state: 1)
    let shape = try KaleidoscopeShape(
      inputLength: size, outputLength: size, blockCount: blocks,
      firstDirection: blocks == 2 ? .decreasing : .increasing, field: field)
    map = try KaleidoscopeMatrix(shape, .orthogonal, using: &generator)
    packed = PackedKaleidoscope(map)
    input = VectorBatch(length: size, count: batch, field: field)
    output = VectorBatch(length: size, count: batch, field: field)
    outputGradient = VectorBatch(length: size, count: batch, field: field)
    inputGradient = VectorBatch(length: size, count: batch, field: field)
    let count = batch * size * field.planeCount
    (inputRows, gradientRows) = (RowTensor(count: count), RowTensor(count: count))
    (outputRows, inputGradientRows) = (RowTensor(count: count), RowTensor(count: count))
    for tensor in [inputRows, gradientRows] {
      for i in 0..<count { tensor.base[i] = Float.random(in: -1...1, using: &generator) }
    }
    parameterGradient = [Float](repeating: 0, count: map.parameterCount)
    files = NSTemporaryDirectory() + "/kaleido-bench-butterfly-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: files, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: files) }

  // MARK: Row-major tensors in and out

  /// Forward from rows to rows, including the change of layout and the packing of twiddles.
  func forwardRows() {
    withRows { input, _, output, _ in map.forward(input, into: output, workspace: &workspace) }
  }

  /// Forward, and backward with the gradients with respect to input and twiddles.
  func forwardAndBackwardRows() {
    for i in parameterGradient.indices { parameterGradient[i] = 0 }
    withRows { input, outputGradient, output, inputGradient in
      map.forward(input, into: output, workspace: &workspace)
      map.backward(
        input, outputGradient: outputGradient, inputGradient: inputGradient,
        parameterGradient: &parameterGradient, workspace: &workspace)
    }
  }

  /// Forward of one row, twiddles packed in advance.
  func forwardRow() {
    withRows { input, _, output, _ in packed.forward(input, into: output, workspace: &workspace) }
  }

  private func withRows(
    _ body: (VectorRows<Float>, VectorRows<Float>, MutableVectorRows<Float>, MutableVectorRows<Float>) -> Void
  ) {
    func rows(_ tensor: RowTensor) -> VectorRows<Float> {
      VectorRows(tensor.base, count: batch, length: size, field: field)
    }
    func mutableRows(_ tensor: RowTensor) -> MutableVectorRows<Float> {
      MutableVectorRows(tensor.base, count: batch, length: size, field: field)
    }
    body(rows(inputRows), rows(gradientRows), mutableRows(outputRows), mutableRows(inputGradientRows))
  }

  // MARK: Peers

  /// Loads the same twiddles and tensors into the peer, and compares its results.
  ///
  /// - Throws: `resultsDiffer`.
  func load(into peer: ButterflyPeer) throws {
    func write(_ numbers: [Float], _ name: String) throws -> String {
      try numbers.withUnsafeBytes { Data($0) }.write(to: URL(fileURLWithPath: "\(files)/\(name)"))
      return "\(files)/\(name)"
    }
    try peer.load(
      .init(
        name: name, size: size, complex: field == .complex, blocks: blocks, batch: batch,
        increasing: blocks == 1, twiddles: write(map.twiddleTensor.scalars, "twiddles"),
        input: write(inputRows.numbers, "input"),
        gradient: write(gradientRows.numbers, "gradient")))
    forwardAndBackwardRows()
    let ours = (try KaleidoscopeMatrix(shape: map.shape, parameters: parameterGradient)).twiddleTensor.scalars
    let theirs = try peer.results(name, scratch: files + "/results")
    var start = 0
    for (result, found) in [
      ("output", outputRows.numbers), ("input gradient", inputGradientRows.numbers),
      ("twiddle gradient", ours),
    ] {
      guard start + found.count <= theirs.count else {
        throw BenchmarkError.resultsDiffer("\(name): \(theirs.count) numbers")
      }
      let expected = theirs[start..<(start + found.count)]
      let largest = expected.reduce(0) { max($0, abs($1)) }
      let difference = zip(found, expected).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
      guard difference < 2e-5 * largest else {
        throw BenchmarkError.resultsDiffer("\(name), \(result): by \(difference) of \(largest)")
      }
      start += found.count
    }
  }

  // MARK: The layout of the kernels

  /// Forward of the batch, twiddles packed in advance.
  func forwardBatch() { packed.forward(input, into: &output, workspace: &workspace) }

  /// The kernels alone, twiddles packed in advance.
  ///
  /// They run over the whole batch, or repeatedly over its first tiles, which stay in cache.
  ///
  /// - Parameter form: The form of complex twiddles.
  func makeKernels(_ form: TwiddleForm = .unit) throws -> ButterflyKernels {
    for (tensor, isInput) in [(inputRows, true), (gradientRows, false)] {
      let base = UnsafePointer(tensor.base)
      switch (field, isInput) {
      case (.complex, true): input.load(interleavedRows: base, rowStride: 2 * size)
      case (.complex, false): outputGradient.load(interleavedRows: base, rowStride: 2 * size)
      case (.real, true): input.load(rows: base, rowStride: size)
      case (.real, false): outputGradient.load(rows: base, rowStride: size)
      }
    }
    return try ButterflyKernels(
      map, field == .complex ? form : .full, input: input.tile(0),
      outputGradient: outputGradient.tile(0), output: output.tile(0),
      inputGradient: inputGradient.tile(0), tileStride: input.tileStride, tileCount: input.tileCount)
  }
}

/// The kernels of a map, on tiles owned by another object.
struct ButterflyKernels {
  private let schedule: ButterflySchedule
  private let form: TwiddleForm
  private let packed: UnsafeMutablePointer<Float>
  private let packedGradient: UnsafeMutablePointer<Float>
  private let work: UnsafeMutablePointer<Float>
  private let input, outputGradient, output, inputGradient: UnsafeMutablePointer<Float>
  private let tileStride: Int
  let tileCount: Int

  fileprivate init(
    _ map: KaleidoscopeMatrix<Float>, _ form: TwiddleForm, input: UnsafeMutablePointer<Float>,
    outputGradient: UnsafeMutablePointer<Float>, output: UnsafeMutablePointer<Float>,
    inputGradient: UnsafeMutablePointer<Float>, tileStride: Int, tileCount: Int
  ) throws {
    guard let layout = map.butterflyLayout else { preconditionFailure("not a butterfly product") }
    schedule = ButterflySchedule(layout)
    (self.input, self.outputGradient, self.output) = (input, outputGradient, output)
    (self.inputGradient, self.tileStride, self.tileCount) = (inputGradient, tileStride, tileCount)
    // Never freed: they live as long as the program.
    func floats(_ count: Int) -> UnsafeMutablePointer<Float> {
      let memory = UnsafeMutableRawPointer.allocate(byteCount: 4 * count, alignment: 64)
        .bindMemory(to: Float.self, capacity: count)
      memory.initialize(repeating: 0, count: count)
      return memory
    }
    packed = floats(schedule.packedCount)
    packedGradient = floats(schedule.packedCount)
    work = floats(8 * Int(CK_TILES) * schedule.workVectors * (schedule.stageCount + 1))
    self.form = form
    var description = schedule.description(form)
    if form != .full {
      var scratch = [Double](repeating: 0, count: schedule.packingScratchCount)
      let isUnit = ck_butterfly_best().pointee.pack_unit(
        &description, map.parameters, layout.planeStride, layout.size, packed, nil, &scratch)
      if !isUnit { throw BenchmarkError.resultsDiffer("this map has no unit form") }
    } else {
      ck_butterfly_best().pointee.pack(&description, map.parameters, layout.planeStride, packed)
    }
  }

  var multiplyAdds: (forward: Int, backward: Int) {
    schedule.multiplyAdds(form)
  }

  /// Forward of two tiles, from `tile` on.
  func forward(_ tile: Int = 0) {
    var description = schedule.description(form)
    var (from, to) = (tiles(input, tile), tiles(output, tile))
    ck_butterfly_best().pointee.forward(&description, packed, &from, &to, nil, nil, work)
  }

  func backward() {
    var description = schedule.description(form)
    var (from, gradient, to) = (tiles(input, 0), tiles(outputGradient, 0), tiles(inputGradient, 0))
    ck_butterfly_best().pointee.backward(
      &description, packed, &from, &gradient, &to, packedGradient, nil, nil, work)
  }

  private func tiles(_ base: UnsafeMutablePointer<Float>, _ tile: Int) -> ck_tile_pair {
    var pair = ck_tile_pair()
    pair.first.tiled = base + tile * tileStride
    pair.second.tiled = base + (tile + 1) * tileStride
    return pair
  }

  /// Forward of the whole batch, with the loop over tiles in C.
  func forwardAll() {
    var description = schedule.description(form)
    measurement_butterfly_forward(
      ck_butterfly_best(), &description, packed, input, output, tileStride, tileCount, work)
  }
}

/// A generator with the same numbers in every run (xorshift64*).
private struct Xorshift: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return state &* 0x2545_F491_4F6C_DD1D
  }
}
