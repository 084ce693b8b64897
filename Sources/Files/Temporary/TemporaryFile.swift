internal import Glibc

/// A file with a temporary name, written sequentially, with rollback to a mark and a running SHA-256.
///
/// Data are collected in a buffer of at most `limit` bytes; larger blocks are written directly. The file is
/// created when the buffer is first written, so a small file needs no descriptor until `putOnDisk()`. The
/// file is removed on deinit unless kept.
///
/// Used by one thread at a time.
package final class TemporaryFile {
  package let path: String
  private let store: FileStore
  private let limit: Int
  private let digestsAlong: Bool
  private var buffer: UnsafeMutableRawPointer?
  private var capacity = 0
  private var count = 0
  /// The number of bytes written to the file; those in the buffer follow them.
  private var written: Int64 = 0
  private var descriptor: Int32 = -1
  private var isMade = false
  private var isKept = false
  private var digester: SHA256Digester
  private var mark: Int64?
  private var stateAtMark: SHA256Digester?
  private var holdsStateAtMark = false

  /// - Parameters:
  ///   - path: of the file, which is made by the first write.
  ///   - store: does the system calls.
  ///   - limit: bytes that are held before they are written.
  ///   - digestsAlong: whether the digest is computed while writing. If the front of the file is written last
  ///     (`npy`), it must be computed by reading the file again.
  package init(path: String, store: FileStore, limit: Int, digestsAlong: Bool = true) throws(FileError) {
    self.path = path
    self.store = store
    self.limit = limit
    self.digestsAlong = digestsAlong
    self.digester = try SHA256Digester()
  }

  deinit {
    buffer?.deallocate()
    if descriptor >= 0 { store.close(descriptor) }
    if isMade && !isKept { store.removeQuietly(path) }
  }

  /// The number of bytes appended so far.
  package var position: Int64 { written + Int64(count) }

  package func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    guard let source = bytes.baseAddress, !bytes.isEmpty else { return }
    if bytes.count > limit - count { try writeOut() }
    guard bytes.count <= limit else {
      try digestAndWrite(bytes)
      return
    }
    reserve(count + bytes.count).advanced(by: count).copyMemory(from: source, byteCount: bytes.count)
    count += bytes.count
  }

  package func append(_ bytes: [UInt8]) throws(FileError) {
    try bytes.span.bytes.withUnsafeBytes { (buffer) throws(FileError) in try append(buffer) }
  }

  /// Marks this position for `rollBack()`.
  package func setMark() {
    mark = position
    holdsStateAtMark = false
  }

  /// Removes everything appended since the mark.
  package func rollBack() throws(FileError) {
    guard let mark else { return }
    self.mark = nil
    if mark >= written {
      count = Int(mark - written)
      return
    }
    try store.truncate(descriptor, to: mark, path: path)
    written = mark
    count = 0
    if digestsAlong, let stateAtMark { try digester.copyState(from: stateAtMark) }
  }

  package func clearMark() { mark = nil }

  /// Overwrites the first bytes of the file.
  package func overwriteFront(_ bytes: [UInt8]) throws(FileError) {
    precondition(!digestsAlong && Int64(bytes.count) <= position)
    if written == 0, let buffer {
      bytes.withUnsafeBytes { source in
        if let base = source.baseAddress { buffer.copyMemory(from: base, byteCount: source.count) }
      }
      return
    }
    try writeOut()
    try bytes.span.bytes.withUnsafeBytes { (source) throws(FileError) in
      try store.write(descriptor, source, at: 0, path: path)
    }
  }

  /// The SHA-256 of all bytes; nothing may be appended afterward.
  package func digest() throws(FileError) -> String {
    if digestsAlong || written == 0 {
      try digester.update(UnsafeRawBufferPointer(start: buffer, count: count))
      return try digester.finish()
    }
    try writeOut()
    return try sha256(of: descriptor, bytes: written, path: path, store: store)
  }

  /// Writes the buffer and releases it with the descriptor, without waiting for the disk.
  package func close() throws(FileError) {
    try writeOut(digesting: false)
    if descriptor < 0 { try make() }
    // A thousand small files reach the disk two to four times sooner if write-back of all of them has started
    // before the first wait.
    store.operations.startWriteBack(descriptor)
    store.close(descriptor)
    descriptor = -1
    buffer?.deallocate()
    buffer = nil
    capacity = 0
  }

  /// Writes the buffer, waits until all data are on the disk, and releases buffer and descriptor.
  ///
  /// A closed file is opened again: Linux reports an unseen write-back error to the next descriptor
  /// (errseq_t, since 4.13).
  package func putOnDisk() throws(FileError) {
    try writeOut(digesting: false)
    if descriptor < 0 {
      if isMade { descriptor = try store.open(path, flags: O_RDWR) } else { try make() }
    }
    try store.sync(descriptor, path: path)
    store.close(descriptor)
    descriptor = -1
    buffer?.deallocate()
    buffer = nil
    capacity = 0
  }

  /// Keeps the file, which was renamed or belongs to a renamed folder.
  package func keep() { isKept = true }

  private func reserve(_ bytes: Int) -> UnsafeMutableRawPointer {
    if let buffer, capacity >= bytes { return buffer }
    let larger = min(limit, max(bytes, 2 * capacity, 1 << 14))
    let fresh = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 64)
    if let buffer {
      fresh.copyMemory(from: buffer, byteCount: count)
      buffer.deallocate()
    }
    buffer = fresh
    capacity = larger
    return fresh
  }

  private func make() throws(FileError) {
    descriptor = try store.open(path, flags: O_RDWR | O_CREAT | O_EXCL, as: .create)
    isMade = true
  }

  private func writeOut(digesting: Bool = true) throws(FileError) {
    if count == 0 { return }
    let bytes = UnsafeRawBufferPointer(start: buffer, count: count)
    if digesting { try digestAndWrite(bytes) } else { try write(bytes) }
    count = 0
  }

  private func digestAndWrite(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    if digestsAlong { try digest(bytes) }
    try write(bytes)
  }

  private func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    if descriptor < 0 { try make() }
    try store.write(descriptor, bytes, path: path)
    written += Int64(bytes.count)
  }

  /// Digests bytes at offset `written`, saving the state at the mark if it is within them.
  private func digest(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    guard let mark, !holdsStateAtMark, mark >= written else {
      try digester.update(bytes)
      return
    }
    let before = Int(mark - written)
    guard before < bytes.count else {
      try digester.update(bytes)
      return
    }
    try digester.update(UnsafeRawBufferPointer(rebasing: bytes[..<before]))
    if stateAtMark == nil { stateAtMark = try SHA256Digester() }
    try stateAtMark?.copyState(from: digester)
    holdsStateAtMark = true
    try digester.update(UnsafeRawBufferPointer(rebasing: bytes[before...]))
  }
}
