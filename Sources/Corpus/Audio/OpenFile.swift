import Glibc

/// A regular file opened for reading, closed on deinit.
///
/// Opening never blocks on a FIFO and never activates a device: only regular files are accepted.
struct OpenFile: ~Copyable {
  let descriptor: Int32
  let byteCount: Int

  /// Opens `path`.
  ///
  /// - Parameter shown: the path in messages.
  /// - Throws: `rejected` for a fault of the file (`missing-file`, `not-a-file`, `permission`), `inputOutput`
  ///   for one of the system.
  init(_ path: String, shown: String, utterance: String? = nil) throws(CorpusError) {
    var descriptor = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    while descriptor < 0, errno == EINTR {
      descriptor = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    }
    if descriptor < 0 {
      let code = errno
      throw Self.failure(code, operation: "open", shown: shown, utterance: utterance)
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw .inputOutput(path: shown, operation: "fstat", errno: code)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .rejected(
        Finding(
          .reject, .notAFile, path: shown, expected: "a regular file", found: Self.kind(status.st_mode),
          utterance: utterance))
    }
    self.descriptor = descriptor
    self.byteCount = max(0, Int(status.st_size))
  }

  deinit { close(descriptor) }

  /// The descriptor, which the caller must close.
  consuming func release() -> Int32 {
    let kept = descriptor
    discard self
    return kept
  }

  /// Reads from `offset` until `buffer` is full or the file ends; returns the number of bytes, or nil with
  /// `errno` set.
  static func read(_ descriptor: Int32, at offset: Int, into buffer: UnsafeMutableRawBufferPointer) -> Int? {
    guard let base = buffer.baseAddress else { return 0 }
    var done = 0
    while done < buffer.count {
      let got = pread(descriptor, base + done, buffer.count - done, off_t(offset + done))
      if got > 0 {
        done += got
      } else if got == 0 {
        break
      } else if errno != EINTR {
        return nil
      }
    }
    return done
  }

  /// The first `count` bytes, or fewer if the file is shorter.
  func head(_ count: Int, shown: String) throws(CorpusError) -> [UInt8] {
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: min(count, byteCount)) { buffer, filled in
      let got = Self.read(descriptor, at: 0, into: UnsafeMutableRawBufferPointer(buffer))
      if got == nil { failure = errno }
      filled = got ?? 0
    }
    guard failure == 0 else { throw .inputOutput(path: shown, operation: "read", errno: failure) }
    return bytes
  }

  static func failure(_ code: Int32, operation: String, shown: String, utterance: String?) -> CorpusError {
    switch code {
    case ENOENT, ENOTDIR:
      .rejected(
        Finding(
          .reject, .missingFile, path: shown, expected: "a file", found: "nothing", utterance: utterance))
    case EACCES, EPERM:
      .rejected(Finding(.reject, .permission, path: shown, utterance: utterance))
    case ELOOP, ENXIO, ENODEV, EISDIR:
      .rejected(
        Finding(.reject, .notAFile, path: shown, expected: "a regular file", utterance: utterance))
    case ENAMETOOLONG:
      .rejected(Finding(.reject, .badID, path: shown, found: "a name too long", utterance: utterance))
    default:
      .inputOutput(path: shown, operation: operation, errno: code)
    }
  }

  /// The name of a file type.
  static func kind(_ mode: mode_t) -> String {
    switch mode & S_IFMT {
    case S_IFDIR: "a folder"
    case S_IFIFO: "a FIFO"
    case S_IFCHR, S_IFBLK: "a device"
    case S_IFSOCK: "a socket"
    case S_IFLNK: "a link"
    case S_IFREG: "a regular file"
    default: "something else"
    }
  }
}
