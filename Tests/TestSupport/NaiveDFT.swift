import Foundation

/// X_k = Σ_n x_n exp(−2πikn/N) of complex numbers, by direct sums in double precision.
package func naiveDFT(real: [Double], imaginary: [Double]) -> (real: [Double], imaginary: [Double]) {
  let n = real.count
  let angles = (0..<n).map { -2 * Double.pi * Double($0) / Double(n) }
  var outReal = [Double](repeating: 0, count: n)
  var outImaginary = outReal
  for k in 0..<n {
    for j in 0..<n {
      let angle = angles[k * j % n]
      outReal[k] += real[j] * cos(angle) - imaginary[j] * sin(angle)
      outImaginary[k] += real[j] * sin(angle) + imaginary[j] * cos(angle)
    }
  }
  return (outReal, outImaginary)
}
