/// The SHA-256 of the first `bytes` bytes of an open file.
package func sha256(
  of descriptor: Int32, bytes: Int64, path: String, store: FileStore,
  checkpoint: Checkpoint = throwIfCancelled
) throws(FileError) -> String {
  let digester = try SHA256Digester()
  // Small enough that the allocator keeps it: pages mapped anew for each file cost more than the digest.
  let size = 1 << 16
  let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 64)
  defer { chunk.deallocate() }
  var position: Int64 = 0
  while position < bytes {
    let want = Int(min(Int64(size), bytes - position))
    let part = UnsafeMutableRawBufferPointer(rebasing: chunk[..<want])
    let count = try store.read(descriptor, into: part, at: position, path: path)
    guard count == want else {
      throw .malformed(
        path: path, offset: position + Int64(count), expected: "\(bytes) bytes", found: "the end")
    }
    try digester.update(UnsafeRawBufferPointer(part))
    position += Int64(count)
    try checkpoint(Int64(count))
  }
  return try digester.finish()
}
