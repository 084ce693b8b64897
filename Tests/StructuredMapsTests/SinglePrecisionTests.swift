import StructuredMaps
import TestSupport
import Testing

@Suite("Butterfly kernels in single precision") struct SinglePrecisionTests {
  static let shapes: [(blocks: Int, first: StrideDirection)] = [
    (1, .increasing), (1, .decreasing), (2, .decreasing), (2, .increasing), (3, .decreasing),
  ]

  @Test(
    "agree with double precision to 2e-6 of the largest value, for every size from 2 to 8192",
    arguments: (1...13).map { 1 << $0 }, NumberField.allCases)
  func everySize(size: Int, field: NumberField) {
    // Large maps are slow to make: only one block of each direction, and two blocks that meet.
    let shapes = size > 1024 ? Array(Self.shapes[0...2]) : Self.shapes
    for (index, shape) in shapes.enumerated() {
      let exact = sampleMap(
        size: size, blocks: shape.blocks, first: shape.first, field: field, seed: UInt64(index))
      let count = size > 1024 ? 1 : size > 128 ? 3 : 19
      let expected = kernelRun(exact, count: count, field: field)
      let found = kernelRun(KaleidoscopeMatrix<Float>(exact), count: count, field: field)
      #expect(relativeDifference(flattened(found.output), flattened(expected.output)) < 2e-6, "\(shape)")
      #expect(
        relativeDifference(flattened(found.inputGradient), flattened(expected.inputGradient)) < 2e-6,
        "\(shape)")
      #expect(relativeDifference(found.parameterGradient, expected.parameterGradient) < 2e-6, "\(shape)")
    }
  }

  @Test(
    "give a vector the same bits in a batch of any size", arguments: NumberField.allCases,
    [2, 8, 64, 128, 512])
  func everyRemainder(field: NumberField, size: Int) {
    let map = KaleidoscopeMatrix<Float>(
      sampleMap(size: size, blocks: 2, first: .decreasing, field: field, seed: 9))
    let largest = kernelRun(map, count: 35, field: field)
    for count in 1..<35 {
      let found = kernelRun(map, count: count, field: field)
      #expect(found.output == Array(largest.output.prefix(count)))
      #expect(found.inputGradient == Array(largest.inputGradient.prefix(count)))
    }
  }

  @Test("do not flush denormal numbers to zero", arguments: NumberField.allCases, [2, 8, 64, 128, 1024])
  func denormals(field: NumberField, size: Int) {
    let exact = sampleMap(size: size, blocks: 2, first: .decreasing, field: field, seed: 10)
    let scale = 0x1p-130
    let expected = kernelRun(exact, count: 5, field: field, scale: scale)
    let found = kernelRun(KaleidoscopeMatrix<Float>(exact), count: 5, field: field, scale: scale)
    // Half a denormal step of rounding at each of up to twenty factors, amplified by the factors that follow.
    let largest = zip(flattened(found.output), flattened(expected.output)).reduce(0.0) {
      max($0, abs($1.0 - $1.1))
    }
    #expect(largest > 0 && largest < 200 * 0x1p-149, "\(largest / 0x1p-149) steps")
    #expect(flattened(found.output).contains { $0 != 0 && abs($0) < 0x1p-126 })
  }

  @Test("merge factors where blocks meet and still give each its gradient", arguments: NumberField.allCases)
  func mergedFactors(field: NumberField) {
    // Zeros in the merged factors: their gradients cannot have been obtained by division.
    var exact = sampleMap(size: 16, blocks: 4, first: .decreasing, field: field, seed: 11)
    for i in stride(from: 0, to: exact.parameters.count, by: 5) { exact.parameters[i] = 0 }
    let expected = kernelRun(exact, count: 9, field: field)
    let found = kernelRun(KaleidoscopeMatrix<Float>(exact), count: 9, field: field)
    #expect(relativeDifference(found.parameterGradient, expected.parameterGradient) < 2e-6)
  }

  @Test("transpose rows of any count and length to tiles and back", arguments: [1, 7, 8, 9, 16, 17, 31])
  func rows(count: Int) {
    for length in [1, 3, 4, 7, 8, 12, 33] {
      let stride = 2 * length + 3
      let numbers = randomNumbers(count * stride, seed: 12).map { Float($0) }
      var back = [Float](repeating: 7, count: numbers.count)
      var complex = VectorBatch<Float>(length: length, count: count, field: .complex)
      complex.load(interleavedRows: numbers, rowStride: stride)
      complex.store(interleavedRows: &back, rowStride: stride)
      for v in 0..<count {
        for p in 0..<length {
          let at = v * stride + 2 * p
          #expect(complex[v, p] == Complex(Double(numbers[at]), Double(numbers[at + 1])))
          #expect(back[at] == numbers[at] && back[at + 1] == numbers[at + 1])
        }
        #expect(back[v * stride + 2 * length] == 7)
      }
      for field in NumberField.allCases {
        var batch = VectorBatch<Float>(length: length, count: count, field: field)
        var rows = [Float](repeating: 7, count: numbers.count)
        batch.load(rows: numbers, rowStride: stride)
        batch.storeRealParts(rows: &rows, rowStride: stride)
        for v in 0..<count {
          for p in 0..<length {
            #expect(batch[v, p] == Complex(Double(numbers[v * stride + p])))
            #expect(rows[v * stride + p] == numbers[v * stride + p])
          }
          #expect(rows[v * stride + length] == 7)
        }
      }
    }
  }
}
