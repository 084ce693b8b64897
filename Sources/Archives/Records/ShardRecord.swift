package import Files
import Foundations

/// The record of a committed shard, `records/NNNNN.json`.
///
/// Without it the shard does not exist. It has one line per utterance, reject and warning; the last line
/// contains the SHA-256 of all bytes before it, so that a flipped bit in the record is found, too.
package struct ShardRecord: Equatable, Sendable {
  /// A file of the shard.
  package struct File: Equatable, Sendable {
    package var role: ArchiveRole
    /// The path relative to the directory.
    package var path: String
    package var bytes: Int64
    package var sha256: String
  }

  /// An utterance whose features are in the shard.
  package struct Utterance: Equatable, Sendable {
    package var description: UtteranceDescription
    /// The position of the value of each role in its file, as the format defines it: a byte offset, a row, or
    /// 0 in a file of one utterance.
    package var positions: [Position]

    package func position(of role: ArchiveRole) -> Int64? { positions.first { $0.role == role }?.value }
  }

  package struct Position: Equatable, Sendable {
    package var role: ArchiveRole
    package var value: Int64
  }

  /// The files that an utterance was read from, whether it is in the shard or was rejected.
  package struct Inputs: Equatable, Sendable {
    package var key: String
    package var files: [Input]

    package init(key: String, files: [Input]) {
      self.key = key
      self.files = files
    }
  }

  /// The size and digest of a file that an utterance was read from; one that could not be read has none.
  package struct Input: Equatable, Sendable {
    /// The use of the file, as the caller names it.
    package var role: String
    package var bytes: Int64
    package var sha256: String

    package init(role: String, bytes: Int64, sha256: String) {
      self.role = role
      self.bytes = bytes
      self.sha256 = sha256
    }
  }

  /// The version of records, of `config.json` and of the names of files.
  static let version: Int64 = 3

  package var shard: Int
  package var set: ShardSet
  package var configurationSHA256: String
  /// For the normalized set, the digest of its sources, from `ShardSources`.
  package var sourceSHA256: String?
  package var files: [File]
  package var utterances: [Utterance]
  /// The findings of excluded utterances, each starting with `key`.
  package var rejects: [JSONValue]
  package var warnings: [JSONValue]
  /// In key order; empty for the normalized set.
  package var inputs: [Inputs]

  /// The files of a role; several where each utterance has one.
  package func files(of role: ArchiveRole) -> [File] { files.filter { $0.role == role } }

  package var frameCount: Int64 { utterances.reduce(0) { $0 &+ Int64($1.description.frameCount) } }
  package var sampleCount: Int64 { utterances.reduce(0) { $0 &+ $1.description.sampleCount } }

  /// The path of a shard's record, relative to the directory.
  package static func path(ofShard number: Int, set: ShardSet = .raw) -> String {
    "records/\(set.prefix)\(paddedNumber(number)).json"
  }

  /// The bytes of the record, including its digest.
  package func bytes() throws(FileError) -> [UInt8] {
    var out: [UInt8] = []
    func field(_ name: String, _ value: JSONValue) {
      out.append(contentsOf: "\"\(name)\":".utf8)
      value.append(to: &out)
      out.append(contentsOf: ",\n".utf8)
    }
    func lines(_ name: String, _ values: [JSONValue]) {
      out.append(contentsOf: "\"\(name)\":[".utf8)
      for (index, value) in values.enumerated() {
        out.append(contentsOf: (index == 0 ? "\n" : ",\n").utf8)
        value.append(to: &out)
      }
      out.append(contentsOf: "],\n".utf8)
    }
    out.append(UInt8(ascii: "{"))
    field("version", .integer(Self.version))
    field("shard", .integer(Int64(shard)))
    field("set", .string(set.rawValue))
    field("config_sha256", .string(configurationSHA256))
    if let sourceSHA256 { field("source_sha256", .string(sourceSHA256)) }
    field(
      "counts",
      [
        "utterances": .integer(Int64(utterances.count)), "rejects": .integer(Int64(rejects.count)),
        "warnings": .integer(Int64(warnings.count)), "frames": .integer(frameCount),
        "samples": .integer(sampleCount),
      ])
    lines(
      "files",
      files.map {
        [
          "role": .string($0.role.name), "path": .string($0.path), "bytes": .integer($0.bytes),
          "sha256": .string($0.sha256),
        ]
      })
    lines(
      "utterances",
      utterances.map { utterance in
        let positions = utterance.positions.map { JSONField($0.role.name, .integer($0.value)) }
        return .object(utterance.description.fields + [JSONField("at", .object(positions))])
      })
    lines("rejects", rejects)
    lines("warnings", warnings)
    lines(
      "inputs",
      inputs.map { inputs in
        .object(
          [JSONField("key", .string(inputs.key))]
            + inputs.files.map {
              JSONField($0.role, ["bytes": .integer($0.bytes), "sha256": .string($0.sha256)])
            })
      })
    let digest = try sha256(out)
    out.append(contentsOf: "\"record_sha256\":\"\(digest)\"}\n".utf8)
    return out
  }

  /// The number of bytes of the last line, which contains the digest.
  private static let tailCount = 16 + 1 + 64 + 3

  /// The digest in the last bytes of a record, unchecked; nil if there is none.
  static func digest(inLastBytes bytes: ArraySlice<UInt8>) -> String? {
    let tail = bytes.suffix(tailCount)
    guard tail.count == tailCount, tail.starts(with: "\"record_sha256\":\"".utf8) else { return nil }
    let digest = Substring(decoding: tail.dropFirst(17).prefix(64), as: UTF8.self)
    return isHexadecimal(digest, digits: 64) ? String(digest) : nil
  }

  /// Parses a record, whose digest, counts and fields must all be correct.
  package init(bytes: [UInt8], path: String) throws(FileError) {
    let tail = Self.tailCount
    guard bytes.count > tail else {
      throw .malformed(path: path, offset: 0, expected: "a record", found: "\(bytes.count) bytes")
    }
    let digest = try Files.sha256(Array(bytes[..<(bytes.count - tail)]))
    let expected = Array("\"record_sha256\":\"\(digest)\"}\n".utf8)
    guard Array(bytes[(bytes.count - tail)...]) == expected else {
      throw .malformed(
        path: path, offset: Int64(bytes.count - tail), expected: "record_sha256 \(digest)", found: "another")
    }
    let json = try JSONParser.parse(bytes, path: path)
    let reader = FieldReader(json: json, path: path)
    try reader.expect(version: Self.version)
    shard = try reader.count("shard")
    guard let set = ShardSet(rawValue: try reader.string("set")) else {
      throw reader.wrong("set", expected: "raw or normalized")
    }
    self.set = set
    configurationSHA256 = try reader.string("config_sha256")
    sourceSHA256 = try reader.optionalString("source_sha256")
    files = []
    for value in try reader.array("files") {
      let file = FieldReader(json: value, path: path)
      guard let role = ArchiveRole(name: try file.string("role")) else {
        throw file.wrong("role", expected: "a role")
      }
      let name = try file.string("path")
      guard name.hasPrefix("shards/"), !name.utf8.contains(0), !name.split(separator: "/").contains("..")
      else {
        throw file.wrong("path", expected: "a path below shards/")
      }
      files.append(
        File(
          role: role, path: name, bytes: Int64(try file.count("bytes")), sha256: try file.string("sha256")))
    }
    utterances = []
    for value in try reader.array("utterances") {
      let description = try UtteranceDescription(json: value, path: path)
      var positions: [Position] = []
      for field in value["at"]?.objectValue ?? [] {
        guard let role = ArchiveRole(name: field.name), let position = field.value.integerValue, position >= 0
        else { throw FieldReader(json: value, path: path).wrong("at", expected: "positions") }
        positions.append(Position(role: role, value: position))
      }
      utterances.append(Utterance(description: description, positions: positions))
    }
    rejects = try reader.array("rejects")
    warnings = try reader.array("warnings")
    inputs = try Self.inputs(reader)
  }

  private static func inputs(_ reader: FieldReader) throws(FileError) -> [Inputs] {
    var found: [Inputs] = []
    for value in try reader.array("inputs") {
      let utterance = FieldReader(json: value, path: reader.path)
      var inputs = Inputs(key: try utterance.string("key"), files: [])
      for field in value.objectValue ?? [] where field.name != "key" {
        let file = FieldReader(json: field.value, path: reader.path)
        inputs.files.append(
          Input(role: field.name, bytes: Int64(try file.count("bytes")), sha256: try file.string("sha256")))
      }
      found.append(inputs)
    }
    return found
  }

  package init(
    shard: Int, set: ShardSet, configurationSHA256: String, sourceSHA256: String? = nil, files: [File],
    utterances: [Utterance],
    rejects: [JSONValue], warnings: [JSONValue], inputs: [Inputs] = []
  ) {
    self.shard = shard
    self.set = set
    self.configurationSHA256 = configurationSHA256
    self.sourceSHA256 = sourceSHA256
    self.files = files
    self.utterances = utterances
    self.rejects = rejects
    self.warnings = warnings
    self.inputs = inputs
  }
}

extension ShardRecord {
  /// The error of a record that lacks a value of an utterance.
  func incomplete(_ key: String, _ role: ArchiveRole) -> ArchiveError {
    .file(
      .malformed(
        path: Self.path(ofShard: shard, set: set), offset: 0,
        expected: "\(key) at a position of \(role.name)", found: "nothing"))
  }
}

/// A shard's number in file names, with at least five digits.
func paddedNumber(_ number: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, 5 - digits.utf8.count)) + digits
}
