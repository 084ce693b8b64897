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
  /// - Parameter discardingOther: true (`--force`) to give up what another configuration left: shards,
  ///   records and indexes. `provenance.jsonl`, the history, stays.
  /// - Throws: `configurationDiffers` when the directory holds another configuration, `configurationUnusable`
  ///   when its `config.json` is damaged or not ours; nothing is changed then. `system`, `notAFolder`.
  package static func create(
    at path: String, configuration: DirectoryConfiguration, discardingOther: Bool = false,
    operations: any FileOperations = SystemFileOperations()
  ) throws(FileError) -> OutputDirectory {
    let store = FileStore(operations)
    let path = normalizedPath(path)
    let config = "\(path)/config.json"
    if let found = try store.contents(of: config) {
      try DirectoryConfiguration.requireVersion(found, path: config)
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

  /// Checks that a folder without our `config.json` has no file that an index would replace.
  private static func requireNoIndexOfAnother(
    _ path: String, configuration: DirectoryConfiguration, store: FileStore
  ) throws(FileError) {
    for name in IndexNames.all(of: configuration) where try store.status("\(path)/\(name)") != nil {
      throw .wouldReplace(path: "\(path)/\(name)")
    }
  }

  /// Opens an existing directory, for reading (`status`, `verify`) or for indexes (`finish`).
  package static func open(
    at path: String, forWriting: Bool, operations: any FileOperations = SystemFileOperations()
  ) throws(FileError) -> OutputDirectory {
    let store = FileStore(operations)
    let path = normalizedPath(path)
    let config = "\(path)/config.json"
    guard let bytes = try store.contents(of: config) else { throw .notAnOutputDirectory(path: path) }
    try DirectoryConfiguration.requireVersion(bytes, path: config)
    guard let configuration = self.configuration(in: bytes), configuration.bytes == bytes else {
      throw .configurationUnusable(path: config, isOurs: try isOurs(bytes, path: path, store: store))
    }
    let claim = forWriting ? try TemporaryNames(in: path, store: store) : nil
    return try OutputDirectory(
      path: path, configuration: configuration, bytes: bytes, store: store, claim: claim)
  }

  package var shardCount: Int { configuration.shardCount }

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
    // Both are compared after parsing, so that values with equal texts are equal.
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

  /// The configuration in a `config.json`; nil if it is damaged or belongs to another program.
  private static func configuration(in bytes: [UInt8]) -> DirectoryConfiguration? {
    guard let json = try? JSONParser.parse(bytes, path: "") else { return nil }
    return try? DirectoryConfiguration(json: json, path: "")
  }

  /// Whether the directory was written by this module: its `config.json` is ours or, if that is damaged, it
  /// has a valid record.
  private static func isOurs(_ config: [UInt8], path: String, store: FileStore) throws(FileError) -> Bool {
    if configuration(in: config) != nil { return true }
    return try holdsRecord(path, store: store)
  }

  private static func requireOurs(_ found: [UInt8], path: String, store: FileStore) throws(FileError) {
    guard try isOurs(found, path: path, store: store) else {
      throw .configurationUnusable(path: "\(path)/config.json", isOurs: false)
    }
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

  /// Writes `config.json` unless it exists.
  ///
  /// A hard link, unlike a rename, cannot replace the file of another run.
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
      // Without hard links, a rename; it differs only for two concurrent first runs that disagree.
      guard result == -EPERM || result == -ENOTSUP || result == -ENOSYS || result == -EMLINK else {
        throw .system(operation: .link, path: target, code: -result)
      }
      try store.rename(file.path, to: target)
      file.keep()
    }
    try store.syncFolder(path)
    try store.syncFolder(parent(of: path))
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
    try store.remove("\(path)/config.json")
    try store.syncFolder(path)
  }
}
