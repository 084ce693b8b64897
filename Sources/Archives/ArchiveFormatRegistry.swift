// The registry: a format is a folder of its own, and one line here.

extension ArchiveFormat: CaseIterable {
  /// Every format, in the order of the help; the first is the default of commands.
  package static let allCases: [ArchiveFormat] = [
    .kaldi,
    .npy,
    .lhotse,
    .htk,
  ]
}
