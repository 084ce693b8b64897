internal import COpenBLAS

/// The library behind the products of matrices in training.
package enum AlgebraLibrary {
  /// Its version, and the processor whose kernels it has chosen: what the bits of a training depend on.
  package static let version: String = {
    guard let text = openblas_get_config() else { return "OpenBLAS" }
    return String(cString: text).split(separator: " ").joined(separator: " ")
  }()
}
