import CFFTW
import CKernels

/// Plans that were measured beforehand, per FFTW version and processor, so that none is measured at start-up.
package enum FFTWWisdom {
  /// The rigour that shipped wisdom is made with.
  static let rigour = FFTW_PATIENT

  /// FFTW's version with the instruction sets that it was built for.
  package static let version = String(cString: kaleidoscope_fftwf_version())

  /// Reads the shipped wisdom into FFTW.
  ///
  /// Called under the planner's lock; later calls do nothing.
  static func importOnce() { _ = imported }

  private static let imported: Bool = {
    let kernels = String(cString: ck_best().pointee.name)
    guard let text = shipped["\(version) \(kernels)"] else { return false }
    return fftwf_import_wisdom_from_string(text) == 1
  }()

  static let shipped: [String: String] = [:]
}
