import Files
import Glibc

/// Questions about paths of the command line.
enum FileStatus {
  static func exists(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0
  }
}
