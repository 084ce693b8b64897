package import Files
internal import Glibc

/// The commit of a finished shard: its files get their names on the disk, then its record is written.
///
/// Each file is synchronized and renamed to a name with the first 16 hexadecimal digits of its SHA-256, then
/// `shards/` is synchronized, and finally `records/NNNNN.json` is written in the same way. After a crash at
/// any point the shard is complete or absent. Several commits of the same shard are harmless, since they
/// rename the same bytes.
///
/// From the first rename to the record, a shared lock on `shards/` prevents the removal of superseded files.
///
/// May run in a separate stage while the next shard is computed.
package struct ShardCommitter: Sendable {
  private let directory: OutputDirectory

  package init(directory: OutputDirectory) { self.directory = directory }

  /// Commits; waits for the disk.
  ///
  /// - Throws: `system`; no incomplete file gets a final name, and a failed sync is final.
  @discardableResult
  package func commit(_ shard: consuming FinishedShard) throws(FileError) -> ShardRecord {
    let store = directory.store
    var files: [ShardRecord.File] = []
    try putOnDisk(shard.outputs.flatMap { $0.files.map(\.file) }, store: store)
    for output in shard.outputs where output.folder != nil { try store.syncFolder(output.temporaryPath) }
    let shards = "\(directory.path)/shards"
    let gate = try store.open(shards, flags: O_RDONLY | O_DIRECTORY)
    defer { store.close(gate) }
    try store.waitForLock(gate, isShared: true, path: shards)
    for output in shard.outputs {
      let fileName = ShardFileName(
        set: shard.set, role: output.role, number: shard.number, sha256: output.sha256, suffix: output.suffix)
      let name = "shards/\(fileName.text)"
      if let folder = output.folder {
        try install(folder, files: output.files, as: name)
        for file in output.files { file.file.keep() }
      } else {
        try store.rename(output.temporaryPath, to: "\(directory.path)/\(name)")
        for file in output.files { file.file.keep() }
      }
      for file in output.files {
        let path = file.name.isEmpty ? name : "\(name)/\(file.name)"
        files.append(
          ShardRecord.File(role: output.role, path: path, bytes: file.bytes, sha256: file.sha256))
      }
    }
    try store.syncFolder(shards)
    let record = ShardRecord(
      shard: shard.number, set: shard.set, configurationSHA256: directory.configurationSHA256,
      sourceSHA256: shard.source, files: files, utterances: shard.utterances, rejects: shard.rejects,
      warnings: shard.warnings, inputs: shard.inputs)
    let bytes = try record.bytes()
    try directory.replace(ShardRecord.path(ofShard: shard.number, set: shard.set), with: bytes)
    directory.write(shard.stamps, of: bytes, ofShard: shard.number)
    return record
  }

  /// Renames a folder to its final name.
  ///
  /// An existing folder is kept if it is complete, and replaced otherwise.
  private func install(
    _ folder: TemporaryDirectory, files: [PendingFile], as name: String
  ) throws(FileError) {
    let store = directory.store
    let target = "\(directory.path)/\(name)"
    var attempts = 0
    while true {
      do {
        try store.rename(folder.path, to: target)
        folder.keep()
        return
      } catch .system(_, _, let code) where (code == ENOTEMPTY || code == EEXIST) && attempts < 16 {
        attempts += 1
      }
      if try holds(target, files) { return }
      let aside = directory.temporaryPath("aside")
      do {
        try store.rename(target, to: aside)
      } catch .system(_, _, let code) where code == ENOENT {
        continue
      }
      store.removeQuietly(aside)
    }
  }

  private func holds(_ folder: String, _ files: [PendingFile]) throws(FileError) -> Bool {
    for file in files {
      let record = ShardRecord.File(role: .features, path: "", bytes: file.bytes, sha256: file.sha256)
      let fault = try directory.fault(
        of: record, at: "\(folder)/\(file.name)", verifyingChecksums: true)
      if fault != nil { return false }
    }
    return true
  }
}
