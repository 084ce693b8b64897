import Foundation
import Foundations
import StructuredMaps
import TestSupport
import Testing

/// Complex maps whose 2 × 2 matrices are scaled until half of their entries are one.
@Suite("Twiddles in unit form") struct UnitTwiddleTests {
  static let shapes: [(size: Int, blocks: Int, first: StrideDirection)] = [
    (8, 1, .increasing), (16, 1, .decreasing), (32, 2, .increasing), (64, 2, .decreasing),
    (128, 3, .decreasing), (512, 2, .decreasing), (1024, 1, .increasing),
  ]

  static func shape(
    _ shape: (size: Int, blocks: Int, first: StrideDirection)
  ) throws -> KaleidoscopeShape {
    try KaleidoscopeShape(
      inputLength: shape.size, outputLength: shape.size, blockCount: shape.blocks,
      firstDirection: shape.first, field: .complex)
  }

  /// A unitary map whose numbers are exact in single precision, so that both precisions run the same one.
  static func unitary(_ shape: KaleidoscopeShape, seed: UInt64) throws -> KaleidoscopeMatrix<Double> {
    var generator = SplitMix64(seed: seed)
    return KaleidoscopeMatrix<Double>(try KaleidoscopeMatrix<Float>(shape, .orthogonal, using: &generator))
  }

  /// Sets entries of the 2 × 2 matrix of a pair to real values.
  static func set(_ map: inout KaleidoscopeMatrix<Double>, pair: Int, _ entries: [(Int, Double)]) {
    for (entry, value) in entries {
      map.parameters[4 * pair + entry] = value
      map.parameters[map.shape.planeStride + 4 * pair + entry] = 0
    }
  }

  /// Compares values and gradients with double precision.
  static func expectAccurate(_ exact: KaleidoscopeMatrix<Double>, _ form: TwiddleForm, count: Int = 5) {
    let map = KaleidoscopeMatrix<Float>(exact)
    #expect(PackedKaleidoscope(map).form == form)
    let expected = kernelRun(exact, count: count, field: .complex)
    let found = kernelRun(map, count: count, field: .complex)
    #expect(relativeDifference(flattened(found.output), flattened(expected.output)) < 1e-6)
    #expect(relativeDifference(flattened(found.inputGradient), flattened(expected.inputGradient)) < 1e-6)
    #expect(relativeDifference(found.parameterGradient, expected.parameterGradient) < 2e-6)
  }

  @Test("serve every initialization, to 1e-6 of the largest value and 2e-6 of the largest gradient")
  func beginnings() throws {
    for shape in Self.shapes {
      let shape = try Self.shape(shape)
      for initialization in KaleidoscopeInitialization.allCases {
        var generator = SplitMix64(seed: 31)
        let map = try KaleidoscopeMatrix<Float>(shape, initialization, using: &generator)
        Self.expectAccurate(KaleidoscopeMatrix<Double>(map), .unit)
      }
    }
  }

  @Test("exchange rows where the diagonal is zero or almost zero", arguments: shapes)
  func zeroDiagonals(shape: (size: Int, blocks: Int, first: StrideDirection)) throws {
    var map = try Self.unitary(Self.shape(shape), seed: 32)
    for pair in 0..<(map.shape.planeStride / 4) {
      switch pair % 5 {
      case 0: Self.set(&map, pair: pair, [(0, 0), (3, 0)])
      case 1: Self.set(&map, pair: pair, [(0, 0), (1, 0.75), (2, 0.5), (3, 1.25)])
      case 2: Self.set(&map, pair: pair, [(0, 0x1p-40), (1, 0.875), (2, 1), (3, -0x1p-45)])
      case 3: Self.set(&map, pair: pair, [(1, 0), (0, -0.75)])
      default: break
      }
    }
    Self.expectAccurate(map, .unit)
  }

  @Test("give way to full form where entries are too unbalanced, with the same accuracy")
  func refusals() throws {
    let shape = try Self.shape((64, 2, .decreasing))
    let pairs = shape.planeStride / 4
    for pair in [40, 37, pairs - 33] {
      for entries in [
        // A row of zeros; the larger entries of both rows in one column; scales out of range.
        [(0, 0.0), (1, 0.0)], [(0, 1), (1, 0.01), (2, 1), (3, 0.01)],
        [(0, 0x1p-40), (1, 0), (2, 0), (3, 0x1p-40)],
      ] {
        var map = try Self.unitary(shape, seed: 33)
        Self.set(&map, pair: pair, entries)
        Self.expectAccurate(map, .full)
      }
      var map = KaleidoscopeMatrix<Float>(try Self.unitary(shape, seed: 33))
      map.parameters[4 * pair] = .nan
      #expect(PackedKaleidoscope(map).form == .full)
    }
    // The last factor and merged ones are full in any case.
    for pair in [pairs - 1, pairs / 2] {
      var map = try Self.unitary(shape, seed: 34)
      Self.set(&map, pair: pair, [(0, 0), (1, 0)])
      Self.expectAccurate(map, .unit)
    }
  }

