package import Glibc

/// File operations that retry after EINTR, continue short transfers and throw typed errors.
package struct FileStore: Sendable {
  package let operations: any FileOperations

  package init(_ operations: any FileOperations = SystemFileOperations()) { self.operations = operations }

  /// Opens `path`; the caller closes the descriptor.
  package func open(
    _ path: String, flags: Int32, mode: mode_t = 0o666, as operation: SystemOperation = .open
  ) throws(FileError) -> Int32 {
    while true {
      let result = operations.open(path, flags: flags, mode: mode)
      if result >= 0 { return result }
      if result != -EINTR { throw .system(operation: operation, path: path, code: -result) }
    }
  }

  /// Closes and ignores errors: data that must be on the disk was synchronized before.
  package func close(_ descriptor: Int32) { _ = operations.close(descriptor) }

  /// Writes all of `bytes` at the descriptor's position.
  package func write(
    _ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, path: String
  ) throws(FileError) {
    var rest = bytes
    while !rest.isEmpty {
      let count = operations.write(descriptor, rest)
      if count == -Int(EINTR) { continue }
      guard count > 0 else {
        throw .system(
          operation: .write, path: path, code: count == 0 ? EIO : Int32(truncatingIfNeeded: -count))
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  /// Writes all of `bytes` at `offset`, without changing the descriptor's position.
  package func write(
    _ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, at offset: Int64, path: String
  ) throws(FileError) {
    var rest = bytes
    var position = offset
    while !rest.isEmpty {
      let count = operations.positionedWrite(descriptor, rest, at: position)
      if count == -Int(EINTR) { continue }
      guard count > 0 else {
        throw .system(
          operation: .write, path: path, code: count == 0 ? EIO : Int32(truncatingIfNeeded: -count))
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      position += Int64(count)
    }
  }

  /// Reads until `bytes` is full or the file ends; returns the number of bytes read.
  package func read(
    _ descriptor: Int32, into bytes: UnsafeMutableRawBufferPointer, at offset: Int64, path: String
  ) throws(FileError) -> Int {
    var done = 0
    while done < bytes.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[done...])
      let count = operations.positionedRead(descriptor, into: rest, at: offset + Int64(done))
      if count == -Int(EINTR) { continue }
      if count < 0 {
        throw .system(operation: .read, path: path, code: Int32(truncatingIfNeeded: -count))
      }
      if count == 0 { break }
      done += count
    }
    return done
  }

  /// Waits until a file's data are on the disk.
  ///
  /// A failure is final: the kernel may already have dropped the pages.
  package func sync(_ descriptor: Int32, path: String) throws(FileError) {
    while true {
      let result = operations.sync(descriptor)
      if result == 0 { return }
      if result != -EINTR { throw .system(operation: .sync, path: path, code: -result) }
    }
  }

  /// Waits until a folder's entries are on the disk.
  ///
  /// EINVAL and ENOTSUP, from file systems that cannot synchronize folders, are ignored, and so is a folder
  /// that may be written and not read.
  package func syncFolder(_ path: String) throws(FileError) {
    let descriptor: Int32
    do {
      descriptor = try open(path, flags: O_RDONLY | O_DIRECTORY)
    } catch .system(_, _, let code) where code == EACCES {
      return
    }
    defer { close(descriptor) }
    do {
      try sync(descriptor, path: path)
    } catch .system(_, _, let code) where code == EINVAL || code == ENOTSUP {
      return
    }
  }

  package func truncate(_ descriptor: Int32, to bytes: Int64, path: String) throws(FileError) {
    while true {
      let result = operations.truncate(descriptor, to: bytes)
      if result == 0 { break }
      if result != -EINTR { throw .system(operation: .truncate, path: path, code: -result) }
    }
    let position = operations.seek(descriptor, to: bytes)
    if position < 0 {
      throw .system(operation: .truncate, path: path, code: Int32(truncatingIfNeeded: -position))
    }
  }

  package func rename(_ from: String, to: String) throws(FileError) {
    let result = operations.rename(from, to: to)
    if result != 0 { throw .system(operation: .rename, path: to, code: -result) }
  }

  /// Removes a file; a missing file is not an error.
  package func remove(_ path: String) throws(FileError) {
    let result = operations.unlink(path)
    if result != 0 && result != -ENOENT { throw .system(operation: .remove, path: path, code: -result) }
  }

  /// Removes a file, or a folder with its contents, as far as possible; ignores errors.
  ///
  /// For temporary files only, whose remains are removed by the next run.
  ///
  /// - Returns: whether nothing remains.
  @discardableResult
  package func removeQuietly(_ path: String) -> Bool {
    let result = persistently { operations.unlink(path) }
    if result == 0 || result == -ENOENT { return true }
    guard result == -EISDIR || result == -EPERM else { return false }
    for name in operations.list(path).names { removeQuietly(path + "/" + name) }
    let removed = persistently { operations.removeFolder(path) }
    return removed == 0 || removed == -ENOENT
  }

  /// Calls again after errors that may pass, since what is not removed now may stay for good.
  private func persistently(_ call: () -> Int32) -> Int32 {
    var result = call()
    for _ in 0..<3 where result == -EIO || result == -EINTR { result = call() }
    return result
  }

  /// Takes a lock on an open file or folder until it is closed, waiting for others that exclude it.
  ///
  /// Succeeds on file systems that cannot lock.
  package func waitForLock(_ descriptor: Int32, isShared: Bool, path: String) throws(FileError) {
    while true {
      let result = operations.lock(descriptor, isShared: isShared, wait: true)
      switch -result {
      case 0, ENOLCK, ENOTSUP, ENOSYS, EBADF, EINVAL: return
      case EINTR: continue
      default: throw .system(operation: .lock, path: path, code: -result)
      }
    }
  }

  /// Makes a folder; an existing folder is not an error.
  package func makeFolder(_ path: String) throws(FileError) {
    for _ in 0..<100 {
      let result = operations.makeFolder(path, mode: 0o777)
      if result == 0 { return }
      guard result == -EEXIST else { throw .system(operation: .makeFolder, path: path, code: -result) }
      if let found = try status(path) {
        guard found.isFolder else { throw .notAFolder(path: path) }
        return
      }
      // It has gone meanwhile, as an empty folder of another run does, or is a link to nothing.
    }
    throw .notAFolder(path: path)
  }

  /// Makes a folder and its missing ancestors, and waits until their names are on the disk.
  package func makeFolders(_ path: String) throws(FileError) {
    if let found = try status(path) {
      guard found.isFolder else { throw .notAFolder(path: path) }
      return
    }
    if let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash != path.startIndex {
      try makeFolders(String(path[..<slash]))
    }
    try makeFolder(path)
    try syncFolder(parent(of: path))
  }

  /// The status of `path`, following links; nil if it does not exist.
  package func status(_ path: String) throws(FileError) -> FileStatus? {
    let (found, code) = operations.status(path)
    if let found { return found }
    if code == ENOENT || code == ENOTDIR { return nil }
    throw .system(operation: .status, path: path, code: code)
  }

  /// The names in a folder, in C-locale order.
  package func list(_ path: String) throws(FileError) -> [String] {
    let (names, code) = operations.list(path)
    if code != 0 { throw .system(operation: .list, path: path, code: code) }
    return names.sorted(by: precedesInCLocale)
  }

  /// The contents of a file of at most `limit` bytes; nil if it does not exist.
  package func contents(of path: String, limit: Int = 1 << 30) throws(FileError) -> [UInt8]? {
    let descriptor: Int32
    do {
      descriptor = try open(path, flags: O_RDONLY)
    } catch .system(_, _, let code) where code == ENOENT || code == ENOTDIR {
      return nil
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      var failure: FileError?
      var count = 0
      chunk.withUnsafeMutableBytes { buffer in
        do throws(FileError) {
          count = try read(descriptor, into: buffer, at: Int64(bytes.count), path: path)
        } catch {
          failure = error
        }
      }
      if let failure { throw failure }
      bytes.append(contentsOf: chunk[..<count])
      if bytes.count > limit {
        throw .malformed(
          path: path, offset: Int64(limit), expected: "at most \(limit) bytes", found: "more")
      }
      if count < chunk.count { return bytes }
    }
  }
}

/// The order of `LC_ALL=C sort`: by bytes of UTF-8.
package func precedesInCLocale(_ a: String, _ b: String) -> Bool {
  a.utf8.lexicographicallyPrecedes(b.utf8)
}
