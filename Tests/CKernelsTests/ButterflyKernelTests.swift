import CKernels
import Foundations
import TestSupport
import Testing

@Suite("ButterflyKernel")
struct ButterflyKernelTests {
  /// A butterfly product whose factors act in stages.
  struct Product {
    var size: Int
    var isComplex: Bool
    var hasUnitTwiddles = false
    var firstIsFull = false
    /// The strides of each stage's factors: 1, 2, or 4 of the form d, e, e, d.
    var stages: [[Int]]

    var factorCount: Int { stages.reduce(0) { $0 + $1.count } }
    var planeCount: Int { isComplex ? 2 : 1 }
    var twiddleCount: Int { 2 * size * factorCount }

    /// The numbers of floats of packed twiddles and of scales.
    var packedCounts: (packed: Int, scales: Int) {
      var (packed, scales) = (0, 0)
      with { ck_butterfly_best().pointee.packed_counts($0, &packed, &scales) }
      return (packed, scales)
    }

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
            size: Int32(size), is_complex: isComplex, has_unit_twiddles: hasUnitTwiddles,
            first_is_full: firstIsFull, phase_count: 1, stage_count: Int32(stages.count), phases: phase,
            stages: base)
          return body(&product)
        }
      }
    }
  }

  static let products = [
    (false, false, false), (true, false, false), (true, true, false), (true, true, true),
  ].flatMap { isComplex, isUnit, firstIsFull in
    let products: [(Int, [[Int]])] = [
      (2, [[1], [1]]), (4, [[2, 1, 1, 2]]), (8, [[4], [2, 1, 1, 2], [4]]), (16, [[8, 4]]),
      (64, [[1, 2], [8, 4], [32], [16]]), (192, [[16, 32], [32, 16, 16, 32], [2], [8, 4]]),
    ]
    return products.map { size, stages in
      Product(
        size: size, isComplex: isComplex, hasUnitTwiddles: isUnit, firstIsFull: firstIsFull, stages: stages)
    }
  }

  struct Result {
    var packed: [Float]
    var output: [Float]
    var inputGradient: [Float]
    var packedGradient: [Float]
    var twiddleGradient: [Float]
  }

  /// One tile, or two.
  static func tiles(
    _ first: UnsafeMutablePointer<Float>, second: UnsafeMutablePointer<Float>? = nil
  ) -> ck_tile_pair {
    var pair = ck_tile_pair()
    pair.first.tiled = first
    pair.second.tiled = second
    return pair
  }

  /// The packed twiddles and their scales.
  static func pack(
    _ set: InstructionSet, _ product: Product, _ butterfly: UnsafePointer<ck_butterfly>,
    _ twiddles: UnsafePointer<Float>, offset: Int = 0
  ) -> (packed: [Float], scales: [Float]) {
    let counts = product.packedCounts
    var scales: [Float] = []
    let packed = output(counts.packed, offset: offset) { packed in
      guard product.hasUnitTwiddles else {
        set.butterfly.pack(butterfly, twiddles, product.twiddleCount, packed)
        return
      }
      scales = output(counts.scales, offset: offset) { scales in
        var scratch = [Double](repeating: .nan, count: Int(CK_UNIT_PACKING_SCRATCH) * product.size)
        #expect(
          set.butterfly.pack_unit(
            butterfly, twiddles, product.twiddleCount, product.size, packed, scales, &scratch))
      }
    }
    return (packed, scales)
  }

  static func values(_ count: Int, seed: UInt64) -> [Float] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in Float.random(in: -1...1, using: &random) }
  }

  /// The results of all kernels on one tile, with all memory at an offset from the alignment of vectors.
  static func run(_ set: InstructionSet, _ product: Product, offset: Int) -> Result {
    let rows = Int(ck_butterfly_rows(product.size))
    let tile = product.size * Int(CK_TILE_ROW)
    let work = rows * Int(CK_TILE_ROW) * (product.stages.count + 1)
    return product.with { butterfly in
      withFloats(values(product.twiddleCount * product.planeCount, seed: 1), offset: offset) { twiddles in
        withFloats(values(tile, seed: 2), offset: offset) { input in
          withFloats(values(tile, seed: 3), offset: offset) { gradient in
            withFloats([Float](repeating: .nan, count: work), offset: offset) { work in
              let (packed, scales) = pack(set, product, butterfly, twiddles, offset: offset)
              return withFloats(packed, offset: offset) { packedTwiddles in
                var (source, outputGradient) = (tiles(input), tiles(gradient))
                let out = output(tile, offset: offset) {
                  var target = tiles($0)
                  set.butterfly.forward(butterfly, packedTwiddles, &source, &target, nil, nil, work)
                }
                var inputGradient: [Float] = []
                let packedGradient = output(packed.count, offset: offset) { packedGradient in
                  inputGradient = output(tile, offset: offset) {
                    var target = tiles($0)
                    set.butterfly.backward(
                      butterfly, packedTwiddles, &source, &outputGradient, &target, packedGradient, nil, nil,
                      work)
                  }
                }
                let twiddleGradient = withFloats(packedGradient, offset: offset) { packedGradient in
                  withFloats(scales, offset: offset) { scales in
                    output(product.twiddleCount * product.planeCount, offset: offset) {
                      if product.hasUnitTwiddles {
                        var scratch = [Double](
                          repeating: .nan, count: Int(CK_UNIT_PACKING_SCRATCH) * product.size)
                        set.butterfly.unpack_unit_gradient(
                          butterfly, twiddles, product.twiddleCount, packedTwiddles, scales, packedGradient,
                          $0, &scratch)
                      } else {
                        set.butterfly.unpack_gradient(
                          butterfly, twiddles, product.twiddleCount, packedGradient, $0)
                      }
                    }
                  }
                }
                return Result(
                  packed: packed, output: out, inputGradient: inputGradient, packedGradient: packedGradient,
                  twiddleGradient: twiddleGradient)
              }
            }
          }
        }
      }
    }
  }

  @Test(
    "instruction sets with a fused multiply-add give identical products at any alignment",
    arguments: products)
  func fusedSetsAgree(product: Product) {
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

  @Test(
    "all instruction sets agree within 4 ulp of the largest value, or of the largest term of a gradient",
    arguments: products)
  func allSetsAgree(product: Product) {
    let expected = Self.run(InstructionSet.all[0], product, offset: 0)
    func largest(_ numbers: [Float]) -> Float { numbers.reduce(0) { $1.isNaN ? $0 : max($0, abs($1)) } }
    for set in InstructionSet.all {
      let found = Self.run(set, product, offset: 0)
      for (a, b, terms) in [
        (found.packed, expected.packed, []), (found.output, expected.output, []),
        (found.inputGradient, expected.inputGradient, []),
        (found.packedGradient, expected.packedGradient, []),
        // In unit form a difference of numbers as large as the packed ones.
        (found.twiddleGradient, expected.twiddleGradient, expected.packedGradient),
      ] {
        let largest = max(largest(b), largest(terms))
        // Masks of exchanged rows are NaN, and identical.
        let difference = zip(a, b).reduce(Float(0)) {
          guard $1.0.bitPattern != $1.1.bitPattern else { return $0 }
          return ($1.0 - $1.1).isNaN ? .infinity : max($0, abs($1.0 - $1.1))
        }
        #expect(difference <= 4 * largest.ulp, "\(set)")
      }
    }
  }

  @Test(
    "two tiles at once give the results of separate calls, and their summed gradients within 4 ulp",
    arguments: InstructionSet.all, products)
  func twoTiles(set: InstructionSet, product: Product) {
    let tile = product.size * Int(CK_TILE_ROW)
    let rows = Int(CK_TILES) * Int(ck_butterfly_rows(product.size))
    let work = rows * Int(CK_TILE_ROW) * (product.stages.count + 1)
    let kernels = set.butterfly
    /// The outputs and gradients of two tiles, in one call or in two.
    func run(together: Bool) -> (tiles: [[Float]], gradient: [Float]) {
      product.with { butterfly in
        withFloats(Self.values(product.twiddleCount * product.planeCount, seed: 1)) { twiddles in
          withFloats(Self.values(2 * tile, seed: 2)) { input in
            withFloats(Self.values(2 * tile, seed: 3)) { gradient in
              withFloats([Float](repeating: .nan, count: work)) { work in
                let packed = Self.pack(set, product, butterfly, twiddles).packed
                return withFloats(packed) { packed in
                  /// Calls `body` once with both tiles, or once with each.
                  func each(
                    _ a: UnsafeMutablePointer<Float>, _ b: UnsafeMutablePointer<Float>,
                    _ body: (UnsafePointer<ck_tile_pair>, UnsafePointer<ck_tile_pair>) -> Void
                  ) {
                    for start in together ? [0] : [0, tile] {
                      var from = Self.tiles(a + start, second: together ? a + tile : nil)
                      var to = Self.tiles(b + start, second: together ? b + tile : nil)
                      body(&from, &to)
                    }
                  }
                  let forward = output(2 * tile) { out in
                    each(input, out) { from, to in
                      kernels.forward(butterfly, packed, from, to, nil, nil, work)
                    }
                  }
                  var inputGradient: [Float] = []
                  let count = product.packedCounts.packed
                  let packedGradient = output(count) { d in
                    // In place, as in a map.
                    inputGradient = output(2 * tile) { g in
                      g.update(from: gradient, count: 2 * tile)
                      each(input, g) { from, g in
                        kernels.backward(butterfly, packed, from, g, g, d, nil, nil, work)
                      }
                    }
                  }
                  let alone = output(count) { d in
                    each(input, gradient) { from, g in
                      kernels.backward(butterfly, packed, from, g, nil, d, nil, nil, work)
                    }
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
