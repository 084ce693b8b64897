import Archives
import Files
import Foundation
import Foundations
import TestSupport
import Testing

/// A reader of uncompressed parameter files, from the definition in the HTK Book: 12 bytes of header (number
/// of frames, period in 100 ns, bytes of a frame, kind), then frames of Float32, all big-endian.
private struct ParameterFile {
  let frames: Int
  let period: Int
  let frameBytes: Int
  let kind: Int
  let values: [Float]

  init(_ bytes: [UInt8]) throws {
    func integer(_ range: Range<Int>) -> Int { bytes[range].reduce(0) { $0 << 8 | Int($1) } }
    try #require(bytes.count >= 12)
    frames = integer(0..<4)
    period = integer(4..<8)
    frameBytes = integer(8..<10)
    kind = integer(10..<12)
    try #require(bytes.count == 12 + frames * frameBytes)
    values = stride(from: 12, to: bytes.count, by: 4)
      .map { Float(bitPattern: UInt32(integer($0..<$0 + 4))) }
  }
}

@Suite("HTK")
struct HTKTests {
  func bytes(_ directory: OutputDirectory, _ name: String) throws -> [UInt8] {
    try #require(try FileStore().contents(of: directory.absolutePath(of: name)), "\(name)")
  }

  func text(_ directory: OutputDirectory, _ name: String) throws -> String {
    String(decoding: try bytes(directory, name), as: UTF8.self)
  }

