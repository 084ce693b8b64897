package import Workflows

extension ComparisonReport {
  /// Writes the page, and the training curves as TensorBoard event files where they are asked for.
  ///
  /// - Throws: ``FileError``.
  package func writePages(to directory: ComparisonDirectory, includesEvents: Bool) throws {
    try directory.write(page: ComparisonPage(report: self).html)
    guard includesEvents else { return }
    for (index, contender) in contenders.enumerated() {
      for seed in contender.seeds {
        try directory.write(
          events: TensorBoardEvents(seed.history).bytes, TensorBoardEvents.fileName, of: contender,
          index: index,
          seed: seed.seed)
      }
    }
  }
}
