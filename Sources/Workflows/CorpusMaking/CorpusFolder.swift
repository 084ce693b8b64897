import Archives
import Files
import Glibc
import Synthesis

/// The folder that a corpus is made in: what it was made from, who has it now, and the speakers that are
/// whole.
///
///     OUT/.kaleido/config.json          what the bytes depend on
///     OUT/.kaleido/records/SPEAKER.json what a speaker's folder holds, with checksums
///     OUT/.kaleido/temporary/           what is being written, the next run's to remove
///     OUT/.kaleido/lock                 held by the one run that writes
///
/// Configuration and records carry their `Checksum`. A damaged record is none: its speaker is made again.
///
/// Methods may be called by any thread; each file is written by one.
final class CorpusFolder: Sendable {
  static let folderName = ".kaleido"
  /// The version of configuration and records.
  static let version: Int64 = 2

  let path: String
  let store: FileStore
  private let claim: DirectoryClaim

  private static let kind = OwnedDirectory.Kind(
    configurationName: "\(folderName)/config.json", claimName: "\(folderName)/lock", version: version,
    hasChecksum: true,
    recognizes: { $0["made_by"] == "kaleido corpus make" },
    // A run that ended before it wrote its configuration leaves its own folder alone.
    requireVacant: { (directory) throws(FileError) in try directory.requireEmpty(except: folderName) })

  private var own: String { "\(path)/\(Self.folderName)" }
  private var temporary: String { "\(own)/temporary" }

  /// Takes a folder that is new, empty, or made from the same configuration.
  init(
    _ path: String, configuration: JSONValue, discardingOther: Bool, store: FileStore = FileStore()
  ) throws {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    self.path = path
    self.store = store
    let directory = OwnedDirectory(path: path, kind: Self.kind, store: store)
    let bytes = try directory.configurationBytes(configuration)
    _ = try directory.contents(for: bytes, replacesOther: discardingOther)
    claim = try directory.claim()
    // Meanwhile another run may have begun and ended here.
    let contents = try directory.contents(for: bytes, replacesOther: discardingOther)
    store.removeQuietly(temporary)
    if contents == .other { try discard() }
    for name in ["temporary", "records"] { try store.makeFolder("\(own)/\(name)") }
    if contents != .same { try replace(Self.kind.configurationName, with: bytes) }
    try directory.settleConfiguration()
  }

  deinit { store.removeQuietly(temporary) }

  /// Removes the indexes, what the records name, and the records; nothing else.
  ///
  /// The indexes are gone for good before a file that they name is another.
  private func discard() throws {
    for name in CorpusIndexes.names { try store.remove("\(path)/\(name)") }
    if try store.status("\(path)/DOC") != nil { try store.syncFolder("\(path)/DOC") }
    _ = store.operations.removeFolder("\(path)/DOC")
    try store.syncFolder(path)
    for name in try store.list("\(own)/records") where name.hasSuffix(".json") {
      let file = "\(own)/records/\(name)"
      if let bytes = try store.contents(of: file), let record = SpeakerRecord(bytes, path: file),
        Self.isPlain(record.folder)
      {
        for entry in record.utterances.flatMap(\.files) where !entry.name.utf8.contains(UInt8(ascii: "/")) {
          try store.remove("\(path)/\(record.folder)/\(entry.name)")
        }
        var folder = record.folder[...]
        // Folders that are empty now: the speaker's, the region's, the part's.
        while !folder.isEmpty, store.operations.removeFolder("\(path)/\(folder)") == 0 {
          folder = folder.lastIndex(of: "/").map { folder[..<$0] } ?? ""
        }
        // The record stays until what it names is gone for good.
        let rest = folder.isEmpty ? path : "\(path)/\(folder)"
        if try store.status(rest) != nil { try store.syncFolder(rest) }
      }
      try store.remove(file)
    }
    try store.syncFolder("\(own)/records")
  }

  /// Whether a folder of a record stays inside the corpus.
  private static func isPlain(_ folder: String) -> Bool {
    !folder.hasPrefix("/") && !folder.split(separator: "/").contains("..")
  }

  // MARK: Speakers

