import Foundations
internal import Glibc
internal import Synchronization

/// A run's temporary names in a directory, `.kaleido-tmp/PID-HEX.…`.
///
/// The run holds a lock on `.kaleido-tmp/PID-HEX.lock`, which names it, and touches it while it lives. All
/// temporary files are in this folder, so that no other file of the directory is ever touched. A run that
/// ends for any reason loses its lock; the next run removes its files, and finally its lock file. Files of
/// another host stay until their lock file was not touched for an hour, since that host's locks may not be
/// seen here. Files without a lock file, or with names of another form, stay. On deinit the remaining files
/// are removed, and the folder if it is empty.
package final class TemporaryNames: Sendable {
  /// The name of the folder in the directory.
  package static let folderName = ".kaleido-tmp"

  private let folder: String
  private let store: FileStore
  private let identity: String
  private let descriptor: Int32
  private let token: String
  private let counter = Atomic<Int>(0)

  /// Seconds without a touch after which the files of another host count as left behind.
  private static let silence: Int64 = 3600

  /// - Parameters:
  ///   - directory: the folder in which the temporary folder is made.
  ///   - store: does the system calls.
  /// - Throws: `system` if it cannot be written; `noTemporaryName`.
  package init(in directory: String, store: FileStore) throws(FileError) {
    let folder = "\(directory)/\(Self.folderName)"
    self.folder = folder
    self.store = store
    for _ in 0..<100 {
      let token = RunOwner.drawToken(store.operations)
      let identity = "\(store.operations.process)-\(token)"
      try store.makeFolder(folder)
      try Self.requireNoLink(folder, store)
      let descriptor: Int32
      do {
        descriptor = try store.open(
          Self.lockPath(folder, identity), flags: O_RDWR | O_CREAT | O_EXCL, as: .create)
      } catch .system(_, _, let code) where code == EEXIST || code == ENOENT {
        // The name is taken, or another run has removed the empty folder.
        continue
      }
      let locked = store.operations.lock(descriptor, isShared: false, wait: false)
      var failure: FileError?
      do throws(FileError) {
        try RunOwner.current(token: token, store.operations).write(
          to: descriptor, path: Self.lockPath(folder, identity), store: store)
      } catch {
        failure = error
      }
      // Before the lock was taken and the name written, another run may have removed the file as stale.
      if locked != -EWOULDBLOCK, failure == nil,
        store.operations.status(descriptor).status?.links ?? 0 > 0
      {
        self.identity = identity
        self.descriptor = descriptor
        self.token = token
        Heartbeat.shared.add(token, descriptor, store: store)
        removeStale()
        return
      }
      // Made by this object, under a name that nobody else has.
      store.removeQuietly(Self.lockPath(folder, identity))
      store.close(descriptor)
      if let failure { throw failure }
    }
    throw .noTemporaryName(path: folder)
  }

  /// Refuses a folder that is a link: what it leads to is not the directory's.
  private static func requireNoLink(_ folder: String, _ store: FileStore) throws(FileError) {
    do {
      store.close(try store.open(folder, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW))
    } catch .system(_, _, let code) where code == ELOOP || code == ENOTDIR {
      throw .isLink(path: folder)
    } catch .system(_, _, let code) where code == ENOENT {
      // Another run has removed the empty folder.
    }
  }

  deinit {
    let others = store.operations.list(folder).names.filter { Self.identity(ofName: $0) == identity }
    Self.removeGroup(identity, others, in: folder, store: store)
    Heartbeat.shared.remove(token)
    store.close(descriptor)
    _ = store.operations.removeFolder(folder)
  }

  /// A unique path.
  package func next(_ purpose: String) -> String {
    let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
    return "\(folder)/\(identity).\(number).\(purpose)"
  }

  /// Whether no other run is active in the directory; false if that is unknown.
  ///
  /// Does not cover runs that start later.
  package var isAlone: Bool {
    let (names, code) = store.operations.list(folder)
    guard code == 0 else { return false }
    for other in Set(names.compactMap(Self.identity(ofName:))).sorted() where other != identity {
      let found = store.operations.open(Self.lockPath(folder, other), flags: O_RDWR, mode: 0)
      if found == -ENOENT { continue }
      guard found >= 0 else { return false }
      defer { store.close(found) }
      if isAlive(found, other) { return false }
    }
    return true
  }

  private func isAlive(_ descriptor: Int32, _ other: String) -> Bool {
    LockFile.life(
      of: descriptor, at: Self.lockPath(folder, other), silence: Self.silence, store: store) == .alive
  }

  private static func lockPath(_ folder: String, _ identity: String) -> String {
    "\(folder)/\(identity).lock"
  }

  /// The identity in `PID-HEX.lock` or `PID-HEX.NUMBER.PURPOSE`; nil for a name of another form.
  package static func identity(ofName name: String) -> String? {
    let parts = name.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count >= 2 else { return nil }
    let isLock = parts.count == 2 && parts[1] == "lock"
    let isOther = parts.count == 3 && isDecimal(parts[1]) && !parts[2].isEmpty
    let halves = parts[0].split(separator: "-", omittingEmptySubsequences: false)
    guard isLock || isOther, halves.count == 2, isDecimal(halves[0]), isHexadecimal(halves[1], digits: 16)
    else { return nil }
    return String(parts[0])
  }

  /// Removes temporary files of ended runs, as far as possible.
  private func removeStale() {
    let others = Set(store.operations.list(folder).names.compactMap(Self.identity(ofName:)))
    for other in others.sorted() where other != identity {
      // An active run has its lock file from before its first name until after its last.
      let found = store.operations.open(Self.lockPath(folder, other), flags: O_RDWR, mode: 0)
      guard found >= 0 else { continue }
      defer { store.close(found) }
      if isAlive(found, other) { continue }
      // Listed again: the run may have made files before it ended.
      let names = store.operations.list(folder).names.filter { Self.identity(ofName: $0) == other }
      Self.removeGroup(other, names, in: folder, store: store)
    }
  }

  /// Removes a run's files, and its lock file if no other file remains.
  private static func removeGroup(_ identity: String, _ names: [String], in folder: String, store: FileStore)
  {
    let lock = "\(identity).lock"
    var isEmpty = true
    for name in names where name != lock {
      if !store.removeQuietly("\(folder)/\(name)") { isEmpty = false }
    }
    if isEmpty { store.removeQuietly("\(folder)/\(lock)") }
  }
}
