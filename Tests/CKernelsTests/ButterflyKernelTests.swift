import CKernels
import TestSupport
import Testing

@Suite("Butterfly kernels")
struct ButterflyKernelTests {
  /// A product of factors of given strides, groups of which act at once.
  struct Product {
    var size: Int
    var isComplex: Bool
    /// Strides of neighbouring factors, one list a stage: 1, 2, or 4 as d, e, e, d.
    var stages: [[Int]]

    var factorCount: Int { stages.reduce(0) { $0 + $1.count } }
    var planeCount: Int { isComplex ? 2 : 1 }
    var twiddleCount: Int { 2 * size * factorCount }

    /// Floats of packed twiddles: a merged matrix takes those of four pairs.
    var packedCount: Int { stages.reduce(0) { $0 + 2 * size * ($1.count == 1 ? 1 : 2) } * planeCount }

    func with<Result>(_ body: (UnsafePointer<ck_butterfly>) -> Result) -> Result {
      var factor = Int32(0)
      let stages = stages.map { strides in
        let smaller = strides.count == 1 ? strides[0] : min(strides[0], strides[1])
        let span = smaller * (strides.count == 1 ? 2 : 4)
        defer { factor += Int32(strides.count) }
        return ck_butterfly_stage(
          factors: Int32(strides.count), first_factor: factor, stride: Int32(strides[0]),
          next_stride: strides.count == 1 ? 0 : Int32(strides[1]), groups: Int32(min(size, 64) / span),
          group_step: Int32(span), inner: 1, columns: Int32(smaller), near: Int32(strides[0]),
          far: strides.count == 1 ? 0 : Int32(strides[1]))
      }
      let phase = ck_butterfly_phase(
        over_columns: false, units: Int32(max(1, size / 64)), unit_columns: 0, first_stage: 0,
        stage_count: Int32(stages.count))
      return withUnsafePointer(to: phase) { phase in
        stages.withUnsafeBufferPointer { stages in
          guard let base = stages.baseAddress else { preconditionFailure("a product has a stage") }
          var product = ck_butterfly(
            size: Int32(size), is_complex: isComplex, phase_count: 1, stage_count: Int32(stages.count),
            phases: phase, stages: base)
          return body(&product)
        }
      }
    }
  }

  static let products = [false, true].flatMap { isComplex in
    [
      Product(size: 2, isComplex: isComplex, stages: [[1], [1]]),
      Product(size: 4, isComplex: isComplex, stages: [[2, 1, 1, 2]]),
      Product(size: 8, isComplex: isComplex, stages: [[4], [2, 1, 1, 2], [4]]),
      Product(size: 64, isComplex: isComplex, stages: [[1, 2], [8, 4], [32], [16]]),
      Product(size: 192, isComplex: isComplex, stages: [[16, 32], [32, 16, 16, 32], [2]]),
    ]
  }

  struct Result {
    var packed: [Float]
    var output: [Float]
    var inputGradient: [Float]
    var twiddleGradient: [Float]
  }

