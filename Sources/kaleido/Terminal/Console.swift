import Glibc

/// Standard output and standard error, written without losing an error on the way.
///
/// A reader that goes away (`EPIPE`) has what it wanted: the rest is let go, and the exit code stays that of
/// the work. A full disk behind standard output is a fault and ends the program with 74, so that a script
/// never takes half a JSON for a whole one; so is a standard output that was closed from the start.
enum Console {
  /// Writes all of the text to standard output, or as much as its reader stays for.
  ///
  /// - Throws: ``OutputFailure``, with the operating system's error number.
  static func out(_ text: String) throws(OutputFailure) {
    try write(text, to: STDOUT_FILENO)
  }

  /// Writes to standard error; a failure there cannot be reported and is ignored.
  static func error(_ text: String) {
    try? write(text, to: STDERR_FILENO)
  }

  /// Why standard output could not be written.
  struct OutputFailure: Error, Equatable {
    var errorNumber: Int32
  }

  private static func write(_ text: String, to descriptor: Int32) throws(OutputFailure) {
    var text = text
    let failure: Int32? = text.withUTF8 { bytes in writeAll(UnsafeRawBufferPointer(bytes), to: descriptor) }
    if let failure, failure != EPIPE { throw OutputFailure(errorNumber: failure) }
  }

  private static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32? {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if written < 0 {
        switch errno {
        case EINTR: continue
        case EAGAIN:
          // Another program has made the descriptor non-blocking: wait until it takes more.
          var poller = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          _ = poll(&poller, 1, -1)
          continue
        default: return errno
        }
      }
      rest = rest.dropFirst(written)
    }
    return nil
  }

  static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// The terminal's width in columns, 80 where there is none.
  static var width: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}
