internal import Glibc

/// The folder that contains `path`.
package func parent(of path: String) -> String {
  guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// The absolute path, without trailing slashes and `.` components; links are not followed.
///
/// In a working directory that was deleted there is none: the path stays relative, and opening it fails.
package func normalizedPath(_ path: String) -> String {
  var whole = path
  if !path.hasPrefix("/") {
    let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: Int(PATH_MAX))
    defer { buffer.deallocate() }
    if let current = getcwd(buffer, Int(PATH_MAX)) { whole = String(cString: current) + "/" + path }
  }
  let parts = whole.split(separator: "/").filter { $0 != "." }
  guard !whole.hasPrefix("/") else { return "/" + parts.joined(separator: "/") }
  return parts.isEmpty ? "." : parts.joined(separator: "/")
}
