package import Archives
import Glibc

extension RunDirectory {
  /// Appends a line to `provenance.jsonl`: time, host, command line without the place of the corpus; outside the byte promise.
  package func appendProvenance(_ entry: JSONValue) throws(ArchiveError) {
    let name = path(of: Self.provenanceName)
    let store = FileStore()
    let descriptor = try store.open(name, flags: O_WRONLY | O_CREAT | O_APPEND, as: .create)
    defer { store.close(descriptor) }
    let bytes = entry.bytes + [UInt8(ascii: "\n")]
    try bytes.span.bytes.withUnsafeBytes { (buffer) throws(ArchiveError) in
      try store.write(descriptor, buffer, path: name)
    }
  }
}
