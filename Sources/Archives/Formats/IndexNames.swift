/// The names of all indexes.
package enum IndexNames {
  /// All indexes that a run of a configuration may write, with the tables of labels `phonesNN.txt` and the
  /// files next to the indexes.
  package static func all(of configuration: DirectoryConfiguration) -> [String] {
    names(
      of: configuration.format, labels: configuration.labels, normalized: configuration.storesNormalized)
      + besides
  }

  /// The findings on the corpus that concern no utterance, which `preprocess` writes next to the indexes.
  package static let corpusFindings = "corpus_findings.jsonl"

  /// The options of the last run for the indexes and the number of rejects, which no shard depends on.
  package static let finishSettings = "finish.json"

  private static let besides = [corpusFindings, finishSettings]

  /// All indexes of a directory whose configuration cannot be read, and the files next to them.
  static var all: [String] {
    Array(
      Set(ArchiveFormat.allCases.flatMap { names(of: $0, labels: LabelSet.usual, normalized: true) }))
      + besides
  }

  private static func names(
    of format: ArchiveFormat, labels: [LabelSet], normalized: Bool
  ) -> [String] {
    var names = ["manifest.jsonl", "rejects.jsonl", "warnings.jsonl", "summary.json"]
    names += labels.map(\.tableName)
    if normalized { names.append("manifest_normalized.jsonl") }
    names += format.definition.indexNames(labels: labels, isNormalized: normalized)
    return names
  }
}
