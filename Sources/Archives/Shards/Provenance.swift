package import Files

extension OutputDirectory {
  /// `provenance.jsonl`: time, host, command line and corpus root of each run; not reproducible.
  package var provenance: JSONLines { JSONLines(path: absolutePath(of: "provenance.jsonl"), store: store) }
}
