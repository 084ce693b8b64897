internal import Glibc

/// An output directory, which belongs to the kind of run whose configuration it holds.
///
/// A run looks at the directory first (``contents(for:replacesOther:)``), which changes nothing, and writes
/// only where nothing is, or what has the same configuration, or, if it was asked to, what another run of its
/// kind left. Files that are not of its kind stay in any case.
package struct OwnedDirectory: Sendable {
  /// A kind of directory: which files show that a directory is of it.
  package struct Kind: Sendable {
    /// The path of the configuration in the directory.
    package var configurationName: String
    /// The path of the file that a run holds while it writes; nil where several runs may write at once.
    package var claimName: String?
    /// The version of the configuration and of the names of files; nil if any is compared as another field.
    package var version: Int64?
    /// Whether a run may replace directories of other versions, whose files have the same names.
    package var replacesOtherVersions: Bool
    /// Whether the configuration carries its ``Checksum``.
    package var hasChecksum: Bool
    /// Whether a configuration is of this kind, in any version.
    package var recognizes: @Sendable (JSONValue) -> Bool
    /// Whether other files show that a directory with a damaged configuration is of this kind.
    package var hasOtherTraces: @Sendable (OwnedDirectory) throws(FileError) -> Bool
    /// Requires that a directory without a configuration has no file that would be replaced.
    package var requireVacant: @Sendable (OwnedDirectory) throws(FileError) -> Void

    package init(
      configurationName: String = "config.json", claimName: String? = nil, version: Int64? = nil,
      replacesOtherVersions: Bool = false, hasChecksum: Bool = false,
      recognizes: @escaping @Sendable (JSONValue) -> Bool,
      hasOtherTraces: @escaping @Sendable (OwnedDirectory) throws(FileError) -> Bool = {
        (_) throws(FileError) in false
      },
      requireVacant: @escaping @Sendable (OwnedDirectory) throws(FileError) -> Void
    ) {
      self.configurationName = configurationName
      self.claimName = claimName
      self.version = version
      self.replacesOtherVersions = replacesOtherVersions
      self.hasChecksum = hasChecksum
      self.recognizes = recognizes
      self.hasOtherTraces = hasOtherTraces
      self.requireVacant = requireVacant
    }
  }

  /// The contents of a directory, before a run writes to it.
  package enum Contents: Equatable, Sendable {
    /// Nothing of this kind.
    case vacant
    /// A run with the same configuration.
    case same
    /// Another run of this kind, or a damaged configuration of one.
    case other
  }

  package let path: String
  package let kind: Kind
  package let store: FileStore

  /// The size of a configuration that is read at all.
  private static let configurationLimit = 1 << 24

  package init(path: String, kind: Kind, store: FileStore = FileStore()) {
    self.path = path
    self.kind = kind
    self.store = store
  }

  /// The absolute path of a file of the directory.
  package func path(of name: String) -> String { "\(path)/\(name)" }

  package var configurationPath: String { path(of: kind.configurationName) }

  /// The bytes of a configuration: indented JSON and a newline.
  package static func bytes(of configuration: JSONValue) -> [UInt8] {
    var bytes: [UInt8] = []
    configuration.appendIndented(to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  /// The bytes of the file of a configuration, with its checksum in directories that have one.
  package func configurationBytes(_ configuration: JSONValue) throws(FileError) -> [UInt8] {
    kind.hasChecksum ? try configuration.checksummedBytes() : Self.bytes(of: configuration)
  }

  /// The bytes of the configuration file; nil if there is none.
  package func configuration() throws(FileError) -> [UInt8]? {
    try store.contents(of: configurationPath, limit: Self.configurationLimit)
  }

  /// Looks whether a run may write here; changes nothing.
  ///
  /// - Parameters:
  ///   - configuration: the bytes of the run's configuration.
  ///   - replacesOther: whether the run replaces what another configuration left.
  /// - Throws: `configurationDiffers` with the fields, `otherVersion`, `checksumDiffers` or
  ///   `configurationUnusable` for a damaged configuration, the latter also for one of another kind,
  ///   `wouldReplace`, `system`.
  package func contents(
    for configuration: [UInt8], replacesOther: Bool
  ) throws(FileError) -> Contents {
    var held = try self.configuration()
    if held == nil {
      do throws(FileError) {
        try kind.requireVacant(self)
        return .vacant
      } catch .wouldReplace(let name) {
        // Between the two looks another run may have begun here.
        held = try self.configuration()
        if held == nil { throw .wouldReplace(path: name) }
      }
    }
    return try compare(held ?? [], with: configuration, replacesOther: replacesOther)
  }

  /// Compares the bytes of a configuration file with those of a run.
  ///
  /// - Throws: as ``contents(for:replacesOther:)``.
  package func compare(
    _ held: [UInt8], with configuration: [UInt8], replacesOther: Bool
  ) throws(FileError) -> Contents {
    if held == configuration { return .same }
    if kind.hasChecksum, let damage = try damage(of: held) {
      guard replacesOther else { throw damage }
      return .other
    }
    guard let json = try? JSONParser.parse(held, path: configurationPath), kind.recognizes(json) else {
      let isOurs = try kind.hasOtherTraces(self)
      guard isOurs, replacesOther else {
        throw .configurationUnusable(path: configurationPath, isOurs: isOurs)
      }
      return .other
    }
    if !(replacesOther && kind.replacesOtherVersions) { try requireVersion(json) }
    if replacesOther { return .other }
    // Both are compared after parsing, so that values with equal texts are equal. They end with their
    // checksums, which differ, too.
    let fields = ConfigurationDifference.between(
      directory: json, run: try JSONParser.parse(configuration, path: configurationPath)
    ).filter { !kind.hasChecksum || $0.field != Checksum.name }
    if fields.isEmpty { throw .configurationUnusable(path: configurationPath, isOurs: true) }
    throw .configurationDiffers(path: configurationPath, fields: fields)
  }

  /// The fault of a configuration of this kind that is not as it was written; nil for one that is, one of
  /// another version, and a file of another kind.
  private func damage(of held: [UInt8]) throws(FileError) -> FileError? {
    let verdict = try Checksum.verdict(on: held)
    if verdict == .matches { return nil }
    let json = try? JSONParser.parse(held, path: configurationPath)
    let isRecognized = json.map(kind.recognizes) ?? false
    if verdict == .missing, isRecognized, let version = kind.version, json?["version"] != .integer(version) {
      // Earlier versions had no checksum.
      return nil
    }
    let isOurs: Bool
    // Whoever has our mark in it, too, can only be ours.
    if isRecognized || verdict != .missing { isOurs = true } else { isOurs = try kind.hasOtherTraces(self) }
    return isOurs ? Checksum.fault(verdict, path: configurationPath) : nil
  }

  /// - Throws: `otherVersion` for a configuration of this kind of another version.
  package func requireVersion(_ configuration: JSONValue) throws(FileError) {
    guard let version = kind.version, kind.recognizes(configuration) else { return }
    try FieldReader(json: configuration, path: configurationPath).expect(version: version)
  }

  /// Requires that the directory is empty or missing, but for one entry.
  ///
  /// - Throws: `wouldReplace`, `notAFolder`.
  package func requireEmpty(except allowed: String) throws(FileError) {
    guard let status = try store.status(path) else { return }
    guard status.isFolder else { throw .notAFolder(path: path) }
    if let name = try store.list(path).first(where: { $0 != allowed }) {
      throw .wouldReplace(path: path(of: name))
    }
  }

  /// Requires that none of some files exists.
  ///
  /// - Throws: `wouldReplace`.
  package func requireNone(of names: [String]) throws(FileError) {
    for name in names where try store.status(path(of: name)) != nil {
      throw .wouldReplace(path: path(of: name))
    }
  }

  // MARK: Writing

  /// Holds the directory until the claim is released, so that no other run writes to it meanwhile.
  ///
  /// - Throws: `inUse` if another run holds it; `system`.
  package func claim() throws(FileError) -> DirectoryClaim {
    guard let name = kind.claimName else { preconditionFailure("a kind of directory without claims") }
    return try DirectoryClaim(of: path, at: path(of: name), store: store)
  }

  /// Replaces the configuration, whole.
  package func writeConfiguration(_ bytes: [UInt8]) throws(FileError) {
    try AtomicFile.write(bytes, to: configurationPath, store: store)
    try settleConfiguration()
  }

  /// Waits until the names of the configuration and of the directory are on the disk: a run that was killed
  /// may have given them.
  package func settleConfiguration() throws(FileError) {
    let folder = parent(of: configurationPath)
    if folder != path { try store.syncFolder(folder) }
    try store.syncFolder(path)
    try store.syncFolder(parent(of: path))
  }

  /// Writes the configuration unless there is one, which several runs may do at once.
  ///
  /// - Throws: as ``contents(for:replacesOther:)``, for the configuration of a run that was faster.
  package func installConfiguration(_ bytes: [UInt8], _ names: TemporaryNames) throws(FileError) {
    func compareHeld(_ held: [UInt8]) throws(FileError) {
      _ = try compare(held, with: bytes, replacesOther: false)
    }
    if let held = try configuration() {
      try compareHeld(held)
      return try settleConfiguration()
    }
    let target = configurationPath
    let file = try TemporaryFile(path: names.next("config"), store: store, limit: 1 << 20)
    try file.append(bytes)
    try file.putOnDisk()
    // A hard link, unlike a rename, cannot replace the file of another run.
    let result = store.operations.link(file.path, to: target)
    if result == -EEXIST {
      guard let held = try configuration() else {
        throw .system(operation: .link, path: target, code: EEXIST)
      }
      return try compareHeld(held)
    }
    if result != 0 {
      // Without hard links, a rename; it differs only for two concurrent first runs that disagree.
      guard result == -EPERM || result == -ENOTSUP || result == -ENOSYS || result == -EMLINK else {
        throw .system(operation: .link, path: target, code: -result)
      }
      try store.rename(file.path, to: target)
      file.keep()
    }
    try settleConfiguration()
  }

  /// Writes a file, whole, unless it has these bytes.
  package func replace(_ name: String, with bytes: [UInt8]) throws(FileError) {
    try AtomicFile.writeIfOther(bytes, to: path(of: name), store: store)
  }

  /// Writes indented JSON and a newline to a file, whole, unless it has these bytes.
  package func replace(_ name: String, with json: JSONValue) throws(FileError) {
    try replace(name, with: Self.bytes(of: json))
  }
}
