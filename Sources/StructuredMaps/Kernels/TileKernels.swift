/// The twiddles of one stack of blocks, `[blocks][log n][n/2][2][2]`, as the butterfly loops read them.
///
/// `twiddle` points to the real plane; the imaginary plane is `imaginaryOffset` scalars further.
package struct ButterflyPass<Scalar: MapScalar> {
  package let twiddle: UnsafePointer<Scalar>
  package let imaginaryOffset: Int
  package let isComplex: Bool
  package let logSize: Int
  package let blockCount: Int
  package let firstDirection: StrideDirection

  package var size: Int { 1 << logSize }
  package var factorCount: Int { blockCount * logSize }

  /// Scalars per plane and factor.
  package var factorStride: Int { 2 * size }

  /// The stride of the factor applied at `index`.
  @inline(__always)
  package func stride(ofFactor index: Int) -> Int {
    let (block, indexInBlock) = index.quotientAndRemainder(dividingBy: logSize)
    return 1 << firstDirection.alternated(block).logStride(at: indexInBlock, of: logSize)
  }
}

/// The butterfly loops over one tile, `[size][2]` vectors of 8 lanes: the two planes of 8 complex vectors, or
/// simply 16 lanes if the map is real.
///
/// Each lane is summed in the one order written here, so a vector's bits do not depend on its neighbors.
enum ButterflyKernel {
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  static func forward<Scalar: MapScalar>(
    _ tile: UnsafeMutablePointer<SIMD8<Scalar>>, _ pass: ButterflyPass<Scalar>
  ) {
    for factor in 0..<pass.factorCount {
      apply(UnsafePointer(tile), tile, factor, pass)
    }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  static func forwardKeeping<Scalar: MapScalar>(
    _ tile: UnsafeMutablePointer<SIMD8<Scalar>>, _ kept: UnsafeMutablePointer<SIMD8<Scalar>>,
    _ pass: ButterflyPass<Scalar>
  ) {
    // Each factor reads the output of the one before and writes the next: only the input is copied.
    let vectors = 2 * pass.size
    guard pass.factorCount > 0 else { return }
    kept.update(from: tile, count: vectors)
    for factor in 0..<pass.factorCount {
      let source = UnsafePointer(kept + factor * vectors)
      let target = factor + 1 < pass.factorCount ? kept + (factor + 1) * vectors : tile
      apply(source, target, factor, pass)
    }
  }

  @inline(__always)
  private static func apply<Scalar: MapScalar>(
    _ source: UnsafePointer<SIMD8<Scalar>>, _ target: UnsafeMutablePointer<SIMD8<Scalar>>, _ factor: Int,
    _ pass: ButterflyPass<Scalar>
  ) {
    let stride = pass.stride(ofFactor: factor)
    var t = pass.twiddle + factor * pass.factorStride
    let imaginary = pass.imaginaryOffset
    var start = 0
    while start < pass.size {
      for position in start..<(start + stride) {
        let (low, high) = (2 * position, 2 * (position + stride))
        let (ar, ai) = (source[low], source[low + 1])
        let (br, bi) = (source[high], source[high + 1])
        if pass.isComplex {
          let u = t + imaginary
          target[low] = t[0] * ar - u[0] * ai + (t[1] * br - u[1] * bi)
          target[low + 1] = t[0] * ai + u[0] * ar + (t[1] * bi + u[1] * br)
          target[high] = t[2] * ar - u[2] * ai + (t[3] * br - u[3] * bi)
          target[high + 1] = t[2] * ai + u[2] * ar + (t[3] * bi + u[3] * br)
        } else {
          target[low] = t[0] * ar + t[1] * br
          target[low + 1] = t[0] * ai + t[1] * bi
          target[high] = t[2] * ar + t[3] * br
          target[high + 1] = t[2] * ai + t[3] * bi
        }
        t += 4
      }
      start += 2 * stride
    }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  static func backward<Scalar: MapScalar>(
    _ tile: UnsafeMutablePointer<SIMD8<Scalar>>, _ kept: UnsafePointer<SIMD8<Scalar>>,
    _ pass: ButterflyPass<Scalar>, _ twiddleGradient: UnsafeMutablePointer<Scalar>
  ) {
    for factor in stride(from: pass.factorCount - 1, through: 0, by: -1) {
      let input = kept + factor * 2 * pass.size
      let stride = pass.stride(ofFactor: factor)
      let imaginary = pass.imaginaryOffset
      var t = pass.twiddle + factor * pass.factorStride
      var d = twiddleGradient + factor * pass.factorStride
      var start = 0
      while start < pass.size {
        for position in start..<(start + stride) {
          let (low, high) = (2 * position, 2 * (position + stride))
          let (ar, ai) = (input[low], input[low + 1])
          let (br, bi) = (input[high], input[high + 1])
          let (gr, gi) = (tile[low], tile[low + 1])
          let (hr, hi) = (tile[high], tile[high + 1])
          d[0] += laneSum(gr * ar + gi * ai)
          d[1] += laneSum(gr * br + gi * bi)
          d[2] += laneSum(hr * ar + hi * ai)
          d[3] += laneSum(hr * br + hi * bi)
          if pass.isComplex {
            let (u, e) = (t + imaginary, d + imaginary)
            e[0] += laneSum(gi * ar - gr * ai)
            e[1] += laneSum(gi * br - gr * bi)
            e[2] += laneSum(hi * ar - hr * ai)
            e[3] += laneSum(hi * br - hr * bi)
            tile[low] = t[0] * gr + u[0] * gi + (t[2] * hr + u[2] * hi)
            tile[low + 1] = t[0] * gi - u[0] * gr + (t[2] * hi - u[2] * hr)
            tile[high] = t[1] * gr + u[1] * gi + (t[3] * hr + u[3] * hi)
            tile[high + 1] = t[1] * gi - u[1] * gr + (t[3] * hi - u[3] * hr)
          } else {
            tile[low] = t[0] * gr + t[2] * hr
            tile[low + 1] = t[0] * gi + t[2] * hi
            tile[high] = t[1] * gr + t[3] * hr
            tile[high + 1] = t[1] * gi + t[3] * hi
          }
          t += 4
          d += 4
        }
        start += 2 * stride
      }
    }
  }
}

/// One layer of equal dense blocks; block β mixes positions β·blockStride + j·elementStride.
///
/// Weights are `[blockCount][blockSize][blockSize]` (row, column); the imaginary plane is `imaginaryOffset`
/// further.
package struct BlockPass<Scalar: MapScalar> {
  package let weights: UnsafePointer<Scalar>
  package let imaginaryOffset: Int
  package let isComplex: Bool
  package let blockCount: Int
  package let blockSize: Int
  package let blockStride: Int
  package let elementStride: Int
}

/// The loops of dense blocks over one tile, laid out as in ``ButterflyKernel``.
enum BlockKernel {
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  static func forward<Scalar: MapScalar>(
    _ source: UnsafePointer<SIMD8<Scalar>>, _ destination: UnsafeMutablePointer<SIMD8<Scalar>>,
    _ pass: BlockPass<Scalar>
  ) {
    var w = pass.weights
    for block in 0..<pass.blockCount {
      let input = source + 2 * block * pass.blockStride
      let output = destination + 2 * block * pass.blockStride
      for row in 0..<pass.blockSize {
        var (sumReal, sumImaginary) = (SIMD8<Scalar>(), SIMD8<Scalar>())
        var x = input
        if pass.isComplex {
          for column in 0..<pass.blockSize {
            let (re, im) = (w[column], w[column + pass.imaginaryOffset])
            sumReal += re * x[0] - im * x[1]
            sumImaginary += re * x[1] + im * x[0]
            x += 2 * pass.elementStride
          }
        } else {
          for column in 0..<pass.blockSize {
            sumReal += w[column] * x[0]
            sumImaginary += w[column] * x[1]
            x += 2 * pass.elementStride
          }
        }
        output[2 * row * pass.elementStride] = sumReal
        output[2 * row * pass.elementStride + 1] = sumImaginary
        w += pass.blockSize
      }
    }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  static func backward<Scalar: MapScalar>(
    _ source: UnsafePointer<SIMD8<Scalar>>, _ gradient: UnsafePointer<SIMD8<Scalar>>,
    _ sourceGradient: UnsafeMutablePointer<SIMD8<Scalar>>, _ pass: BlockPass<Scalar>,
    _ blockGradient: UnsafeMutablePointer<Scalar>
  ) {
    let size = pass.blockSize
    for block in 0..<pass.blockCount {
      let offset = 2 * block * pass.blockStride
      let w = pass.weights + block * size * size
      let d = blockGradient + block * size * size
      for column in 0..<size {
        let input = offset + 2 * column * pass.elementStride
        let (xr, xi) = (source[input], source[input + 1])
        var (sumReal, sumImaginary) = (SIMD8<Scalar>(), SIMD8<Scalar>())
        for row in 0..<size {
          let output = offset + 2 * row * pass.elementStride
          let (gr, gi) = (gradient[output], gradient[output + 1])
          let index = row * size + column
          let re = w[index]
          d[index] += laneSum(gr * xr + gi * xi)
          if pass.isComplex {
            let im = w[index + pass.imaginaryOffset]
            d[index + pass.imaginaryOffset] += laneSum(gi * xr - gr * xi)
            sumReal += re * gr + im * gi
            sumImaginary += re * gi - im * gr
          } else {
            sumReal += re * gr
            sumImaginary += re * gi
          }
        }
        sourceGradient[input] = sumReal
        sourceGradient[input + 1] = sumImaginary
      }
    }
  }
}

/// The sum over lanes, in one fixed tree order.
@inline(__always)
private func laneSum<Scalar: MapScalar>(_ v: SIMD8<Scalar>) -> Scalar {
  let four = v.lowHalf + v.highHalf
  let two = four.lowHalf + four.highHalf
  return two[0] + two[1]
}
