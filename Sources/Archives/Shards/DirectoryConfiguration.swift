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
  /// Kaldi's CM compression of the features (`kaldi` only).
  package var isCompressed: Bool
  /// The phone sets whose frame labels are stored.
  package var labels: [PhoneClasses]
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
    format: ArchiveFormat, channels: Int, isCompressed: Bool = false, labels: [PhoneClasses] = [],
    storesCmvnStatistics: Bool = true, normalizedFrom: NormalizationSource? = nil,
    frameShiftSeconds: Double = 0.01,
    shardUtterances: Int = 256, utteranceCount: Int, manifestSHA256: String, arithmeticFingerprint: String,
    options: JSONValue
  ) {
    precondition(channels > 0 && channels < 1 << 20 && shardUtterances > 0 && utteranceCount >= 0)
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

  package var shardCount: Int {
    utteranceCount / shardUtterances + (utteranceCount % shardUtterances == 0 ? 0 : 1)
  }

  /// Whether a second pass stores normalized features.
  package var storesNormalized: Bool { normalizedFrom != nil }

  package var json: JSONValue {
    [
      "version": .integer(Self.version),
      "format": .string(format.rawValue),
      "channels": .integer(Int64(channels)),
      "compressed": .bool(isCompressed),
      "label_classes": .array(labels.map { .integer(Int64($0.rawValue)) }),
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
  static let version: Int64 = 2

  /// Refuses a `config.json` of ours that has another version.
  ///
  /// - Throws: ``FileError/otherVersion(path:expected:found:)``.
  static func requireVersion(_ bytes: [UInt8], path: String) throws(FileError) {
    guard let json = try? JSONParser.parse(bytes, path: path), json["shard_utterances"] != nil,
      json["manifest_sha256"] != nil
    else { return }
    try FieldReader(json: json, path: path).expect(version: version)
  }

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
      throw reader.wrong("format", expected: "kaldi, npy or lhotse")
    }
    let channels = try reader.count("channels")
    let shardUtterances = try reader.count("shard_utterances")
    guard channels > 0, channels < 1 << 20 else { throw reader.wrong("channels", expected: "at least 1") }
    guard shardUtterances > 0 else { throw reader.wrong("shard_utterances", expected: "at least 1") }
    var labels: [PhoneClasses] = []
    for value in try reader.array("label_classes") {
      guard let count = value.integerValue,
        let classes = PhoneClasses(rawValue: Int(truncatingIfNeeded: count))
      else { throw reader.wrong("label_classes", expected: "61, 48 or 39") }
      labels.append(classes)
    }
    self.init(
      format: format, channels: channels, isCompressed: try reader.bool("compressed"), labels: labels,
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
