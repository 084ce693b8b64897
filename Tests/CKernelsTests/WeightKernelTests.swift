import CKernels
import Foundations
import TestSupport
import Testing

@Suite("WeightKernel")
struct WeightKernelTests {
  static let shapes = [(1, 1), (3, 5), (31, 7), (32, 16), (39, 33), (64, 40), (129, 61), (70, 256)]

  private func numbers(_ count: Int, seed: UInt64) -> [Float] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in Float.random(in: -1...1, using: &random) }
  }

  private func packedCount(_ set: InstructionSet, outputs: Int, inputs: Int) -> Int {
    let panel = Int(set.layers.panel)
    return (outputs + panel - 1) / panel * panel * (inputs + 1)
  }

  @Test(
    "packing a matrix by rows equals packing its transpose as weights", arguments: InstructionSet.all, shapes)
  func packing(set: InstructionSet, shape: (outputs: Int, inputs: Int)) {
    let (outputs, inputs) = shape
    let stride = outputs + 3
    let rows = numbers(inputs * stride, seed: 1)
    var weights = [Float](repeating: 0, count: outputs * inputs)
    for k in 0..<inputs { for n in 0..<outputs { weights[n * inputs + k] = rows[k * stride + n] } }
    let count = packedCount(set, outputs: outputs, inputs: inputs)
    let byRows = withFloats(rows) { rows in
      output(count) { set.layers.dense_pack_rows(rows, stride, outputs, inputs, $0) }
    }
    let byOutputs = withFloats(weights) { weights in
      output(count) { set.layers.dense_pack(weights, nil, outputs, inputs, $0) }
    }
    #expect(byRows.bits == byOutputs.bits)
    // Panel by panel: zeros for the bias, then the panel's outputs of each input.
    let panel = Int(set.layers.panel)
    for n in 0..<outputs {
      let start = n / panel * panel * (inputs + 1) + n % panel
      #expect(byRows[start] == 0)
      #expect((0..<inputs).allSatisfy { byRows[start + ($0 + 1) * panel] == rows[$0 * stride + n] })
    }
  }

  @Test("a transposition writes the transpose and nothing else", arguments: InstructionSet.all, shapes)
  func transposition(set: InstructionSet, shape: (rows: Int, columns: Int)) {
    let (rows, columns) = shape
    let (stride, newStride) = (columns + 2, rows + 5)
    let from = numbers(rows * stride, seed: 2)
    let to = withFloats(from) { from in
      output(columns * newStride) { set.layers.transpose(from, rows, columns, stride, $0, newStride) }
    }
    for c in 0..<columns {
      for r in 0..<newStride {
        #expect(to[c * newStride + r] == (r < rows ? from[r * stride + c] : 0))
      }
    }
  }

  @Test(
    "a product agrees with its definition, scaled, stored or added", arguments: InstructionSet.all, shapes)
  func product(set: InstructionSet, shape: (outputs: Int, inputs: Int)) {
    let (outputs, inputs) = shape
    let count = 29
    let (matrix, x) = (numbers(inputs * outputs, seed: 3), numbers(count * inputs, seed: 4))
    let before = numbers(count * outputs, seed: 5)
    let packed = withFloats(matrix) { matrix in
      output(packedCount(set, outputs: outputs, inputs: inputs)) {
        set.layers.dense_pack_rows(matrix, outputs, outputs, inputs, $0)
      }
    }
    func run(_ rows: Range<Int>, scale: Float, adds: Bool) -> [Float] {
      withFloats(packed) { packed in
        withFloats(x) { x in
          output(rows.count * outputs) { out in
            for i in 0..<(rows.count * outputs) { out[i] = before[rows.lowerBound * outputs + i] }
            set.layers.dense_product(
              packed, outputs, inputs, x + rows.lowerBound * inputs, rows.count, scale, adds, out)
          }
        }
      }
    }
    for (scale, adds) in [(Float(1), false), (1, true), (-0.37, true), (-0.37, false)] {
      let found = run(0..<count, scale: scale, adds: adds)
      for r in 0..<count {
        for n in 0..<outputs {
          var sum = 0.0
          for k in 0..<inputs { sum += Double(x[r * inputs + k]) * Double(matrix[k * outputs + n]) }
          let exact = Double(scale) * sum + (adds ? Double(before[r * outputs + n]) : 0)
          #expect(abs(Double(found[r * outputs + n]) - exact) < 1e-7 * Double(inputs + 3))
        }
      }
      // Identical for any number of rows per call.
      let alone = (0..<count).flatMap { run($0..<$0 + 1, scale: scale, adds: adds) }
      #expect(found.bits == alone.bits)
      #expect(
        (run(0..<17, scale: scale, adds: adds) + run(17..<count, scale: scale, adds: adds)).bits == found.bits
      )
    }
  }
}