  @Test("exchange rows where only the antidiagonal is within bounds")
  func exchangesForBounds() throws {
    for shape in Self.shapes {
      var map = try Self.unitary(Self.shape(shape), seed: 39)
      for pair in 0..<min(40, map.shape.planeStride / 4) where pair % 3 == 0 {
        Self.set(&map, pair: pair, [(0, 0.05), (1, 1), (2, 1.0 / 15), (3, 1)])
      }
      Self.expectAccurate(map, .unit)
    }
  }

  @Test("leave the first factor full if it holds a window that is almost zero at its ends, or a row of zeros")
  func window() throws {
    let window = (0..<400).map { pow(0.5 - 0.5 * cos(2 * .pi * Double($0) / 399), 0.85) }
    let dft = try KaleidoscopeMatrix<Double>.windowedDFT(size: 512, window: window, width: 1)
    for inputLength in [512, 400] {
      let map = try KaleidoscopeMatrix<Float>(dft).cut(inputLength: inputLength, outputLength: 512)
      Self.expectAccurate(KaleidoscopeMatrix<Double>(map), .unitAfterFirst)
    }
    // A row of zeros in the first factor.
    for shape in Self.shapes {
      var map = try Self.unitary(Self.shape(shape), seed: 38)
      Self.set(&map, pair: 1, [(0, 0), (1, 0)])
      Self.expectAccurate(map, .unitAfterFirst)
    }
  }

  @Test("have the gradient of finite differences, also with respect to entries that became one")
  func finiteDifferences() throws {
    let exact = try Self.unitary(Self.shape((64, 2, .decreasing)), seed: 35)
    #expect(PackedKaleidoscope(KaleidoscopeMatrix<Float>(exact)).form == .unit)
    let gradient = kernelRun(KaleidoscopeMatrix<Float>(exact), count: 3, field: .complex).parameterGradient
    /// L = Σ Re(conj(c)·y), whose gradient `kernelRun` computes.
    func loss(_ map: KaleidoscopeMatrix<Double>) -> Double {
      var sum = 0.0
      for (v, y) in kernelRun(map, count: 3, field: .complex).output.enumerated() {
        for (y, c) in zip(y, randomVector(y.count, field: .complex, seed: 600 + UInt64(v))) {
          sum += y.real * Double(Float(c.real)) + y.imaginary * Double(Float(c.imaginary))
        }
      }
      return sum
    }
    let largest = gradient.reduce(0) { max($0, abs($1)) }
    for i in stride(from: 0, to: exact.parameterCount, by: exact.parameterCount / 96 | 1) {
      var (up, down) = (exact, exact)
      up.parameters[i] += 1e-5
      down.parameters[i] -= 1e-5
      let numeric = (loss(up) - loss(down)) / 2e-5
      #expect(abs(gradient[i] - numeric) < 2e-6 * largest, "parameter \(i)")
    }
  }

  @Test("give entries that read only padding a gradient of exactly zero", arguments: [400, 256, 130, 7])
  func padding(inputLength: Int) throws {
    for first in StrideDirection.allCases {
      let shape = try Self.shape((512, 2, first))
      let exact = try Self.unitary(shape, seed: 36).cut(inputLength: inputLength, outputLength: 512)
      let expected = kernelRun(exact, count: 4, field: .complex).parameterGradient
      let map = KaleidoscopeMatrix<Float>(exact)
      #expect(PackedKaleidoscope(map).form == .unit)
      let found = kernelRun(map, count: 4, field: .complex).parameterGradient
      #expect(relativeDifference(found, expected) < 2e-6)
      #expect(expected.contains(0))
      for i in expected.indices where expected[i] == 0 { #expect(found[i] == 0, "parameter \(i)") }
    }
  }

  @Test("give a single vector the bits of a batch", arguments: shapes)
  func sameBits(shape: (size: Int, blocks: Int, first: StrideDirection)) throws {
    let map = KaleidoscopeMatrix<Float>(try Self.unitary(Self.shape(shape), seed: 37))
    let packed = PackedKaleidoscope(map)
    var workspace = MapWorkspace<Float>()
    for count in [1, 3, 8, 9, 17] {
      var input = VectorBatch<Float>(length: shape.size, count: count, field: .complex)
      for v in 0..<count {
        let x = randomVector(shape.size, field: .complex, seed: 700 + UInt64(v))
        for p in x.indices { input[v, p] = x[p] }
      }
      var output = VectorBatch<Float>(length: shape.size, count: count, field: .complex)
      var frozen = VectorBatch<Float>(length: shape.size, count: count, field: .complex)
      map.forward(input, into: &output, workspace: &workspace)
      packed.forward(input, into: &frozen, workspace: &workspace)
      for v in 0..<count {
        #expect(output.vector(v) == frozen.vector(v))
        var one = VectorBatch<Float>(length: shape.size, count: 1, field: .complex)
        for p in 0..<shape.size { one[0, p] = input[v, p] }
        var alone = VectorBatch<Float>(length: shape.size, count: 1, field: .complex)
        packed.forward(one, into: &alone, workspace: &workspace)
        #expect(alone.vector(0) == output.vector(v))
      }
    }
  }
}
