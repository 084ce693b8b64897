package import Files
internal import Glibc
internal import Synchronization

/// A directory of shards: its configuration, what is committed, and names for what is being written.
///
/// Safe to share between threads and, on one file system, between processes: every file is written under a
/// temporary name of the run that writes it and renamed, and all runs of one configuration write the same bytes.
package final class OutputDirectory: Sendable {
  package let path: String
  package let configuration: DirectoryConfiguration
  /// SHA-256 of `config.json`; stands in every record.
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

  /// Opens a directory for writing, made if need be, and removes what dead runs left in it.
  ///
  /// Never touches a file whose name is not of this module's own form.
  ///
  /// - Parameter discardingOther: true (`--force`) to give up what another configuration left: shards, records and
  ///   indexes. `provenance.jsonl`, the history, stays.
  /// - Throws: `configurationDiffers` when the directory holds another configuration, `configurationUnusable` when
  ///   its `config.json` is damaged or not ours; nothing is changed then. `system`, `notAFolder`.
  package static func create(
    at path: String, configuration: DirectoryConfiguration, discardingOther: Bool = false,
    operations: any FileOperations = SystemFileOperations()
  ) throws(FileError) -> OutputDirectory {
    let store = FileStore(operations)
    let path = normalizedPath(path)
    let config = "\(path)/config.json"
    if let found = try store.contents(of: config) {
      if discardingOther {
        try requireOurs(found, path: path, store: store)
      } else {
        try compare(found, with: configuration, path: path, store: store)
      }
    } else {
      try requireNoIndexOfAnother(path, configuration: configuration, store: store)
    }
    try store.makeFolders(path)
    let claim = try TemporaryNames(in: path, store: store)
    for name in ["shards", "records"] { try store.makeFolder("\(path)/\(name)") }
    let bytes = configuration.bytes
    if discardingOther, let found = try store.contents(of: config), found != bytes {
      try requireOurs(found, path: path, store: store)
      try discard(path, names: indexNames(found), store: store)
    }
    try writeConfiguration(bytes, of: configuration, path: path, claim: claim, store: store)
    return try OutputDirectory(
      path: path, configuration: configuration, bytes: bytes, store: store, claim: claim)
  }

  /// A folder without our `config.json` may hold what it likes, but nothing that an index would replace.
  private static func requireNoIndexOfAnother(
    _ path: String, configuration: DirectoryConfiguration, store: FileStore
  ) throws(FileError) {
    for name in IndexNames.all(of: configuration) where try store.status("\(path)/\(name)") != nil {
      throw .wouldReplace(path: "\(path)/\(name)")
    }
  }

  /// Opens a directory that exists, for reading (`status`, `verify`) or for indexes (`finish`).
  package static func open(
    at path: String, forWriting: Bool, operations: any FileOperations = SystemFileOperations()
  ) throws(FileError) -> OutputDirectory {
    let store = FileStore(operations)
    let path = normalizedPath(path)
    let config = "\(path)/config.json"
    guard let bytes = try store.contents(of: config) else { throw .notAnOutputDirectory(path: path) }
    guard let configuration = self.configuration(in: bytes), configuration.bytes == bytes else {
      throw .configurationUnusable(path: config, isOurs: try isOurs(bytes, path: path, store: store))
    }
    let claim = forWriting ? try TemporaryNames(in: path, store: store) : nil
    return try OutputDirectory(
      path: path, configuration: configuration, bytes: bytes, store: store, claim: claim)
  }

  package var shardCount: Int { configuration.shardCount }

  /// Whether this directory was opened for writing and no other run lives in it; false where that cannot be told.
  var isAlone: Bool { claim?.isAlone ?? false }

  /// Where a file below the directory is.
  package func absolutePath(of name: String) -> String { "\(path)/\(name)" }

  /// A temporary path of this run, unique.
  package func temporaryPath(_ purpose: String) -> String {
    guard let claim else { preconditionFailure("a directory opened for reading") }
    return claim.next(purpose)
  }

  /// Writes a file whole: temporary name, sync, rename, sync of the folder.
  package func replace(_ name: String, with bytes: [UInt8]) throws(FileError) {
    let file = try TemporaryFile(path: temporaryPath("replace"), store: store, limit: WriteBuffer.small)
    try file.append(bytes)
    try file.putOnDisk()
    let target = absolutePath(of: name)
    try store.rename(file.path, to: target)
    file.keep()
    try store.syncFolder(parent(of: target))
  }

  /// As `replace`, but leaves a file alone that holds these bytes already.
  ///
  /// - Returns: whether anything was written.
  @discardableResult
  package func replaceIfOther(_ name: String, with bytes: [UInt8]) throws(FileError) -> Bool {
    if try store.contents(of: absolutePath(of: name)) == bytes { return false }
    try replace(name, with: bytes)
    return true
  }

  private static func compare(
    _ found: [UInt8], with configuration: DirectoryConfiguration, path: String, store: FileStore
  ) throws(FileError) {
    let bytes = configuration.bytes
    if found == bytes { return }
    let config = "\(path)/config.json"
    // Both compared as they read back, so that a value equal in writing is equal here.
    let here = try JSONParser.parse(bytes, path: config)
    var fields: [ConfigurationDifference] = []
    if self.configuration(in: found) != nil {
      fields = ConfigurationDifference.between(
        directory: try JSONParser.parse(found, path: config), run: here)
    }
    if fields.isEmpty {
      throw .configurationUnusable(path: config, isOurs: try isOurs(found, path: path, store: store))
    }
    throw .configurationDiffers(path: config, fields: fields)
  }

  /// What the bytes of a `config.json` say; nil when they are damaged, or another program's.
  private static func configuration(in bytes: [UInt8]) -> DirectoryConfiguration? {
    guard let json = try? JSONParser.parse(bytes, path: "") else { return nil }
    return try? DirectoryConfiguration(json: json, path: "")
  }

  /// Whether the directory is one that this module has written: its `config.json` reads as ours, or, where that is
  /// damaged, it holds a record that does.
  private static func isOurs(_ config: [UInt8], path: String, store: FileStore) throws(FileError) -> Bool {
    if configuration(in: config) != nil { return true }
    return try holdsRecord(path, store: store)
  }

  private static func requireOurs(_ found: [UInt8], path: String, store: FileStore) throws(FileError) {
    guard try isOurs(found, path: path, store: store) else {
      throw .configurationUnusable(path: "\(path)/config.json", isOurs: false)
    }
  }

  /// Whether `records/` holds a record whose digest is right.
  private static func holdsRecord(_ path: String, store: FileStore) throws(FileError) -> Bool {
    for name in store.operations.list("\(path)/records").names where ShardFileName.isRecord(name) {
      guard let bytes = try store.contents(of: "\(path)/records/\(name)") else { continue }
      if (try? ShardRecord(bytes: bytes, path: name)) != nil { return true }
    }
    return false
  }

  /// The indexes that runs of this configuration have written; of any, where it cannot be read.
  private static func indexNames(_ config: [UInt8]) -> [String] {
    configuration(in: config).map { IndexNames.all(of: $0) } ?? IndexNames.all
  }

  /// Writes `config.json` unless it is there.
  ///
  /// A hard link, unlike a rename, cannot replace one that another run
  /// has put there meanwhile.
  private static func writeConfiguration(
    _ bytes: [UInt8], of configuration: DirectoryConfiguration, path: String, claim: TemporaryNames,
    store: FileStore
  ) throws(FileError) {
    let target = "\(path)/config.json"
    if let found = try store.contents(of: target) {
      return try compare(found, with: configuration, path: path, store: store)
    }
    let file = try TemporaryFile(path: claim.next("config"), store: store, limit: WriteBuffer.small)
    try file.append(bytes)
    try file.putOnDisk()
    let result = store.operations.link(file.path, to: target)
    if result == -EEXIST {
      guard let found = try store.contents(of: target) else {
        throw .system(operation: .link, path: target, code: EEXIST)
      }
      return try compare(found, with: configuration, path: path, store: store)
    }
    if result != 0 {
      // No hard links on this file system: the rename is as good but for two first runs that disagree.
      guard result == -EPERM || result == -ENOTSUP || result == -ENOSYS || result == -EMLINK else {
        throw .system(operation: .link, path: target, code: -result)
      }
      try store.rename(file.path, to: target)
      file.keep()
    }
    try store.syncFolder(path)
    try store.syncFolder(parent(of: path))
  }

  /// Removes what an output directory holds, and nothing whose name is of another form: indexes first, then
  /// records, so that neither outlives what it names, and `config.json` last, so that a run killed here is taken up
  /// by the next.
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
    try store.remove("\(path)/config.json")
    try store.syncFolder(path)
  }
}
