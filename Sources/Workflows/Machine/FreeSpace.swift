import Glibc

/// Room on the disk.
enum FreeSpace {
  /// Bytes that an unprivileged user may still write at a path, or at the nearest folder above it that
  /// exists.
  static func bytes(at path: String) -> Int? {
    var path = path
    while true {
      var status = statvfs()
      if statvfs(path.isEmpty ? "." : path, &status) == 0 {
        let (bytes, overflow) = Int(clamping: status.f_bavail).multipliedReportingOverflow(
          by: Int(status.f_frsize))
        return overflow ? Int.max : bytes
      }
      guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
        guard !path.isEmpty, path != "." else { return nil }
        path = path.hasPrefix("/") ? "/" : "."
        if statvfs(path, &status) != 0 { return nil }
        continue
      }
      path = String(path[..<slash])
    }
  }
}
