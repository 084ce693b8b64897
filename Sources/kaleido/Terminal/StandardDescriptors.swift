import Glibc

/// Keeps what the program opens from becoming a standard stream that was closed before it began.
///
/// Otherwise the first file that is opened becomes standard output, and the report is written into the
/// features.
enum StandardDescriptors {
  /// Puts `/dev/null` in place of closed streams, opened so that their use still fails as it would have:
  /// reading from standard input and writing to standard output give `EBADF`, and messages on standard error
  /// are let go.
  static func holdClosed() {
    for (descriptor, mode) in [
      (STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_WRONLY),
    ]
    where fcntl(descriptor, F_GETFD) < 0 && errno == EBADF {
      // The lowest free number is the one looked at, since those below are open by now.
      _ = open("/dev/null", mode)
    }
  }
}
