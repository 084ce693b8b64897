import Files

/// The description of an utterance in a shard's record, from which the indexes are made.
package struct UtteranceDescription: Equatable, Sendable {
  /// A phone or a word at samples `[startSample, endSample)`.
  package struct Segment: Equatable, Sendable {
    package var symbol: String
    package var startSample: Int64
    package var endSample: Int64

    package init(symbol: String, startSample: Int64, endSample: Int64) {
      self.symbol = symbol
      self.startSample = startSample
      self.endSample = endSample
    }
  }

  /// `SPEAKER_UTTERANCE`, unique.
  package var key: String
  package var speaker: String
  /// The path of the audio relative to the corpus root, so that records do not depend on its location.
  package var audioPath: String
  package var container: AudioContainer
  /// The zero-based channel, if the file has several.
  package var audioChannel: Int?
  package var sampleRateHertz: Int
  package var sampleCount: Int64
  /// The number of frames to be written.
  package var frameCount: Int
  package var text: String?
  package var gender: String?
  package var dialectRegion: String?
  package var split: String?
  package var phones: [Segment]
  package var words: [Segment]

  package init(
    key: String, speaker: String, audioPath: String, container: AudioContainer, audioChannel: Int? = nil,
    sampleRateHertz: Int, sampleCount: Int64, frameCount: Int, text: String? = nil, gender: String? = nil,
    dialectRegion: String? = nil, split: String? = nil, phones: [Segment] = [], words: [Segment] = []
  ) {
    self.key = key
    self.speaker = speaker
    self.audioPath = audioPath
    self.container = container
    self.audioChannel = audioChannel
    self.sampleRateHertz = sampleRateHertz
    self.sampleCount = sampleCount
    self.frameCount = frameCount
    self.text = text
    self.gender = gender
    self.dialectRegion = dialectRegion
    self.split = split
    self.phones = phones
    self.words = words
  }

  /// The duration of the audio in seconds.
  package var durationSeconds: Double { Double(sampleCount) / Double(max(1, sampleRateHertz)) }

  var fields: [JSONField] {
    var fields = [
      JSONField("key", .string(key)), JSONField("speaker", .string(speaker)),
      JSONField("audio", .string(audioPath)), JSONField("container", .string(container.rawValue)),
    ]
    if let audioChannel { fields.append(JSONField("audio_channel", .integer(Int64(audioChannel)))) }
    fields += [
      JSONField("sample_rate_hertz", .integer(Int64(sampleRateHertz))),
      JSONField("samples", .integer(sampleCount)), JSONField("frames", .integer(Int64(frameCount))),
    ]
    if let text { fields.append(JSONField("text", .string(text))) }
    if let gender { fields.append(JSONField("gender", .string(gender))) }
    if let dialectRegion { fields.append(JSONField("dialect_region", .string(dialectRegion))) }
    if let split { fields.append(JSONField("split", .string(split))) }
    if !phones.isEmpty { fields.append(JSONField("phones", Self.json(phones))) }
    if !words.isEmpty { fields.append(JSONField("words", Self.json(words))) }
    return fields
  }

  private static func json(_ segments: [Segment]) -> JSONValue {
    .array(segments.map { [.string($0.symbol), .integer($0.startSample), .integer($0.endSample)] })
  }

  init(json: JSONValue, path: String) throws(FileError) {
    let reader = FieldReader(json: json, path: path)
    guard let container = AudioContainer(rawValue: try reader.string("container")) else {
      throw reader.wrong("container", expected: "sphere, riff or other")
    }
    let rate = try reader.count("sample_rate_hertz")
    guard rate > 0 else { throw reader.wrong("sample_rate_hertz", expected: "a rate") }
    self.init(
      key: try reader.string("key"), speaker: try reader.string("speaker"),
      audioPath: try reader.string("audio"), container: container,
      audioChannel: json["audio_channel"] == nil ? nil : try reader.count("audio_channel"),
      sampleRateHertz: rate, sampleCount: Int64(try reader.count("samples")),
      frameCount: try reader.count("frames"), text: try reader.optionalString("text"),
      gender: try reader.optionalString("gender"),
      dialectRegion: try reader.optionalString("dialect_region"), split: try reader.optionalString("split"),
      phones: try Self.segments(reader, "phones"), words: try Self.segments(reader, "words"))
  }

  private static func segments(_ reader: FieldReader, _ name: String) throws(FileError) -> [Segment] {
    if reader.json[name] == nil { return [] }
    var segments: [Segment] = []
    for value in try reader.array(name) {
      guard let parts = value.arrayValue, parts.count == 3, let symbol = parts[0].stringValue,
        let start = parts[1].integerValue, let end = parts[2].integerValue, start >= 0, end >= start
      else { throw reader.wrong(name, expected: "[symbol, start, end]") }
      segments.append(Segment(symbol: symbol, startSample: start, endSample: end))
    }
    return segments
  }
}
