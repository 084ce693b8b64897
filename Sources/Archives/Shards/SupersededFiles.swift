import Files
internal import Glibc

/// The files in `shards/` that no record refers to, left by shards that were made again.
///
/// Only files of committed shards with names of our form are considered. Nothing is removed while another run
/// is active in the directory, since it may still use an older record; commits that start meanwhile wait. On
/// file systems that cannot lock, nothing is removed; where other hosts do not see the lock, each removal is
/// preceded by a look for their runs.
struct SupersededFiles {
  private let directory: OutputDirectory
  private var named: Set<String> = []

  init(directory: OutputDirectory) { self.directory = directory }

  /// Keeps the files of a record.
  mutating func keep(_ record: ShardRecord) {
    for name in Self.names(in: record) { named.insert(name) }
  }

  /// Removes the other files, as far as possible.
  ///
  /// - Throws: `system` if the folder or a record cannot be read; `cancelled`, or the error of `checkpoint`.
  func sweep(_ checkpoint: Checkpoint) throws(FileError) {
    let store = directory.store
    let shards = directory.absolutePath(of: "shards")
    let candidates = try store.list(shards).filter { !named.contains($0) }.compactMap(ShardFileName.init)
    guard !candidates.isEmpty else { return }
    let gate = try store.open(shards, flags: O_RDONLY | O_DIRECTORY)
    defer { store.close(gate) }
    guard store.operations.lock(gate, isShared: false, wait: false) == 0 else { return }
    for candidate in candidates {
      try checkpoint(0)
      // The current record, read under the lock; without one, the shard is not committed yet.
      guard let record = try directory.record(ofShard: candidate.number, set: candidate.set),
        !Self.names(in: record).contains(candidate.text)
      else { continue }
      guard directory.isAlone else { return }
      OutputDirectory.removeShardFile(candidate, below: directory.path, store: store)
    }
  }

  /// The names of entries of `shards/`.
  private static func names(in record: ShardRecord) -> Set<String> {
    Set(
      record.files.compactMap { file in
        let parts = file.path.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count >= 2 ? String(parts[1]) : nil
      })
  }
}