  static func values(_ count: Int, seed: UInt64) -> [Float] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in Float.random(in: -1...1, using: &random) }
  }

  /// All kernels on one tile, everything at an offset from the alignment of vectors.
  static func run(_ set: InstructionSet, _ product: Product, offset: Int) -> Result {
    let rows = Int(ck_butterfly_rows(product.size))
    let tile = product.size * Int(CK_TILE_ROW)
    let work = rows * Int(CK_TILE_ROW) * product.stages.count
    return product.with { butterfly in
      withFloats(values(product.twiddleCount * product.planeCount, seed: 1), offset: offset) { twiddles in
        withFloats(values(tile, seed: 2), offset: offset) { input in
          withFloats(values(tile, seed: 3), offset: offset) { gradient in
            withFloats([Float](repeating: .nan, count: work), offset: offset) { work in
              let packed = output(product.packedCount, offset: offset) {
                set.kernels.butterfly_pack(butterfly, twiddles, product.twiddleCount, $0)
              }
              return withFloats(packed, offset: offset) { packedTwiddles in
                let out = output(tile, offset: offset) {
                  set.kernels.butterfly_forward(
                    butterfly, packedTwiddles, input, nil, $0, nil, nil, work)
                }
                var inputGradient: [Float] = []
                let packedGradient = output(product.packedCount, offset: offset) { packedGradient in
                  inputGradient = output(tile, offset: offset) {
                    set.kernels.butterfly_backward(
                      butterfly, packedTwiddles, input, nil, gradient, nil, $0, nil, packedGradient, nil, work
                    )
                  }
                }
                let twiddleGradient = withFloats(packedGradient, offset: offset) { packedGradient in
                  output(product.twiddleCount * product.planeCount, offset: offset) {
                    set.kernels.butterfly_unpack_gradient(
                      butterfly, twiddles, product.twiddleCount, packedGradient, $0)
                  }
                }
                return Result(
                  packed: packed, output: out, inputGradient: inputGradient, twiddleGradient: twiddleGradient)
              }
            }
          }
        }
      }
    }
  }

  @Test(
    "Instruction sets with a fused multiply-add give the same bits, whatever the alignment",
    arguments: products)
  func sameBits(product: Product) {
    guard let first = InstructionSet.fused.first else { return }
    let expected = Self.run(first, product, offset: 0)
    for set in InstructionSet.fused {
      for offset in [0, 1, 5] {
        let found = Self.run(set, product, offset: offset)
        #expect(found.packed.bits == expected.packed.bits, "\(set)")
        #expect(found.output.bits == expected.output.bits, "\(set)")
        #expect(found.inputGradient.bits == expected.inputGradient.bits, "\(set)")
        #expect(found.twiddleGradient.bits == expected.twiddleGradient.bits, "\(set)")
      }
    }
  }

  @Test("All instruction sets agree to 4 ulp of the largest value", arguments: products)
  func agreement(product: Product) {
    let expected = Self.run(InstructionSet.all[0], product, offset: 0)
    for set in InstructionSet.all {
      let found = Self.run(set, product, offset: 0)
      for (a, b) in [
        (found.packed, expected.packed), (found.output, expected.output),
        (found.inputGradient, expected.inputGradient), (found.twiddleGradient, expected.twiddleGradient),
      ] {
        let largest = b.reduce(0) { max($0, abs($1)) }
        let difference = zip(a, b).reduce(Float(0)) {
          ($1.0 - $1.1).isNaN ? .infinity : max($0, abs($1.0 - $1.1))
        }
        #expect(difference <= 4 * largest.ulp, "\(set)")
      }
    }
  }

  @Test(
    "Two tiles at once give the bits of one after the other, gradients summed over both to 4 ulp",
    arguments: InstructionSet.all, products)
  func twoTiles(set: InstructionSet, product: Product) {
    let tile = product.size * Int(CK_TILE_ROW)
    let work = Int(CK_TILES) * Int(ck_butterfly_rows(product.size)) * Int(CK_TILE_ROW) * product.stages.count
    /// Outputs and gradients of two tiles, in one call or in two.
    func run(together: Bool) -> (tiles: [[Float]], gradient: [Float]) {
      product.with { butterfly in
        withFloats(Self.values(product.twiddleCount * product.planeCount, seed: 1)) { twiddles in
          withFloats(Self.values(2 * tile, seed: 2)) { input in
            withFloats(Self.values(2 * tile, seed: 3)) { gradient in
              withFloats([Float](repeating: .nan, count: work)) { work in
                let packed = output(product.packedCount) {
                  set.kernels.butterfly_pack(butterfly, twiddles, product.twiddleCount, $0)
                }
                return withFloats(packed) { packed in
                  let second = input + tile
                  let forward = output(2 * tile) { out in
                    set.kernels.butterfly_forward(
                      butterfly, packed, input, together ? second : nil, out, together ? out + tile : nil,
                      nil,
                      work)
                    guard !together else { return }
                    set.kernels.butterfly_forward(
                      butterfly, packed, second, nil, out + tile, nil, nil, work)
                  }
                  var inputGradient: [Float] = []
                  let packedGradient = output(product.packedCount) { d in
                    // In place, as maps run.
                    inputGradient = output(2 * tile) { g in
                      g.update(from: gradient, count: 2 * tile)
                      set.kernels.butterfly_backward(
                        butterfly, packed, input, together ? second : nil, g, together ? g + tile : nil, g,
                        together ? g + tile : nil, d, nil, work)
                      guard !together else { return }
                      set.kernels.butterfly_backward(
                        butterfly, packed, second, nil, g + tile, nil, g + tile, nil, d, nil, work)
                    }
                  }
                  let alone = output(product.packedCount) { d in
                    set.kernels.butterfly_backward(
                      butterfly, packed, input, together ? second : nil, gradient,
                      together ? gradient + tile : nil, nil, nil, d, nil, work)
                    guard !together else { return }
                    set.kernels.butterfly_backward(
                      butterfly, packed, second, nil, gradient + tile, nil, nil, nil, d, nil, work)
                  }
                  #expect(alone.bits == packedGradient.bits)
                  return ([forward, inputGradient], packedGradient)
                }
              }
            }
          }
        }
      }
    }
    let (one, two) = (run(together: false), run(together: true))
    #expect(one.tiles.map(\.bits) == two.tiles.map(\.bits))
    let largest = one.gradient.reduce(0) { max($0, abs($1)) }
    for (a, b) in zip(one.gradient, two.gradient) { #expect(abs(a - b) <= 4 * largest.ulp) }
  }
}
