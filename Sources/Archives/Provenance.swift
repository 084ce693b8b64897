internal import Glibc

extension OutputDirectory {
  /// Appends a line to `provenance.jsonl`: time, host, command line, corpus root; outside the byte promise.
  ///
  /// One write in append mode, so that two runs do not mix their lines.
  package func appendProvenance(_ entry: JSONValue) throws(ArchiveError) {
    let name = absolutePath(of: "provenance.jsonl")
    let descriptor = try store.open(name, flags: O_WRONLY | O_CREAT | O_APPEND, as: .create)
    defer { store.close(descriptor) }
    var bytes = entry.bytes
    bytes.append(UInt8(ascii: "\n"))
    try bytes.span.bytes.withUnsafeBytes { (buffer) throws(ArchiveError) in
      try store.write(descriptor, buffer, path: name)
    }
    try store.sync(descriptor, path: name)
  }

  /// The entries of `provenance.jsonl`, oldest first; a line cut off by a crash is passed over.
  package func provenance() throws(ArchiveError) -> [JSONValue] {
    guard let bytes = try store.contents(of: absolutePath(of: "provenance.jsonl")) else { return [] }
    return bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
      try? JSONParser.parse(Array(line), path: "provenance.jsonl")
    }
  }
}
