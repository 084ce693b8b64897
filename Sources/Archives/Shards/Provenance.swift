package import Files

extension OutputDirectory {
  /// `provenance.jsonl`: time, host, command line and corpus root of each run; not reproducible.
  package var provenance: JSONLines { JSONLines(path: absolutePath(of: "provenance.jsonl"), store: store) }
}

extension OutputDirectory {
  /// The findings of `corpus_findings.jsonl` that exclude an utterance: one of whose name no key can be made,
  /// so that it is in no shard.
  package func unnamedRejects() throws(FileError) -> [JSONValue] {
    try JSONLines(path: absolutePath(of: IndexNames.corpusFindings), store: store).values()
      .filter { $0["severity"] == "reject" }
  }
}
