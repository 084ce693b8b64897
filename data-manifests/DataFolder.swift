/// This folder as a resource bundle beside the program.
///
/// The bundle is looked up by its name, not as `Bundle.module`, which ends the process where the bundle is
/// missing: an installed program has its data in `share/kaleido`.
package enum DataFolder {
  /// The name of the bundle, which the package manager composes of package and target.
  package static let bundleName = "Kaleidoscope_DataFolder.resources"
}