  @Test("a parameter file is a header of 12 bytes, kind USER, and big-endian frames")
  func golden() throws {
    let scratch = try Scratch()
    let directory = try OutputDirectory.create(
      at: "\(scratch.path)/out", configuration: plain(.htk, channels: 3, utterances: 1))
    let record = try write(directory, [("A_1", [1, -2, 0.5, 0, 100, -0.25])])
    #expect(record.files.count == 1 && record.files[0].path.hasSuffix("/A_1.htk"))
    #expect(
      hex(try bytes(directory, record.files[0].path))
        == "00000002" + "000186a0" + "000c" + "0009" + "3f800000c00000003f000000" + "0000000042c80000be800000"
    )
  }

  @Test("all values of both sets are read back by the definition of the format", arguments: [1, 7, 500])
  func readBack(block: Int) throws {
    let scratch = try Scratch()
    let corpus = try TinyCorpus(channels: 5, rejectEvery: 4)
    var configuration = corpus.configuration(.htk, normalized: true)
    configuration.frameShiftSeconds = 0.0125
    let directory = try OutputDirectory.create(at: "\(scratch.path)/out", configuration: configuration)
    try corpus.run(directory, block: block)
    try corpus.normalize(directory)
    _ = try directory.writeIndexes(IndexOptions(corpusRoot: "/corpus", usesRelativePaths: true))
    let kept = corpus.utterances.filter { $0.rejectedAfter == nil }
    for (script, offset) in [("features.scp", Float(0)), ("features_normalized.scp", 1)] {
      let names = try text(directory, script).split(separator: "\n").map(String.init)
      try #require(names.count == kept.count)
      for (name, utterance) in zip(names, kept) {
        #expect(name.hasSuffix("/\(utterance.description.key).htk"))
        let file = try ParameterFile(try bytes(directory, name))
        #expect(file.frames == utterance.description.frameCount && file.period == 125_000)
        #expect(file.frameBytes == 20 && file.kind == 9)
        #expect(file.values == utterance.rows.map { $0 - offset })
      }
    }
  }

  @Test("label files have the phones and words of every utterance in units of 100 ns")
  func labels() throws {
    let scratch = try Scratch()
    let directory = try OutputDirectory.create(
      at: "\(scratch.path)/out", configuration: plain(.htk, channels: 1, utterances: 2))
    var writer = try ShardWriter(directory: directory, shard: 0, keys: ["A_1", "B_2"])
    for key in ["A_1", "B_2"] {
      var utterance = UtteranceDescription(
        key: key, speaker: String(key.prefix(1)), audioPath: "\(key).wav", container: .riff,
        sampleRateHertz: 16000, sampleCount: 800, frameCount: 3)
      utterance.phones = [
        .init(symbol: "h#", startSample: 0, endSample: 240),
        .init(symbol: "ax-h", startSample: 240, endSample: 801),
      ]
      if key == "B_2" {
        utterance.words = [
          .init(symbol: "o'clock", startSample: 1, endSample: 100),
          .init(symbol: "2nd", startSample: 100, endSample: 200),
          .init(symbol: "'em", startSample: 200, endSample: 300),
        ]
      }
      try writer.begin(utterance)
      try [Float](repeating: 1, count: 3).withUnsafeBufferPointer { try writer.append($0) }
      try writer.commitUtterance()
    }
    try ShardCommitter(directory: directory).commit(try writer.finish())
    _ = try directory.writeIndexes(IndexOptions(corpusRoot: "/corpus"))
    let phones = "0 150000 h#\n150000 500625 ax-h\n.\n"
    #expect(
      try text(directory, "phones.mlf") == "#!MLF!#\n\"*/A_1.lab\"\n\(phones)\"*/B_2.lab\"\n\(phones)")
    #expect(
      try text(directory, "words.mlf")
        == "#!MLF!#\n\"*/B_2.lab\"\n625 62500 o'clock\n62500 125000 \"2nd\"\n125000 187500 \"'em\"\n.\n")
    #expect(try text(directory, "features.scp").split(separator: "\n").allSatisfy { $0.hasPrefix("/") })
  }

  @Test("a label file is left out where there are no labels")
  func noLabels() throws {
    let scratch = try Scratch()
    let directory = try OutputDirectory.create(
      at: "\(scratch.path)/out", configuration: plain(.htk, channels: 1, utterances: 1))
    try write(directory, [("A_1", [1])])
    _ = try directory.writeIndexes(IndexOptions(corpusRoot: "/corpus"))
    let names = try FileStore().list(directory.path)
    #expect(!names.contains("phones.mlf") && !names.contains("words.mlf") && names.contains("features.scp"))
  }

  @Test("more features per frame than an Int16 of bytes can count are refused")
  func tooManyChannels() throws {
    #expect(ArchiveFormat.htk.maximumChannels == 8191)
    var json = plain(.htk, channels: 8191, utterances: 1).json
    #expect(throws: Never.self) { try DirectoryConfiguration(json: json, path: "config.json") }
    json = plain(.npy, channels: 8192, utterances: 1).json
    let text = json.text.split(separator: "npy", omittingEmptySubsequences: false).joined(separator: "htk")
    #expect(throws: FileError.self) {
      try DirectoryConfiguration(
        json: try JSONParser.parse(Array(text.utf8), path: "config.json"), path: "config.json")
    }
  }
}

@Suite("HTK files of other programs")
struct HTKReaderTests {
  /// MFCC_0, 10 ms, two frames of two.
  let floats: [UInt8]

  /// MFCC_C_K as HCopy writes by default: A and B, counted as four frames, 16-bit integers, a checksum.
  let compressed: [UInt8]

  init() {
    func bytes(_ values: [Float]) -> [UInt8] {
      values.flatMap { $0.bitPattern.byteSwapped.littleEndianBytes }
    }
    let header: [UInt8] = [0, 0, 0, 2, 0, 1, 0x86, 0xA0, 0, 8, 0x20, 0x06]
    floats = header + bytes([1, 2, -3, 0.5])
    let compressedHeader: [UInt8] = [0, 0, 0, 6, 0, 1, 0x86, 0xA0, 0, 4, 0x14, 0x06]
    let integers: [Int16] = [150, 1500, -350, 500]
    let data: [UInt8] = integers.flatMap { $0.byteSwapped.littleEndianBytes }
    compressed = compressedHeader + bytes([100, 1000, 50, -500]) + data + [0xAB, 0xCD]
  }