  /// The record of a speaker whose every file is there and right; nil if it has to be made.
  func record(of speaker: CorpusDesign.PlannedSpeaker) throws -> SpeakerRecord? {
    let file = recordPath(speaker.speaker.name)
    guard let bytes = try store.contents(of: file), let record = SpeakerRecord(bytes, path: file),
      record.folder == speaker.folder
    else { return nil }
    for entry in record.utterances.flatMap(\.files) {
      let path = "\(self.path)/\(record.folder)/\(entry.name)"
      guard let status = try store.status(path), status.isRegular, status.bytes == Int64(entry.bytes),
        let bytes = try store.contents(of: path), try sha256(bytes) == entry.sha256
      else { return nil }
    }
    return record
  }

  /// An empty temporary folder for a speaker's files.
  func makeTemporaryFolder(_ name: String) throws(FileError) -> String {
    let folder = "\(temporary)/\(name)"
    store.removeQuietly(folder)
    try store.makeFolder(folder)
    return folder
  }

  /// Writes a file of a speaker that is not committed yet, without waiting for the disk.
  func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    let descriptor = try store.open(path, flags: O_WRONLY | O_CREAT | O_EXCL, as: .create)
    defer { store.close(descriptor) }
    try bytes.span.bytes.withUnsafeBytes { (buffer) throws(FileError) in
      try store.write(descriptor, buffer, path: path)
    }
    store.operations.startWriteBack(descriptor)
  }

  /// Writes a speaker's record, then renames its folder into the corpus, whole.
  ///
  /// The record comes first, so that no folder of ours is ever without one; it counts once the files are as
  /// it says.
  func commit(_ record: SpeakerRecord, from temporaryFolder: String) throws(FileError) {
    for file in record.utterances.flatMap(\.files) { try sync("\(temporaryFolder)/\(file.name)") }
    try store.syncFolder(temporaryFolder)
    try replace("\(Self.folderName)/records/\(record.speaker).json", with: try record.json.checksummedBytes())
    let target = "\(path)/\(record.folder)"
    let folder = parent(of: target)
    try store.makeFolders(folder)
    if try store.status(target) != nil {
      // What is there has no record, or is not what its record says.
      let old = "\(temporary)/old-\(record.speaker)"
      store.removeQuietly(old)
      try store.rename(target, to: old)
      store.removeQuietly(old)
    }
    try store.rename(temporaryFolder, to: target)
    try syncNames(in: folder)
  }

  /// Waits until the names in a folder, and its own in those that hold it, are on the disk.
  private func syncNames(in folder: String) throws(FileError) {
    var folder = folder
    while folder.utf8.count >= path.utf8.count {
      try store.syncFolder(folder)
      guard let slash = folder.lastIndex(of: "/") else { break }
      folder = String(folder[..<slash])
    }
  }

  /// Waits for the names of speakers that are there already: a run that was killed may have renamed them.
  func syncNames(of records: some Sequence<SpeakerRecord>) throws(FileError) {
    let folders = Set(records.map { parent(of: "\(path)/\($0.folder)") })
    for folder in folders.sorted() { try syncNames(in: folder) }
    try store.syncFolder("\(own)/records")
  }

  private func recordPath(_ speaker: String) -> String { "\(own)/records/\(speaker).json" }

  private func sync(_ path: String) throws(FileError) {
    let descriptor = try store.open(path, flags: O_RDWR)
    defer { store.close(descriptor) }
    try store.sync(descriptor, path: path)
  }

  /// Writes a file whole, relative to the corpus: temporary name, sync, rename, sync of the folder.
  func replace(_ name: String, with bytes: [UInt8]) throws(FileError) {
    let target = "\(path)/\(name)"
    if try store.contents(of: target) == bytes { return try syncNames(in: parent(of: target)) }
    let file = "\(temporary)/\(name.split(separator: "/").joined(separator: "-"))"
    try store.remove(file)
    try write(bytes, to: file)
    try sync(file)
    let folder = parent(of: target)
    try store.makeFolders(folder)
    try store.rename(file, to: target)
    try store.syncFolder(folder)
  }
}
