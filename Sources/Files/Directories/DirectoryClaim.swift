internal import Glibc

/// A run's hold of a directory, which ends with the object or the process.
///
/// The run locks a file that names it, and touches it while it lives. A run that ends for any reason loses
/// the lock, and the next one replaces the file. Where hosts do not see each other's locks, a run of another
/// host holds the directory until its file was not touched for three minutes.
package final class DirectoryClaim: Sendable {
  private let directory: String
  private let path: String
  private let store: FileStore
  private let descriptor: Int32
  private let owner: RunOwner

  /// Seconds without a touch after which the run of another host counts as ended: twelve missed ones.
  private static let silence: Int64 = 180

  /// - Parameters:
  ///   - directory: the directory, for the error.
  ///   - path: the file; its folder is made.
  /// - Throws: `inUse` if another run holds it; `isLink`, `system`; `noTemporaryName` if the file is removed
  ///   again and again.
  init(of directory: String, at path: String, store: FileStore) throws(FileError) {
    let folder = parent(of: path)
    for _ in 0..<100 {
      try store.makeFolders(folder)
      let token = RunOwner.drawToken(store.operations)
      // Named and locked before it has the name that others look at.
      let made = "\(folder)/\(store.operations.process)-\(token).0\(Self.suffix)"
      let descriptor: Int32
      do {
        descriptor = try store.open(made, flags: O_RDWR | O_CREAT | O_EXCL, as: .create)
      } catch .system(_, _, let code) where code == EEXIST || code == ENOENT {
        // The name is taken, or the run before has removed the empty folder.
        continue
      }
      let owner = RunOwner.current(token: token, store.operations)
      do throws(FileError) {
        _ = store.operations.lock(descriptor, isShared: false, wait: false)
        try owner.write(to: descriptor, path: made, store: store)
        guard try Self.install(made, descriptor, as: path, of: directory, store) else {
          store.removeQuietly(made)
          store.close(descriptor)
          continue
        }
      } catch {
        store.removeQuietly(made)
        store.close(descriptor)
        _ = store.operations.removeFolder(folder)
        throw error
      }
      store.removeQuietly(made)
      self.directory = directory
      self.path = path
      self.store = store
      self.descriptor = descriptor
      self.owner = owner
      Heartbeat.shared.add(token, descriptor, store: store)
      Self.removeLeftovers(in: folder, store)
      return
    }
    throw .noTemporaryName(path: path)
  }

  /// Gives a file the name of the claim; false if the file of the run before has just gone.
  private static func install(
    _ made: String, _ descriptor: Int32, as path: String, of directory: String, _ store: FileStore
  ) throws(FileError) -> Bool {
    // A hard link, unlike a rename, cannot replace the file of another run.
    let linked = store.operations.link(made, to: path)
    var life = LockFile.Life.ended
    switch -linked {
    case 0: return true
    case ENOENT: return false
    case EEXIST:
      let held: Int32
      do {
        held = try store.open(path, flags: O_RDWR | O_NOFOLLOW, as: .create)
      } catch .system(_, _, let code) where code == ENOENT {
        return false
      } catch .system(_, _, let code) where code == ELOOP {
        throw .isLink(path: path)
      }
      // Its lock is kept until the file is replaced, so that nobody here takes it meanwhile.
      defer { store.close(held) }
      life = LockFile.life(of: held, at: path, silence: silence, store: store)
      guard life != .alive else { throw inUse(directory, path, store) }
      guard isNamed(path, held, store) else { return false }
      try store.rename(made, to: path)
    case EPERM, ENOTSUP, ENOSYS, EMLINK:
      // Without hard links; it differs only for two runs that begin at the same moment.
      if try store.status(path) != nil { throw inUse(directory, path, store) }
      try store.rename(made, to: path)
    default: throw .system(operation: .link, path: path, code: -linked)
    }
    // Another host may have come to the same judgment: the last one stays.
    if life == .silent { store.operations.pause(milliseconds: 500) }
    guard isNamed(path, descriptor, store) else { throw inUse(directory, path, store) }
    return true
  }

  /// Whether a path names an open file.
  private static func isNamed(_ path: String, _ descriptor: Int32, _ store: FileStore) -> Bool {
    guard let opened = store.operations.status(descriptor).status,
      let named = store.operations.status(path).status
    else { return false }
    return (opened.device, opened.inode) == (named.device, named.inode)
  }

  private static let suffix = ".claim"

  /// Removes what runs left that ended while they took the claim.
  private static func removeLeftovers(in folder: String, _ store: FileStore) {
    for name in store.operations.list(folder).names.sorted()
    where name.hasSuffix(suffix) && TemporaryNames.identity(ofName: name) != nil {
      let file = "\(folder)/\(name)"
      let found = store.operations.open(file, flags: O_RDWR | O_NOFOLLOW, mode: 0)
      guard found >= 0 else { continue }
      defer { store.close(found) }
      if LockFile.life(of: found, at: file, silence: silence, store: store) != .alive {
        store.removeQuietly(file)
      }
    }
  }

  private static func inUse(_ directory: String, _ path: String, _ store: FileStore) -> FileError {
    .inUse(path: directory, owner: RunOwner.named(in: path, store: store))
  }

  /// Requires that the directory is still held: a run that was stopped for minutes may have lost it to one on
  /// another host.
  ///
  /// - Throws: `inUse`.
  package func confirm() throws(FileError) {
    guard RunOwner.named(in: path, store: store) == owner else {
      throw Self.inUse(directory, path, store)
    }
  }

  deinit {
    // Removed before the lock ends, so that it is nobody else's.
    if RunOwner.named(in: path, store: store) == owner { store.removeQuietly(path) }
    Heartbeat.shared.remove(owner.token)
    store.close(descriptor)
    _ = store.operations.removeFolder(parent(of: path))
  }
}
