package import Files

extension TrainingDirectory {
  /// `provenance.jsonl`: time, host and command line without the corpus; outside the byte promise.
  package var provenance: JSONLines { JSONLines(path: path(of: Self.provenanceName)) }
}
