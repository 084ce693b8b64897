import Foundations
import StructuredMaps
import TestSupport

// Definitions in dense double precision, and seeded random values.

func randomNumbers(_ count: Int, seed: UInt64) -> [Double] {
  var generator = SplitMix64(seed: seed)
  return (0..<count).map { _ in Double.random(in: -1..<1, using: &generator) }
}

func randomVector(_ length: Int, field: NumberField, seed: UInt64) -> [Complex] {
  let numbers = randomNumbers(2 * length, seed: seed)
  return (0..<length).map { Complex(numbers[2 * $0], field == .complex ? numbers[2 * $0 + 1] : 0) }
}

func randomMatrix(_ rows: Int, _ columns: Int, field: NumberField, seed: UInt64) -> DenseMatrix {
  let values = randomVector(rows * columns, field: field, seed: seed)
  return DenseMatrix(rows: rows, columns: columns) { values[$0 * columns + $1] }
}

func randomMap(_ shape: KaleidoscopeShape, seed: UInt64) -> KaleidoscopeMatrix<Double> {
  var map = KaleidoscopeMatrix<Double>(identity: shape)
  map.parameters = randomNumbers(shape.parameterCount, seed: seed)
  return map
}

/// torch_butterfly's product by its definition, with the tensor `[stacks, blocks, log n, n/2, 2, 2]`.
func torchProduct(
  shape: [Int], twiddle: [Complex], increasingStride: Bool, input: [Complex],
  outputLength: Int
) -> [Complex] {
  let (stacks, blocks, logSize) = (shape[0], shape[1], shape[2])
  let n = 1 << logSize
  var output: [Complex] = []
  for stack in 0..<stacks {
    var x = Array((input + Array(repeating: .zero, count: n)).prefix(n))
    var increasing = increasingStride
    for block in 0..<blocks {
      for index in 0..<logSize {
        let stride = 1 << (increasing ? index : logSize - 1 - index)
        var y = x
        for i in 0..<(n / 2) {
          let low = i % stride
          let position = 2 * (i - low) + low
          for row in 0..<2 {
            var sum = Complex.zero
            for column in 0..<2 {
              let at = ((((stack * blocks + block) * logSize + index) * (n / 2) + i) * 2 + row) * 2 + column
              sum += twiddle[at] * x[position + column * stride]
            }
            y[position + row * stride] = sum
          }
        }
        x = y
      }
      increasing.toggle()
    }
    output += x
  }
  return Array(output.prefix(outputLength))
}

func complexTwiddle(_ map: KaleidoscopeMatrix<Double>) -> [Complex] {
  let plane = map.shape.planeStride
  return (0..<plane).map {
    Complex(map.parameters[$0], map.field == .complex ? map.parameters[plane + $0] : 0)
  }
}

func product(_ matrix: DenseMatrix, _ vector: [Complex]) -> [Complex] {
  (0..<matrix.rows).map { r in
    (0..<matrix.columns).reduce(Complex.zero) { $0 + matrix[r, $1] * vector[$1] }
  }
}

func largestDifference(_ a: [Complex], _ b: [Complex]) -> Double {
  guard a.count == b.count else { return .infinity }
  return zip(a, b).reduce(0) { max($0, ($1.0 - $1.1).squaredMagnitude.squareRoot()) }
}
