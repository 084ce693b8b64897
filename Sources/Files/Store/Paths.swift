internal import Glibc

/// The folder that contains `path`.
package func parent(of path: String) -> String {
  guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// The absolute path, without trailing slashes and `.` components; links are not followed.
package func normalizedPath(_ path: String) -> String {
  var absolute = path
  if !path.hasPrefix("/") {
    let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: Int(PATH_MAX))
    defer { buffer.deallocate() }
    if let current = getcwd(buffer, Int(PATH_MAX)) { absolute = String(cString: current) + "/" + path }
  }
  let parts = absolute.split(separator: "/").filter { $0 != "." }
  return "/" + parts.joined(separator: "/")
}
