internal import Glibc

/// The judgment whether the run that a lock file belongs to still lives.
///
/// Locks show it on one host, and where the file system carries them to others. Elsewhere (NFS without locks,
/// Lustre's `localflock`) a process of the same kernel is looked up, and one of another host lives while its
/// lock file is touched.
enum LockFile {
  /// The state of the run of a lock file.
  enum Life: Equatable {
    case alive
    case ended
    /// Ended, as far as this host can see: other hosts may think so at the same time.
    case silent
  }

  /// Looks at a lock file that is not new.
  ///
  /// - Parameters:
  ///   - descriptor: the open file; if nothing holds it, its lock is taken.
  ///   - silence: seconds without a touch after which a run of another host counts as ended.
  static func life(
    of descriptor: Int32, at path: String, silence: Int64, store: FileStore
  ) -> Life {
    let locked = store.operations.lock(descriptor, isShared: false, wait: false)
    // Without locks the rest decides.
    guard [0, ENOLCK, ENOTSUP, ENOSYS, EINVAL].contains(-locked) else { return .alive }
    // Without a name its run ended before it wrote it, or will see that the file has gone.
    guard let owner = RunOwner.named(in: path, store: store) else { return .ended }
    if let isRunning = owner.isRunning(store.operations) { return isRunning ? .alive : .ended }
    guard let touched = store.operations.status(descriptor).status?.modifiedNanoseconds, touched > 0,
      let now = now(beside: path, store: store)
    else { return .ended }
    return now - touched < silence * 1_000_000_000 ? .alive : .silent
  }

  /// The time by the clock that touches are measured with, that of the file system; nil if it is unknown.
  private static func now(beside path: String, store: FileStore) -> Int64? {
    let probe =
      "\(parent(of: path))/\(store.operations.process)-\(RunOwner.drawToken(store.operations)).0.clock"
    let descriptor = store.operations.open(probe, flags: O_RDWR | O_CREAT | O_EXCL, mode: 0o600)
    guard descriptor >= 0 else { return nil }
    defer {
      store.close(descriptor)
      store.removeQuietly(probe)
    }
    return store.operations.status(descriptor).status?.modifiedNanoseconds
  }
}
