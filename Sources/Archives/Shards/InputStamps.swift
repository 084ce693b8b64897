package import Files

/// The file system's account of a file's state, which changes whenever its content does.
package struct InputStamp: Equatable, Sendable {
  var device: UInt64
  var inode: UInt64
  package var bytes: Int64
  var modifiedNanoseconds: Int64
  var changedNanoseconds: Int64

  package init(_ status: FileStatus) {
    device = status.device
    inode = status.inode
    bytes = status.bytes
    modifiedNanoseconds = status.modifiedNanoseconds
    changedNanoseconds = status.changedNanoseconds
  }

  /// Whether another change soon after would show: clocks of file systems may have steps of two seconds.
  package func isSettled(atSecond now: Int64) -> Bool {
    max(modifiedNanoseconds, changedNanoseconds) < (now - 2) * 1_000_000_000
  }

  fileprivate var json: JSONValue {
    [
      .integer(Int64(bitPattern: device)), .integer(Int64(bitPattern: inode)), .integer(bytes),
      .integer(modifiedNanoseconds), .integer(changedNanoseconds),
    ]
  }

  fileprivate init?(_ json: JSONValue) {
    let values = (json.arrayValue ?? []).compactMap(\.integerValue)
    guard values.count == 5 else { return nil }
    device = UInt64(bitPattern: values[0])
    inode = UInt64(bitPattern: values[1])
    bytes = values[2]
    modifiedNanoseconds = values[3]
    changedNanoseconds = values[4]
  }
}

/// The stamps of the files of a shard's utterances, by key and role: a file with the same stamp need not be
/// read to know that it is the same.
///
/// They are a cache, `.kaleido-cache/NNNNN.jsonl`, which may be removed at any time and is outside of all
/// that is promised of bytes. The first line names the record that they belong to.
package struct InputStamps: Equatable, Sendable {
  /// By key, then role.
  package var stamps: [String: [String: InputStamp]] = [:]

  package init() {}

  static let folderName = ".kaleido-cache"

  static func path(ofShard number: Int) -> String { "\(folderName)/\(paddedNumber(number)).jsonl" }

  static func isName(_ name: String) -> Bool {
    name.hasSuffix(".jsonl") && ShardFileName.isRecord(String(name.dropLast(1)))
  }
}

extension OutputDirectory {
  /// The stamps of a committed shard; none if the cache is missing, damaged or of another record.
  package func inputStamps(ofShard number: Int) -> InputStamps {
    let path = absolutePath(of: InputStamps.path(ofShard: number))
    var found = InputStamps()
    guard let lines = try? JSONLines(path: path, store: store).values(), let first = lines.first,
      let digest = try? recordDigest(ofShard: number), first["record_sha256"] == .string(digest)
    else { return found }
    for line in lines.dropFirst() {
      guard let key = line["key"]?.stringValue else { continue }
      for field in line.objectValue ?? [] {
        if let stamp = InputStamp(field.value) { found.stamps[key, default: [:]][field.name] = stamp }
      }
    }
    return found
  }

  /// Writes the stamps of a committed shard, as far as possible: what is lost here only costs time.
  ///
  /// - Parameter record: the bytes of the record that they were taken for; another run may have replaced it.
  package func write(_ stamps: InputStamps, of record: [UInt8], ofShard number: Int) {
    guard !stamps.stamps.isEmpty, let digest = ShardRecord.digest(inLastBytes: record[...]) else { return }
    var bytes = JSONValue.object([JSONField("record_sha256", .string(digest))]).bytes
    for (key, files) in stamps.stamps.sorted(by: { precedesInCLocale($0.key, $1.key) }) {
      let files = files.sorted { precedesInCLocale($0.key, $1.key) }
      bytes.append(UInt8(ascii: "\n"))
      bytes +=
        JSONValue.object([JSONField("key", .string(key))] + files.map { JSONField($0.key, $0.value.json) })
        .bytes
    }
    bytes.append(UInt8(ascii: "\n"))
    try? store.makeFolder(absolutePath(of: InputStamps.folderName))
    // Not synchronized: a file that a crash has torn is not of its record.
    guard
      let file = try? TemporaryFile(path: temporaryPath("stamps"), store: store, limit: WriteBuffer.small),
      (try? file.append(bytes)) != nil, (try? file.close()) != nil,
      (try? store.rename(file.path, to: absolutePath(of: InputStamps.path(ofShard: number)))) != nil
    else { return }
    file.keep()
  }
}
