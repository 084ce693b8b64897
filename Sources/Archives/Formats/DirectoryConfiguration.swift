package import Files

/// The records on which the normalized features of a shard depend.
package enum NormalizationSource: String, CaseIterable, Sendable {
  /// The record of the shard, for statistics by utterance.
  case shard
  /// All records, for statistics by speaker or of the whole corpus.
  case directory
}

/// The content of `config.json`: everything that determines the bytes of the shards.
///
/// Two runs may share a directory if and only if their configurations have equal bytes.
package struct DirectoryConfiguration: Equatable, Sendable {
  package var format: ArchiveFormat
  /// The number of features per frame.
  package var channels: Int
  /// Whether features are compressed, by the method of the format.
  package var isCompressed: Bool
  /// The sets of frame labels that are stored.
  package var labels: [LabelSet]
  /// Whether the CMVN statistics of each utterance are stored.
  package var storesCmvnStatistics: Bool
  /// The source of normalized features, made in a second pass; nil if there is none.
  package var normalizedFrom: NormalizationSource?
  package var frameShiftSeconds: Double
  /// The number of utterances per shard.
  package var shardUtterances: Int
  /// The number of utterances in the manifest.
  package var utteranceCount: Int
  /// The SHA-256 of the manifest, as defined by the caller.
  package var manifestSHA256: String
  package var arithmeticFingerprint: String
  /// The options of the caller, in its order.
  package var options: JSONValue

  package init(
    format: ArchiveFormat, channels: Int, isCompressed: Bool = false, labels: [LabelSet] = [],
    storesCmvnStatistics: Bool = true, normalizedFrom: NormalizationSource? = nil,
    frameShiftSeconds: Double = 0.01, shardUtterances: Int = Self.defaultShardUtterances,
    utteranceCount: Int, manifestSHA256: String, arithmeticFingerprint: String, options: JSONValue
  ) {
    precondition(
      channels > 0 && channels <= Self.maximumChannels && shardUtterances > 0 && utteranceCount >= 0)
    precondition(!isCompressed || format.canCompress)
    self.format = format
    self.channels = channels
    self.isCompressed = isCompressed
    self.labels = labels
    self.storesCmvnStatistics = storesCmvnStatistics
    self.normalizedFrom = normalizedFrom
    self.frameShiftSeconds = frameShiftSeconds
    self.shardUtterances = shardUtterances
    self.utteranceCount = utteranceCount
    self.manifestSHA256 = manifestSHA256
    self.arithmeticFingerprint = arithmeticFingerprint
    self.options = options
  }

  /// The number of utterances per shard unless another is asked for.
  package static let defaultShardUtterances = 256

  /// The largest number of features per frame of any format.
  static let maximumChannels = (1 << 20) - 1

  package var shardCount: Int {
    utteranceCount / shardUtterances + (utteranceCount % shardUtterances == 0 ? 0 : 1)
  }

  /// Whether a second pass stores normalized features.
  package var storesNormalized: Bool { normalizedFrom != nil }

  /// How the values of a role are stored.
  func storage(of role: ArchiveRole) -> any RoleStorage {
    let shape = FeatureShape(
      channels: channels, frameShiftSeconds: frameShiftSeconds, isCompressed: isCompressed)
    return format.definition.storage(of: role, shape)
  }

  package var json: JSONValue {
    [
      "version": .integer(Self.version),
      "format": .string(format.rawValue),
      "channels": .integer(Int64(channels)),
      "compressed": .bool(isCompressed),
      "label_classes": .array(labels.map { .string($0.name) }),
      "cmvn_statistics": .bool(storesCmvnStatistics),
      "normalized_from": normalizedFrom.map { .string($0.rawValue) } ?? .null,
      "frame_shift_seconds": .number(frameShiftSeconds),
      "shard_utterances": .integer(Int64(shardUtterances)),
      "utterances": .integer(Int64(utteranceCount)),
      "manifest_sha256": .string(manifestSHA256),
      "arithmetic_fingerprint": .string(arithmeticFingerprint),
      "options": options,
    ]
  }

  /// The version of `config.json`, the records and the names of files.
  static let version = ShardRecord.version

  /// The bytes of `config.json`: indented, with a newline at the end.
  package var bytes: [UInt8] {
    var out: [UInt8] = []
    json.appendIndented(to: &out)
    out.append(UInt8(ascii: "\n"))
    return out
  }

  /// Reads `config.json`, which must have exactly the known fields.
  package init(json: JSONValue, path: String) throws(FileError) {
    let reader = FieldReader(json: json, path: path)
    try reader.expect(version: Self.version)
    guard let format = ArchiveFormat(rawValue: try reader.string("format")) else {
      let names = ArchiveFormat.allCases.map(\.name)
      throw reader.wrong("format", expected: "one of \(names.joined(separator: ", "))")
    }
    let channels = try reader.count("channels")
    let shardUtterances = try reader.count("shard_utterances")
    guard channels > 0, channels <= format.maximumChannels else {
      throw reader.wrong("channels", expected: "1 to \(format.maximumChannels)")
    }
    guard shardUtterances > 0 else { throw reader.wrong("shard_utterances", expected: "at least 1") }
    var labels: [LabelSet] = []
    for value in try reader.array("label_classes") {
      guard let set = value.stringValue.flatMap(LabelSet.init), !labels.contains(set) else {
        throw reader.wrong("label_classes", expected: "different names of columns")
      }
      labels.append(set)
    }
    let isCompressed = try reader.bool("compressed")
    guard !isCompressed || format.canCompress else {
      throw reader.wrong("compressed", expected: "false for the format \(format)")
    }
    self.init(
      format: format, channels: channels, isCompressed: isCompressed, labels: labels,
      storesCmvnStatistics: try reader.bool("cmvn_statistics"),
      normalizedFrom: try Self.normalizedFrom(reader),
      frameShiftSeconds: try reader.number("frame_shift_seconds"), shardUtterances: shardUtterances,
      utteranceCount: try reader.count("utterances"), manifestSHA256: try reader.string("manifest_sha256"),
      arithmeticFingerprint: try reader.string("arithmetic_fingerprint"),
      options: try reader.value("options"))
  }

  private static func normalizedFrom(
    _ reader: FieldReader
  ) throws(FileError) -> NormalizationSource? {
    if reader.json["normalized_from"] == .null { return nil }
    guard let source = NormalizationSource(rawValue: try reader.string("normalized_from")) else {
      throw reader.wrong("normalized_from", expected: "shard, directory or null")
    }
    return source
  }
}
