import Corpus
import DataManifests
import Foundation
import Testing

@Suite("Layouts")
struct LayoutTests {
  let data: DataManifests
  let folder: TemporaryFolder

  init() throws {
    data = try testData.get()
    folder = try TemporaryFolder()
  }

  static let wav = AudioBytes.riff(AudioBytes.pcm16(AudioBytes.second))
  static let textGrid = LabelFormatTests.textGrid([("phones", LabelFormatTests.phoneEntries)])

  func catalog(_ path: String = "", _ options: CorpusOptions = CorpusOptions()) throws -> CorpusCatalog {
    try CorpusCatalog("\(folder.path)/\(path)", options: options, data: data)
  }

  func ids(_ catalog: CorpusCatalog) -> [String] { catalog.utterances.map { "\($0.key) \($0.speaker)" } }

  @Test("a Kaldi data directory keeps its ids, reads plain commands, and runs none")
  func kaldi() throws {
    let both = AudioBytes.riff(
      AudioBytes.pcm16(AudioBytes.second.flatMap { [$0, -$0 / 2] }), format: AudioBytes.format(channels: 2))
    let path = folder.path
    try folder.write("audio/a b.wav", Self.wav)
    try folder.write("audio/two.wav", both)
    try folder.write("data/rel.wav", Self.wav)
    let evil = "\(path)/made"
    try folder.write(
      "data/wav.scp",
      """
      s1-a cat '\(path)/audio/a b.wav' |
      s1-b sox \(path)/audio/two.wav -t wav - remix 2 |
      s2-c rel.wav
      s2-d sph2pipe -f wav -p -c 1 \(path)/audio/two.wav|
      s2-e flac -c -d -s \(path)/data/rel.wav |
      s2-f touch \(evil); cat \(path)/data/rel.wav |
      s2-g ffmpeg -i \(path)/data/rel.wav -f wav - |
      s2-h feats.ark:123
      s2-i none.wav

      """)
    try folder.write("data/utt2spk", "s1-a s1\ns1-b s1\ns2-c s2\ns2-d s2\ns2-e s2\n")
    try folder.write("data/text", "s1-a she had\ns2-c\n")
    try folder.write("data/spk2gender", "s1 f\ns2 m\n")
    let catalog = try catalog("data")
    #expect(catalog.layout == "kaldi")
    #expect(
      ids(catalog) == [
        "s1-a s1", "s1-b s1", "s2-c s2", "s2-d s2", "s2-e s2", "s2-f s2-f", "s2-g s2-g", "s2-h s2-h",
        "s2-i s2-i",
      ])
    #expect(catalog.utterances.map(\.channel) == [nil, 2, nil, 1, nil, nil, nil, nil, nil])
    #expect(catalog.utterances[0].sentence == "she had" && catalog.utterances[0].sex == .female)
    #expect(catalog.utterances[2].sentence == nil)
    #expect(
      catalog.utterances.dropFirst(5).map(\.rejection?.code) == [.command, .command, .command, .missingFile])
    #expect(catalog.utterances[6].rejection?.found == "the command ffmpeg")
    #expect(!FileManager.default.fileExists(atPath: evil))
    var samples = [Int16](repeating: 0, count: 16_000)
    for (index, wanted) in [
      (0, AudioBytes.second), (1, AudioBytes.second.map { -$0 / 2 }), (3, AudioBytes.second),
    ] {
      let opened = try catalog.open(catalog.utterances[index])
      _ = try samples.withUnsafeMutableBufferPointer { try opened.audio.read(into: $0) }
      #expect(samples == wanted)
    }
  }

  @Test("segments of a Kaldi data directory are parts of recordings")
  func kaldiSegments() throws {
    try folder.write("long.wav", Self.wav)
    try folder.write("long.ctm", "long 1 0 0.25 sil\nlong 1 0.25 0.5 iy\nlong 1 0.75 0.25 sh\n")
    try folder.write("wav.scp", "long \(folder.path)/long.wav\n")
    try folder.write("segments", "u1 long 0.1 0.5\nu2 long 0.5 1.0\nu3 long 0.75 -1\nu4 long 0.9 1.5\n")
    let catalog = try catalog()
    #expect(catalog.utterances.map(\.key) == ["u1", "u2", "u3", "u4"])
    var counts: [Int] = []
    var phones: [Int] = []
    for utterance in catalog.utterances.prefix(3) {
      let opened = try catalog.open(utterance)
      counts.append(opened.audio.info.sampleCount)
      phones.append(opened.phones?.intervals.count ?? 0)
    }
    #expect(counts == [6400, 8000, 4000] && phones == [2, 2, 1])
    let error = #expect(throws: CorpusError.self) {
      try catalog.open(catalog.utterances[3])
    }
    #expect(error?.finding?.code == .segment)
    // A list of several utterances has the time of each.
    try folder.write("all.ctm", "u2 1 0 0.25 sil\nu2 1 0.25 0.25 iy\n")
    let listed = try self.catalog(
      "", CorpusOptions(labels: LabelOptions(location: "\(folder.path)/all.ctm")))
    #expect(try listed.open(listed.utterances[1]).phones?.intervals.map(\.start) == [0, 4000])
    try folder.write("segments", "u1 other 0.1 0.5\n")
    #expect(throws: CorpusError.self) { try self.catalog() }
  }

  static let recording =
    #"{"id":"r","sources":[{"type":"file","channels":[0],"source":"PATH/r.wav"}],"#
    + #""sampling_rate":16000,"num_samples":16000,"duration":1.0,"channel_ids":[0]}"#
  static let supervision =
    #"{"id":"S","recording_id":"r","start":START,"duration":0.5,"channel":0,"text":"she had","#
    + #""speaker":"spk","gender":"F","alignment":{"phone":[["sh",FIRST,0.25],["iy",SECOND,0.25,0.9]]}}"#

  func lhotse(_ text: String) -> String { text.replacing("PATH", with: folder.path) }

  @Test("recordings and supervisions of Lhotse, plain and in gzip", arguments: [false, true])
  func lhotsePair(_ isCompressed: Bool) throws {
    try folder.write("r.wav", Self.wav)
    let supervisions = ["0.25", "0.5"].enumerated().map { index, start in
      let first = Double(start)!
      return Self.supervision.replacing("START", with: start).replacing("\"S\"", with: "\"sup-\(index)\"")
        .replacing("FIRST", with: "\(first)").replacing("SECOND", with: "\(first + 0.25)")
    }.joined(separator: "\n")
    for (name, text) in [("recordings", lhotse(Self.recording)), ("supervisions", supervisions)] {
      try folder.write("\(name).jsonl", text + "\n")
      if isCompressed {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/gzip")
        process.arguments = ["\(folder.path)/\(name).jsonl"]
        try process.run()
        process.waitUntilExit()
      }
    }
    let catalog = try catalog()
    #expect(catalog.layout == "lhotse" && catalog.findings.isEmpty)
    #expect(ids(catalog) == ["sup-0 spk", "sup-1 spk"])
    for utterance in catalog.utterances {
      let opened = try catalog.open(utterance)
      #expect(opened.audio.info.sampleCount == 8000 && opened.sentence == "she had")
      #expect(opened.phones?.intervals.map(\.start) == [0, 4000] && opened.phones?.end == 8000)
    }
  }

  @Test("cuts of Lhotse, whose alignments are in the time of the cut")
  func lhotseCuts() throws {
    try folder.write("r.wav", Self.wav)
    let supervision = Self.supervision.replacing("START", with: "0.0").replacing("FIRST", with: "0.0")
      .replacing("SECOND", with: "0.25")
    let cut =
      #"{"id":"cut-1","start":0.5,"duration":0.5,"channel":0,"supervisions":[\#(supervision)],"recording":"#
      + lhotse(Self.recording) + #","type":"MonoCut"}"#
    try folder.write("some.jsonl", cut)
    let catalog = try catalog("some.jsonl")
    #expect(catalog.layout == "lhotse" && ids(catalog) == ["cut-1 spk"])
    let opened = try catalog.open(catalog.utterances[0])
    #expect(opened.audio.info.sampleCount == 8000)
    #expect(opened.phones?.intervals.map(\.end) == [4000, 8000])
    let piped = lhotse(Self.recording).replacing("\"file\"", with: "\"command\"")
    try folder.write("piped.jsonl", piped)
    #expect(try self.catalog("piped.jsonl").utterances[0].rejection?.code == .command)
  }

  @Test("manifests of NeMo and of Hugging Face")
  func nemo() throws {
    try folder.write("wav/a.wav", Self.wav)
    try folder.write(
      "train.json",
      """
      {"audio_filepath": "wav/a.wav", "offset": 0.25, "duration": 0.5, "text": "she had", "speaker": 7}
      {"audio_filepath": "\(folder.path)/wav/a.wav", "offset": 0.5, "duration": 0.25, "text": ""}

      """)
    let catalog = try catalog("train.json")
    #expect(catalog.layout == "nemo" && ids(catalog) == ["a-250 7", "a-500 a-500"])
    #expect(catalog.utterances.map(\.sentence) == ["she had", nil])
    #expect(try catalog.open(catalog.utterances[1]).audio.info.sampleCount == 4000)
    try folder.write("metadata.jsonl", #"{"file_name": "wav/a.wav", "text": "she"}"#)
    #expect(ids(try self.catalog("metadata.jsonl")) == ["a a"])
  }

  struct Tree: CustomTestStringConvertible, Sendable {
    var testDescription: String
    /// Paths, those of audio without content.
    var files: [String: String]
    var ids: [String]
    var sentence: String?
    var hasLabels: Bool
    var split: String?
  }

  static let trees: [Tree] = [
    Tree(
      testDescription: "librispeech",
      files: [
        "SPEAKERS.TXT": ";", "CHAPTERS.TXT": ";", "dev-clean/84/121/84-121-0000.flac": "",
        "dev-clean/84/121/84-121-0001.flac": "",
        "dev-clean/84/121/84-121.trans.txt": "84-121-0000 GO ON\n84-121-0001 NO\n",
        "dev-clean/84/121/84-121-0000.TextGrid": textGrid, "dev-clean/84/121/84-121-0001.TextGrid": textGrid,
      ], ids: ["84-121-0000 84", "84-121-0001 84"], sentence: "GO ON", hasLabels: true, split: "dev"),
    Tree(
      testDescription: "l2-arctic",
      files: [
        "ABA/wav/arctic_a0001.wav": "", "ABA/annotation/arctic_a0001.TextGrid": textGrid,
        "ABA/textgrid/arctic_a0001.TextGrid": "x", "ABA/transcript/arctic_a0001.txt": "Author of",
      ], ids: ["ABA_arctic_a0001 ABA"], sentence: "Author of", hasLabels: true, split: nil),
    Tree(
      testDescription: "cmu-arctic",
      files: [
        "cmu_us_bdl_arctic/wav/arctic_a0001.wav": "",
        "cmu_us_bdl_arctic/lab/arctic_a0001.lab": "#\n0.5 125 sil\n1.0 125 iy\n",
        "cmu_us_bdl_arctic/etc/txt.done.data": "( arctic_a0001 \"Author of, etc.\" )\n",
      ], ids: ["bdl_arctic_a0001 bdl"], sentence: "Author of, etc.", hasLabels: true, split: nil),
    Tree(
      testDescription: "vctk",
      files: [
        "wav48_silence_trimmed/p225/p225_001_mic1.flac": "",
        "wav48_silence_trimmed/p225/p225_001_mic2.flac": "",
        "txt/p225/p225_001.txt": "Please call",
      ], ids: ["p225_001 p225"], sentence: "Please call", hasLabels: false, split: nil),
    Tree(
      testDescription: "buckeye",
      files: [
        "s01/s0101a/s0101a.wav": "", "s01/s0101a/s0101a.phones": "#\n0.5 122 sil\n1.0 122 iy\n",
      ], ids: ["s0101a s01"], sentence: nil, hasLabels: true, split: nil),
    Tree(
      testDescription: "common-voice",
      files: [
        "clips/cv_1.wav": "",
        "train.tsv": "client_id\tpath\tsentence\n0123456789abcdef99\tcv_1.wav\tBonjour\n",
      ], ids: ["0123456789abcdef_cv_1 0123456789abcdef"], sentence: "Bonjour", hasLabels: false,
      split: "train"),
    Tree(
      testDescription: "speechocean762",
      files: [
        "WAVE/SPEAKER0001/000010011.WAV": "", "train/wav.scp": "000010011\tWAVE/SPEAKER0001/000010011.WAV\n",
        "train/utt2spk": "000010011\t0001\n", "train/text": "000010011\tWE CALL\n", "test/wav.scp": "",
      ], ids: ["000010011 0001"], sentence: "WE CALL", hasLabels: false, split: "train"),
  ]

  @Test("published corpora are recognized by their folders", arguments: trees)
  func tree(_ tree: Tree) throws {
    for (path, text) in tree.files {
      if text.isEmpty, path.contains(where: \.isLetter), !path.hasSuffix(".scp") {
        try folder.write(path, Self.wav)
      } else {
        try folder.write(path, text)
      }
    }
    let catalog = try catalog()
    #expect(catalog.layout == tree.testDescription)
    #expect(ids(catalog) == tree.ids)
    let opened = try catalog.open(try #require(catalog.utterances.first))
    #expect(opened.sentence == tree.sentence && (opened.phones != nil) == tree.hasLabels)
    #expect(catalog.utterances[0].split == tree.split)
  }

  @Test("labels may be apart: in a folder like the corpus, in a flat one, or in one file")
  func alignments() throws {
    for stem in ["s1/a", "s1/b", "s2/a"] { try folder.write("corpus/\(stem).wav", Self.wav) }
    for stem in ["s1/a", "s1/b", "s2/a"] { try folder.write("aligned/\(stem).TextGrid", Self.textGrid) }
    try folder.write("flat/S1_A.ctm", "x 1 0 0.5 sil\nx 1 0.5 0.5 iy\n")
    try folder.write("flat/b.ctm", "x 1 0 1 sil\n")
    try folder.write(
      "all.mlf", "#!MLF!#\n\"*/s1_a.lab\"\n0 10000000 iy\n.\n\"*/s2_a.lab\"\n0 10000000 sh\n.\n")
    func labels(_ location: String) throws -> [Int?] {
      let options = CorpusOptions(labels: LabelOptions(location: "\(folder.path)/\(location)"))
      let catalog = try catalog("corpus", options)
      return try catalog.utterances.map {
        try catalog.open($0).phones?.intervals.count
      }
    }
    #expect(try labels("aligned") == [4, 4, 4])
    #expect(try labels("flat") == [2, 1, nil])
    #expect(try labels("all.mlf") == [1, nil, 1])
    #expect(throws: CorpusError.self) { try labels("corpus/s1/a.wav") }
  }

  @Test("Audacity's tracks are read where the format is named, and are sentences otherwise")
  func namedFormat() throws {
    try folder.write("s/a.wav", Self.wav)
    try folder.write("s/a.txt", "0.0\t0.5\tsil\n0.5\t1.0\tiy\n")
    let named = try catalog("", CorpusOptions(labels: LabelOptions(format: "audacity")))
    #expect(try named.open(named.utterances[0]).phones?.intervals.count == 2)
    #expect(try catalog().utterances[0].labelsPath == nil)
    #expect(named.canonicalManifest() != (try catalog()).canonicalManifest())
  }

  @Test("names of layouts are unique, and each has help")
  func registry() {
    let names = CorpusLayouts.descriptions.map(\.name)
    #expect(Set(names).count == names.count && names.contains("folders"))
    #expect(CorpusLayouts.descriptions.allSatisfy { !$0.summary.isEmpty })
  }
}
