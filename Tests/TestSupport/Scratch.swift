import Files
import Glibc

/// A folder that goes away with the value; in memory where the system offers that, for the sweeps' sake.
package final class Scratch {
  package let path: String

  package init() throws {
    let parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
    var name = Array("\(parent)/archives-XXXXXX".utf8CString)
    guard mkdtemp(&name) != nil else { throw FileError.noTemporaryName(path: parent) }
    path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { FileStore().removeQuietly(path) }

  /// Bytes of every file below the folder, by path; provenance and caches, which promise none, left
  /// out.
  package func files(at folder: String) throws -> [String: [UInt8]] {
    var found: [String: [UInt8]] = [:]
    func walk(_ relative: String) throws {
      for name in try FileStore().list("\(folder)\(relative)") where name != ".kaleido-cache" {
        let path = "\(relative)/\(name)"
        if try FileStore().status(folder + path)?.isFolder == true {
          try walk(path)
        } else if name != "provenance.jsonl" {
          found[path] = try FileStore().contents(of: folder + path)
        }
      }
    }
    try walk("")
    return found
  }
}

extension Scratch {
  /// Writes a file of the folder.
  package func put(_ bytes: [UInt8], at name: String) throws {
    let store = FileStore()
    let file = "\(path)/\(name)"
    try store.remove(file)
    let descriptor = try store.open(file, flags: O_WRONLY | O_CREAT | O_EXCL)
    defer { store.close(descriptor) }
    try bytes.withUnsafeBytes { try store.write(descriptor, $0, path: file) }
  }
}
