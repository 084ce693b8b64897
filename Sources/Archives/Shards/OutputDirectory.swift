package import Files
internal import Glibc
internal import Synchronization

/// A directory of shards: its configuration, committed shards, and names of files being written.
///
/// Safe to share between threads and, on one file system, between processes: every file is written under a
/// temporary name of its run and renamed, and all runs of a configuration write the same bytes.
package final class OutputDirectory: Sendable {
  package let path: String
  package let configuration: DirectoryConfiguration
  /// The SHA-256 of `config.json`, which is contained in every record.
  package let configurationSHA256: String
  package let store: FileStore
  private let claim: TemporaryNames?

  private init(
    path: String, configuration: DirectoryConfiguration, bytes: [UInt8], store: FileStore,
    claim: TemporaryNames?
  ) throws(FileError) {
    self.path = path
    self.configuration = configuration
    self.configurationSHA256 = try sha256(bytes)
    self.store = store
    self.claim = claim
  }

  /// Opens a directory for writing, makes it if necessary, and removes the remains of ended runs.
  ///
  /// Never touches a file whose name does not have the form of this module's files.
  ///
  /// - Parameter discardingOther: true to give up what another configuration left: shards,
  ///   records and indexes. `provenance.jsonl`, the history, stays.
  /// - Throws: `configurationDiffers` when the directory holds another configuration, `configurationUnusable`
  ///   when its `config.json` is damaged or not ours, `inUse` when another run is active in what would be
  ///   given up; nothing is changed then. `system`, `notAFolder`.
  package static func create(
    at path: String, configuration: DirectoryConfiguration, discardingOther: Bool = false,
    operations: any FileOperations = SystemFileOperations()
  ) throws(FileError) -> OutputDirectory {
    let store = FileStore(operations)
    let owned = OwnedDirectory(
      path: normalizedPath(path), kind: kind(indexes: IndexNames.all(of: configuration)), store: store)
    let (path, bytes) = (owned.path, configuration.bytes)
    _ = try owned.contents(for: bytes, replacesOther: discardingOther)
    for name in ["shards", "records"] { try store.makeFolders("\(path)/\(name)") }
    let gate = try enter(path, store, isAlone: discardingOther)
    defer { store.close(gate) }
    let claim = try TemporaryNames(in: path, store: store)
    if discardingOther, let found = try owned.configuration(),
      try owned.compare(found, with: bytes, replacesOther: true) == .other
    {
      guard claim.isAlone else { throw .inUse(path: path, owner: nil) }
      try discard(path, names: indexNames(found), store: store)
    }
    try owned.installConfiguration(bytes, claim)
    return try OutputDirectory(
      path: path, configuration: configuration, bytes: bytes, store: store, claim: claim)
  }

  /// Waits at the gate of the directory, a lock of `records/`, until the descriptor is closed.
  ///
  /// Between the look at the configuration and the first temporary name, a run cannot be seen by one that
  /// discards: such a run is alone at the gate, and others pass it together.
  private static func enter(_ path: String, _ store: FileStore, isAlone: Bool) throws(FileError) -> Int32 {
    let records = "\(path)/records"
    let gate = try store.open(records, flags: O_RDONLY | O_DIRECTORY)
    do throws(FileError) {
      try store.waitForLock(gate, isShared: !isAlone, path: records)
    } catch {
      store.close(gate)
      throw error
    }
    return gate
  }

  /// - Parameter indexes: files that a run would replace.
  private static func kind(indexes: [String]) -> OwnedDirectory.Kind {
    OwnedDirectory.Kind(
      version: DirectoryConfiguration.version,
      recognizes: { $0["shard_utterances"] != nil && $0["manifest_sha256"] != nil },
      hasOtherTraces: { (directory) throws(FileError) in
        try holdsRecord(directory.path, store: directory.store)
      },
      requireVacant: { (directory) throws(FileError) in try directory.requireNone(of: indexes) })
  }

  /// Opens an existing directory, for reading (`status`, `verify`) or for indexes (`finish`).
  package static func open(
    at path: String, forWriting: Bool, operations: any FileOperations = SystemFileOperations()
  ) throws(FileError) -> OutputDirectory {
    let store = FileStore(operations)
    let owned = OwnedDirectory(path: normalizedPath(path), kind: kind(indexes: []), store: store)
    let path = owned.path
    let hasGate = forWriting ? try store.status("\(path)/records") != nil : false
    let gate = hasGate ? try enter(path, store, isAlone: false) : nil
    defer { if let gate { store.close(gate) } }
    guard let bytes = try owned.configuration() else { throw .notAnOutputDirectory(path: path) }
    let json = try? JSONParser.parse(bytes, path: owned.configurationPath)
    if let json { try owned.requireVersion(json) }
    guard let configuration = self.configuration(in: bytes), configuration.bytes == bytes else {
      var isOurs = json.map(owned.kind.recognizes) ?? false
      if !isOurs { isOurs = try holdsRecord(path, store: store) }
      throw .configurationUnusable(path: owned.configurationPath, isOurs: isOurs)
    }
    let claim = forWriting ? try TemporaryNames(in: path, store: store) : nil
    return try OutputDirectory(
      path: path, configuration: configuration, bytes: bytes, store: store, claim: claim)
  }

  package var shardCount: Int { configuration.shardCount }

  /// Whether this directory was opened for writing.
  package var isWritable: Bool { claim != nil }

  /// Whether this directory was opened for writing and no other run is active in it; false if that is
  /// unknown.
  var isAlone: Bool { claim?.isAlone ?? false }

  /// The absolute path of a file of the directory.
  package func absolutePath(of name: String) -> String { "\(path)/\(name)" }

  /// A unique temporary path of this run.
  package func temporaryPath(_ purpose: String) -> String {
    guard let claim else { preconditionFailure("a directory opened for reading") }
    return claim.next(purpose)
  }

  /// Writes a file atomically: temporary name, sync, rename, sync of the folder.
  package func replace(_ name: String, with bytes: [UInt8]) throws(FileError) {
    let file = try TemporaryFile(path: temporaryPath("replace"), store: store, limit: WriteBuffer.small)
    try file.append(bytes)
    try file.putOnDisk()
    let target = absolutePath(of: name)
    try store.rename(file.path, to: target)
    file.keep()
    try store.syncFolder(parent(of: target))
  }

  /// Like `replace`, but does not write a file that already has these bytes.
  ///
  /// - Returns: whether anything was written.
  @discardableResult
  package func replaceIfOther(_ name: String, with bytes: [UInt8]) throws(FileError) -> Bool {
    if try store.contents(of: absolutePath(of: name)) == bytes {
      // A run that was killed may have renamed it.
      try store.syncFolder(parent(of: absolutePath(of: name)))
      return false
    }
    try replace(name, with: bytes)
    return true
  }

  /// The configuration in a `config.json`; nil if it is damaged or belongs to another program.
  private static func configuration(in bytes: [UInt8]) -> DirectoryConfiguration? {
    guard let json = try? JSONParser.parse(bytes, path: "") else { return nil }
    return try? DirectoryConfiguration(json: json, path: "")
  }

  /// Whether `records/` has a record with a correct digest.
  private static func holdsRecord(_ path: String, store: FileStore) throws(FileError) -> Bool {
    for name in store.operations.list("\(path)/records").names where ShardFileName.isRecord(name) {
      guard let bytes = try store.contents(of: "\(path)/records/\(name)") else { continue }
      if (try? ShardRecord(bytes: bytes, path: name)) != nil { return true }
    }
    return false
  }

  /// The indexes of this configuration; those of all configurations if it cannot be read.
  private static func indexNames(_ config: [UInt8]) -> [String] {
    configuration(in: config).map { IndexNames.all(of: $0) } ?? IndexNames.all
  }

  /// Removes the files of an output directory, and no others: indexes first, then records, so that neither
  /// refers to missing files, and `config.json` last, so that the next run can continue after a crash.
  private static func discard(
    _ path: String, names: [String], store: FileStore
  ) throws(FileError) {
    for name in names { try store.remove("\(path)/\(name)") }
    try store.syncFolder(path)
    for name in try store.list("\(path)/records") where ShardFileName.isRecord(name) {
      try store.remove("\(path)/records/\(name)")
    }
    try store.syncFolder("\(path)/records")
    for name in try store.list("\(path)/shards").compactMap(ShardFileName.init) {
      removeShardFile(name, below: path, store: store)
    }
    try store.syncFolder("\(path)/shards")
    let cache = "\(path)/\(InputStamps.folderName)"
    for name in store.operations.list(cache).names where InputStamps.isName(name) {
      try store.remove("\(cache)/\(name)")
    }
    _ = store.operations.removeFolder(cache)
    try store.remove("\(path)/config.json")
    try store.syncFolder(path)
  }
}
