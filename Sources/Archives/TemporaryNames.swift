internal import Glibc
internal import Synchronization

/// A run's claim on temporary names in a folder: `tmp.ID.…`, where the lock on `tmp.ID.lock` says it lives.
///
/// A run that dies loses its lock, whatever killed it; the next run that comes removes its files. Where the file
/// system cannot lock, nothing is removed. Dropping the claim removes what is left under its names.
final class TemporaryNames: Sendable {
  private let folder: String
  private let store: FileStore
  private let identity: String
  private let descriptor: Int32
  private let counter = Atomic<Int>(0)

  /// - Throws: `system` when the folder cannot be written.
  init(folder: String, store: FileStore) throws(ArchiveError) {
    self.folder = folder
    self.store = store
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<100 {
      let identity = "\(getpid())-" + String(generator.next(), radix: 16)
      let path = "\(folder)/tmp.\(identity).lock"
      let descriptor: Int32
      do {
        descriptor = try store.open(path, flags: O_RDWR | O_CREAT | O_EXCL, as: .create)
      } catch .system(_, _, let code) where code == EEXIST {
        continue
      }
      let locked = store.operations.lock(descriptor, wait: false)
      // Between making and locking, another run may have taken the file for a dead one's.
      let isOurs = locked != -EWOULDBLOCK && (store.operations.status(descriptor).status?.links ?? 0) > 0
      if isOurs {
        self.identity = identity
        self.descriptor = descriptor
        Self.removeStale(in: folder, store: store, besides: identity)
        return
      }
      store.close(descriptor)
    }
    throw .noTemporaryName(path: folder)
  }

  deinit {
    let prefix = "tmp.\(identity)."
    for name in store.operations.list(folder).names
    where name.hasPrefix(prefix) && name != "\(prefix)lock" {
      store.removeQuietly("\(folder)/\(name)")
    }
    store.removeQuietly("\(folder)/\(prefix)lock")
    store.close(descriptor)
  }

  /// A path that nobody else has.
  func next(_ purpose: String) -> String {
    let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
    return "\(folder)/tmp.\(identity).\(number).\(purpose)"
  }

  /// Removes temporary files whose run is gone; what cannot be removed is left.
  private static func removeStale(in folder: String, store: FileStore, besides own: String) {
    let names = store.operations.list(folder).names.filter { $0.hasPrefix("tmp.") }
    var groups: [String: [String]] = [:]
    for name in names {
      let parts = name.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3, parts[1] != own else { continue }
      groups[String(parts[1]), default: []].append(name)
    }
    for (identity, names) in groups {
      let lock = "\(folder)/tmp.\(identity).lock"
      let descriptor = store.operations.open(lock, flags: O_RDWR, mode: 0)
      // A live run has its lock file from before its first name until after its last.
      if descriptor < 0 && descriptor != -ENOENT { continue }
      defer { if descriptor >= 0 { store.close(descriptor) } }
      if descriptor >= 0 && store.operations.lock(descriptor, wait: false) != 0 { continue }
      for name in names where name != "tmp.\(identity).lock" { store.removeQuietly("\(folder)/\(name)") }
      if descriptor >= 0 { store.removeQuietly(lock) }
    }
  }
}
