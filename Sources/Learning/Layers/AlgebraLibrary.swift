internal import COpenBLAS

/// The library of the matrix products in training.
package enum AlgebraLibrary {
  /// Its version and the processor whose kernels it runs, on which the bits of a training depend.
  package static let version: String = {
    guard let text = openblas_get_config() else { return "OpenBLAS" }
    return String(cString: text).split(separator: " ").joined(separator: " ")
  }()
}