  @Test("files are found by their names and read, compressed or not")
  func read() throws {
    let scratch = try Scratch()
    try scratch.put(floats, at: "A_1.mfc")
    try scratch.put(compressed, at: "B_1.htk")
    try scratch.put([1], at: "readme.txt")
    let found = try ArchiveFormat.externalFeatures(in: scratch.path)
    #expect(found.map(\.key) == ["A_1", "B_1"])
    #expect(try found[0].read() == FeatureMatrix(rows: 2, columns: 2, values: [1, 2, -3, 0.5]))
    #expect(try found[1].read() == FeatureMatrix(rows: 2, columns: 2, values: [2, 1, -3, 0]))
  }

  @Test("any truncation or addition is refused, and no changed byte of a header traps")
  func damage() throws {
    let scratch = try Scratch()
    func read(_ bytes: [UInt8]) throws -> FeatureMatrix {
      try scratch.put(bytes, at: "A_1.htk")
      return try #require(try ArchiveFormat.externalFeatures(in: scratch.path).first).read()
    }
    for good in [floats, compressed] {
      for count in 0..<good.count {
        #expect(throws: ArchiveError.self, "\(count) bytes") { try read(Array(good.prefix(count))) }
      }
      #expect(throws: ArchiveError.self) { try read(good + [0]) }
      for index in 0..<12 {
        for bit in 0..<8 {
          var bytes = good
          bytes[index] ^= 1 << bit
          _ = try? read(bytes)
        }
      }
    }
  }

  @Test("every kind of float features is read, and no other", arguments: 0...63 as ClosedRange<UInt8>)
  func kind(base: UInt8) throws {
    let scratch = try Scratch()
    var bytes = floats
    // The low six bits; those above are qualifiers (_0 here).
    bytes[11] = base
    try scratch.put(bytes, at: "A_1.plp")
    let features = try #require(try ArchiveFormat.externalFeatures(in: scratch.path).first)
    // 0 is a waveform, 5 (IREFC) 16-bit integers, 10 indices of a quantizer, 11 PLP, the last of the book.
    if [1, 2, 3, 4, 6, 7, 8, 9, 11].contains(base) {
      #expect(try features.read() == FeatureMatrix(rows: 2, columns: 2, values: [1, 2, -3, 0.5]))
    } else {
      #expect(throws: ArchiveError.self) { try features.read() }
    }
  }

  @Test("frames with an index of a quantizer beside them are refused")
  func quantized() throws {
    let scratch = try Scratch()
    var bytes = floats
    bytes[10] |= 0x40
    try scratch.put(bytes, at: "A_1.fbk")
    let features = try #require(try ArchiveFormat.externalFeatures(in: scratch.path).first)
    #expect(throws: ArchiveError.self) { try features.read() }
  }

  @Test(
    "Kaldi's reader finds the same values, and Python the same labels", .enabled(if: Oracle.isEnabled))
  func oracle() throws {
    let scratch = try Scratch()
    let corpus = try TinyCorpus(utterances: 11, channels: 5, maximumFrames: 60, rejectEvery: 6)
    let directory = try OutputDirectory.create(
      at: "\(scratch.path)/out", configuration: corpus.configuration(.htk, normalized: true))
    try corpus.run(directory)
    try corpus.normalize(directory)
    _ = try directory.writeIndexes(IndexOptions(corpusRoot: "/corpus"))
    var lines: [UInt8] = []
    for utterance in corpus.utterances where utterance.rejectedAfter == nil {
      let line: JSONValue = [
        "key": .string(utterance.description.key),
        "rows": .array(utterance.rows.map { .number(Double($0)) }),
        "labels": .array(utterance.labels.map { .integer(Int64($0)) }),
      ]
      line.append(to: &lines)
      lines.append(UInt8(ascii: "\n"))
    }
    try scratch.put(lines, at: "expected.jsonl")
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Oracles/read_htk.py")
    let run = try ProgramRun.kaleido(
      [script.path, directory.path, "\(scratch.path)/expected.jsonl"], program: URL(filePath: Oracle.python))
    #expect(run.status == 0, "\(run.errors)")
  }
}
