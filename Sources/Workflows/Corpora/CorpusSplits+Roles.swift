import Corpus

extension CorpusSplits {
  /// The split that is scored where none is named: core-test where the corpus has it, else test.
  var defaultTestSplit: String { members(of: "core-test") != nil ? "core-test" : "test" }

  /// The split of each utterance that is in one, by index in the catalog.
  ///
  /// The first in the list wins where sets overlap: core test before test.
  var splitOfUtterance: [Int: String] {
    var split: [Int: String] = [:]
    for name in names {
      for index in members(of: name) ?? [] where split[index] == nil { split[index] = name }
    }
    return split
  }
}
