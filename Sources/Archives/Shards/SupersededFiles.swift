import Files
internal import Glibc

/// The files below `shards/` that no record names: what a shard that was done again has left behind.
///
/// Only names of our own form are looked at, and only those of shards that are committed. Nothing is removed while
/// another run lives in the directory, which may still read by an older record; commits that begin meanwhile wait.
/// Where the file system cannot lock, nothing is removed.
struct SupersededFiles {
  private let directory: OutputDirectory
  private var named: Set<String> = []

  init(directory: OutputDirectory) { self.directory = directory }

  /// Keeps what a record names.
  mutating func keep(_ record: ShardRecord) {
    for name in Self.names(in: record) { named.insert(name) }
  }

  /// Removes the others; what cannot be removed is left for the next run.
  ///
  /// - Throws: `system` when the folder or a record cannot be read; `cancelled`, or what `checkpoint` throws.
  func sweep(_ checkpoint: Checkpoint) throws(FileError) {
    let store = directory.store
    let shards = directory.absolutePath(of: "shards")
    let candidates = try store.list(shards).filter { !named.contains($0) }.compactMap(ShardFileName.init)
    guard !candidates.isEmpty else { return }
    let gate = try store.open(shards, flags: O_RDONLY | O_DIRECTORY)
    defer { store.close(gate) }
    guard store.operations.lock(gate, isShared: false, wait: false) == 0, directory.isAlone else { return }
    for candidate in candidates {
      try checkpoint(0)
      // The record as it is now, under the lock; without one the shard is still to be committed.
      guard let record = try directory.record(ofShard: candidate.number, set: candidate.set),
        !Self.names(in: record).contains(candidate.text)
      else { continue }
      OutputDirectory.removeShardFile(candidate, below: directory.path, store: store)
    }
  }

  /// The names right below `shards/`.
  private static func names(in record: ShardRecord) -> Set<String> {
    Set(
      record.files.compactMap { file in
        let parts = file.path.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count >= 2 ? String(parts[1]) : nil
      })
  }
}
