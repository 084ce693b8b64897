internal import Glibc

/// A run's hold of a directory, which ends with the object or the process.
///
/// The run locks a file that names it. A run that ends for any reason loses the lock, and the next one takes
/// the file. On file systems that cannot lock, nobody is refused.
package final class DirectoryClaim: Sendable {
  /// The run that holds a directory.
  package struct Owner: Equatable, Sendable {
    package var host: String
    package var process: Int
    /// UTC in ISO 8601.
    package var start: String

    package init(host: String, process: Int, start: String) {
      self.host = host
      self.process = process
      self.start = start
    }

    fileprivate var json: JSONValue {
      ["host": .string(host), "process": .integer(Int64(process)), "start": .string(start)]
    }

    fileprivate init?(_ bytes: [UInt8]) {
      guard let json = try? JSONParser.parse(bytes, path: ""), let host = json["host"]?.stringValue,
        let process = json["process"]?.integerValue, let start = json["start"]?.stringValue
      else { return nil }
      self.init(host: host, process: Int(process), start: start)
    }
  }

  private let path: String
  private let store: FileStore
  private let descriptor: Int32

  /// - Parameters:
  ///   - directory: the directory, for the error.
  ///   - path: the file; its folder is made.
  /// - Throws: `inUse` if another run holds it; `system`; `noTemporaryName` if the file is removed again and
  ///   again.
  init(of directory: String, at path: String, store: FileStore) throws(FileError) {
    for _ in 0..<100 {
      try store.makeFolders(parent(of: path))
      let descriptor: Int32
      do {
        descriptor = try store.open(path, flags: O_RDWR | O_CREAT, as: .create)
      } catch .system(_, _, let code) where code == ENOENT {
        // The run before has removed the empty folder.
        continue
      }
      let locked = store.operations.lock(descriptor, isShared: false, wait: false)
      if locked == -EWOULDBLOCK {
        store.close(descriptor)
        let found = try? store.contents(of: path, limit: 1 << 12)
        throw .inUse(path: directory, owner: found.flatMap { Owner($0) })
      }
      // Before the lock was taken, the run before may have removed the file.
      let opened = store.operations.status(descriptor).status
      guard let opened, let named = store.operations.status(path).status,
        (opened.device, opened.inode) == (named.device, named.inode)
      else {
        store.close(descriptor)
        continue
      }
      do throws(FileError) {
        try Self.write(store, descriptor, path: path)
      } catch {
        store.close(descriptor)
        throw error
      }
      self.path = path
      self.store = store
      self.descriptor = descriptor
      return
    }
    throw .noTemporaryName(path: path)
  }

  private static func write(_ store: FileStore, _ descriptor: Int32, path: String) throws(FileError) {
    let owner = Owner(host: WallClock.hostName, process: Int(getpid()), start: WallClock.now)
    try store.truncate(descriptor, to: 0, path: path)
    let bytes = owner.json.bytes
    try bytes.span.bytes.withUnsafeBytes { (buffer) throws(FileError) in
      try store.write(descriptor, buffer, path: path)
    }
  }

  deinit {
    // Removed before the lock ends, so that it is nobody else's.
    store.removeQuietly(path)
    store.close(descriptor)
    _ = store.operations.removeFolder(parent(of: path))
  }
}
