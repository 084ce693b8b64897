import Archives
import Files
import Foundations
import TestSupport
import Testing

@Suite("Index")
struct IndexTests {
  func lines(_ directory: OutputDirectory, _ name: String) throws -> [String] {
    let bytes = try FileStore().contents(of: directory.absolutePath(of: name)) ?? []
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  func directory(
    _ scratch: Scratch, _ utterances: [UtteranceDescription], format: ArchiveFormat = .kaldi
  ) throws -> OutputDirectory {
    let directory = try OutputDirectory.create(
      at: "\(scratch.path)/out", configuration: plain(format, channels: 1, utterances: utterances.count))
    let layout = try ShardLayout(keys: utterances.map(\.key))
    var writer = try ShardWriter(directory: directory, shard: 0, keys: layout.keys)
    for key in layout.keys {
      guard let utterance = utterances.first(where: { $0.key == key }) else { continue }
      try writer.begin(utterance)
      try [Float](repeating: 1, count: utterance.frameCount).withUnsafeBufferPointer { try writer.append($0) }
      try writer.commitUtterance()
    }
    try ShardCommitter(directory: directory).commit(try writer.finish())
    return directory
  }

  func utterance(
    _ key: String, _ speaker: String, path: String = "a.wav", container: AudioContainer = .riff,
    channel: Int? = nil, text: String? = "a word", gender: String? = "f"
  ) -> UtteranceDescription {
    UtteranceDescription(
      key: key, speaker: speaker, audioPath: path, container: container, audioChannel: channel,
      sampleRateHertz: 16000, sampleCount: 800, frameCount: 3, text: text, gender: gender)
  }

  @Test("the files of a Kaldi data directory are as documented")
  func kaldi() throws {
    let scratch = try Scratch()
    let directory = try directory(
      scratch,
      [
        utterance("FB_2", "FB", path: "d/2 of 'b'.WAV", container: .sphere),
        utterance("FA_1", "FA", path: "d/1.WAV", container: .sphere, text: "  two\twords\n"),
        utterance("FA_10", "FA", channel: 1), utterance("FA_2", "FA", path: "/abs/c.wav"),
      ])
    let report = try directory.writeIndexes(
      IndexOptions(corpusRoot: "\(scratch.path)/corpus", usesRelativePaths: true))
    #expect(report.notes.isEmpty)
    let record = try #require(try directory.record(ofShard: 0))
    let ark = record.files[0].path
    #expect(
      try lines(directory, "feats.scp") == [
        "FA_1 \(ark):5", "FA_10 \(ark):38", "FA_2 \(ark):70", "FB_2 \(ark):102",
      ])
    #expect(
      try lines(directory, "wav.scp") == [
        "FA_1 sph2pipe -f wav -p ../corpus/d/1.WAV |", "FA_10 sox ../corpus/a.wav -t wav - remix 2 |",
        "FA_2 /abs/c.wav", "FB_2 sph2pipe -f wav -p '../corpus/d/2 of '\\''b'\\''.WAV' |",
      ])
    #expect(try lines(directory, "utt2spk") == ["FA_1 FA", "FA_10 FA", "FA_2 FA", "FB_2 FB"])
    #expect(try lines(directory, "spk2utt") == ["FA FA_1 FA_10 FA_2", "FB FB_2"])
    #expect(try lines(directory, "spk2gender") == ["FA f", "FB f"])
    #expect(try lines(directory, "text")[0] == "FA_1 two words")
    #expect(try lines(directory, "utt2num_frames")[3] == "FB_2 3")
    #expect(try lines(directory, "utt2dur")[0] == "FA_1 0.05")
    #expect(try lines(directory, "frame_shift") == ["0.01"])
  }

  @Test("paths are absolute by default")
  func absolutePaths() throws {
    let scratch = try Scratch()
    let directory = try directory(scratch, [utterance("A_1", "A")])
    _ = try directory.writeIndexes(IndexOptions(corpusRoot: "\(scratch.path)/corpus/"))
    #expect(try lines(directory, "wav.scp") == ["A_1 \(scratch.path)/corpus/a.wav"])
    #expect(try lines(directory, "feats.scp")[0].hasPrefix("A_1 \(scratch.path)/out/shards/feats.00000."))
  }

  @Test("files that validate_data_dir.sh would refuse are omitted or noted")
  func notes() throws {
    let scratch = try Scratch()
    let directory = try directory(
      scratch,
      [utterance("A_1", "A", text: nil), utterance("AB_1", "AB", gender: nil), utterance("C_1", "C")])
    // An index of an earlier run that could not be made now goes away.
    try scratch.put([1], at: "out/text")
    let report = try directory.writeIndexes(IndexOptions(corpusRoot: "/c"))
    #expect(
      report.notes == [
        .textMissing(utterances: 1), .genderMissing(speakers: 1),
        .speakersMarked(example: "AB_"),
      ])
    #expect(try lines(directory, "utt2spk") == ["AB_1 AB_", "A_1 A_", "C_1 C_"])
    #expect(try lines(directory, "spk2utt") == ["AB_ AB_1", "A_ A_1", "C_ C_1"])
    let names = try FileStore().list(directory.path)
    #expect(!names.contains("text") && !names.contains("spk2gender") && names.contains("spk2utt"))
  }

  @Test("speakers whose utterances no mark can sort are noted, and keep their names")
  func disorder() throws {
    let scratch = try Scratch()
    let directory = try directory(scratch, [utterance("1", "B"), utterance("2", "A"), utterance("3", "B")])
    let report = try directory.writeIndexes(IndexOptions(corpusRoot: "/c"))
    #expect(report.notes == [.speakersOutOfOrder(first: "A", second: "B")])
    #expect(try lines(directory, "utt2spk") == ["1 B", "2 A", "3 B"])
  }

  @Test("rejects and warnings are listed completely in key order, with counts by code")
  func findings() throws {
    let scratch = try Scratch()
    let corpus = try TinyCorpus(utterances: 10, shardUtterances: 3, rejectEvery: 3)
    let directory = try OutputDirectory.create(
      at: "\(scratch.path)/out", configuration: corpus.configuration(.npy))
    try corpus.run(directory)
    _ = try directory.writeIndexes(IndexOptions(corpusRoot: "/c"))
    let rejected = corpus.utterances.filter { $0.rejectedAfter != nil }.map(\.description.key)
    #expect(rejected.count == 3)
    #expect(
      try lines(directory, "rejects.jsonl")
        == rejected.map { "{\"key\":\"\($0)\",\"code\":\"truncated\",\"remedy\":\"none\"}" })
    let bytes = try #require(try FileStore().contents(of: directory.absolutePath(of: "summary.json")))
    let summary = try JSONParser.parse(bytes, path: "summary.json")
    #expect(summary["utterances"] == 7 && summary["rejects_by_code"] == ["truncated": 3])
    #expect(try lines(directory, "manifest.jsonl").count == 7)
  }

  @Test("speaker statistics are the sums over utterances in key order, to the bit")
  func statistics() throws {
    let scratch = try Scratch()
    let corpus = try TinyCorpus(utterances: 20, speakers: 4, shardUtterances: 3)
    for format in ArchiveFormat.allCases {
      let directory = try OutputDirectory.create(
        at: "\(scratch.path)/\(format)", configuration: corpus.configuration(format))
      try corpus.run(directory)
      let sums = try directory.cmvnSums()
      for (speaker, values) in sums.bySpeaker {
        var expected = [Double](repeating: 0, count: values.count)
        for utterance in corpus.utterances where utterance.description.speaker == speaker {
          for index in expected.indices { expected[index] += utterance.statistics[index] }
        }
        #expect(values == expected)
      }
      #expect(sums.bySpeaker.map(\.speaker) == ["SPK0", "SPK1", "SPK2", "SPK3"])
      #expect(
        sums.global[corpus.channels] == Double(corpus.utterances.reduce(0) { $0 + $1.description.frameCount })
      )
    }
  }

  @Test("rows and labels can be read from any position", arguments: ArchiveFormat.allCases)
  func reader(format: ArchiveFormat) throws {
    let seed: UInt64 = 5
    var random = SplitMix64(seed: seed)
    let scratch = try Scratch()
    let corpus = try TinyCorpus(rejectEvery: 4)
    let directory = try OutputDirectory.create(
      at: "\(scratch.path)/out", configuration: corpus.configuration(format))
    try corpus.run(directory)
    for shard in 0..<directory.shardCount {
      let record = try #require(try directory.record(ofShard: shard))
      let reader = ShardReader(directory: directory, record: record)
      for utterance in record.utterances {
        let source = try #require(corpus.utterances.first { $0.description == utterance.description })
        for _ in 0..<5 {
          let frames = utterance.description.frameCount
          let first = Int.random(in: 0...frames, using: &random)
          let count = Int.random(in: 0...frames - first, using: &random)
          var rows = [Float](repeating: 0, count: count * corpus.channels)
          try rows.withUnsafeMutableBufferPointer {
            try reader.readFeatures(of: utterance, from: first, count: count, into: $0)
          }
          #expect(rows == Array(source.rows[first * corpus.channels..<(first + count) * corpus.channels]))
          var labels = [Int32](repeating: 0, count: count)
          try labels.withUnsafeMutableBufferPointer {
            try reader.readLabels(.folded39, of: utterance, from: first, count: count, into: $0)
          }
          #expect(labels == Array(source.labels[first..<first + count]), "seed \(seed)")
        }
        #expect(try reader.statistics(of: utterance) == source.statistics)
      }
    }
  }

  @Test("provenance keeps its lines and skips a truncated one")
  func provenance() throws {
    let scratch = try Scratch()
    let directory = try directory(scratch, [utterance("A_1", "A")])
    try directory.provenance.append(["command": "one"])
    let name = directory.absolutePath(of: "provenance.jsonl")
    let bytes = try #require(try FileStore().contents(of: name))
    try scratch.put(bytes + Array("{\"comma\n".utf8), at: "out/provenance.jsonl")
    try directory.provenance.append(["command": "two"])
    #expect(try directory.provenance.values() == [["command": "one"], ["command": "two"]])
  }
}
