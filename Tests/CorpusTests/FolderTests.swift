import Corpus
import DataManifests
import Foundation
import Glibc
import Testing

@Suite("Folder")
struct FolderTests {
  let data: DataManifests

  init() throws { data = try testData.get() }

  static let speakerFolder = "TEST/DR1/FAKE0"

  func corpus(_ make: (TemporaryFolder) throws -> Void) throws -> (TemporaryFolder, CorpusCatalog) {
    let folder = try TemporaryFolder()
    try folder.utterance("\(Self.speakerFolder)/GOOD1")
    try make(folder)
    return (folder, try CorpusCatalog(folder.path, data: data))
  }

  func codes(_ catalog: CorpusCatalog) -> [String] {
    catalog.findings.map { "\($0.severity.rawValue) \($0.code.rawValue) \($0.path)" }
  }

  @Test("folders in TIMIT's layout give key, speaker, region, sex and part")
  func layout() throws {
    let (folder, catalog) = try corpus { try $0.write("\(Self.speakerFolder)/GOOD1.TXT", "0 16000 she\n") }
    let utterance = try #require(catalog.utterances.first)
    #expect(catalog.root == folder.path)
    #expect(utterance.key == "FAKE0_GOOD1" && utterance.speaker == "FAKE0" && utterance.name == "GOOD1")
    #expect(utterance.dialectRegion == 1 && utterance.sex == .female && utterance.part == .test)
    #expect(utterance.audioPath == "TEST/DR1/FAKE0/GOOD1.WAV")
    #expect(utterance.labelsPath == "TEST/DR1/FAKE0/GOOD1.PHN")
    #expect(utterance.textPath == "TEST/DR1/FAKE0/GOOD1.TXT" && utterance.wordsPath == nil)
    #expect(utterance.audioByteCount == 33_024)
    #expect(catalog.findings.isEmpty)
  }

  @Test(
    "folders in upper and lower case are the same corpus",
    arguments: ["train/dr3/mabc0/sx1.wav", "TRAIN/DR3/MABC0/SX1.WAV", "Train/Dr3/mAbC0/sX1.Wav"])
  func letterCase(_ path: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(path, AudioBytes.sphere(AudioBytes.pcm16(AudioBytes.second)))
    try folder.write(path.dropLast(3) + "pHn", "0 16000 h#\n")
    let catalog = try CorpusCatalog(folder.path, data: data)
    let utterance = try #require(catalog.utterances.first)
    #expect(utterance.key == "MABC0_SX1" && utterance.part == .train && utterance.dialectRegion == 3)
    #expect(utterance.sex == .male && utterance.labelsPath != nil)
  }

  @Test(
    "folders below TIMIT's top level are corpora, too", arguments: ["TRAIN", "TRAIN/DR2", "TRAIN/DR2/FABC0"])
  func lowerRoot(_ root: String) throws {
    let folder = try TemporaryFolder()
    try folder.utterance("TRAIN/DR2/FABC0/SI5")
    let catalog = try CorpusCatalog("\(folder.path)/\(root)", data: data)
    let utterance = try #require(catalog.utterances.first)
    #expect(utterance.key == "FABC0_SI5" && utterance.part == .train)
    #expect(utterance.dialectRegion == (root == "TRAIN" ? 2 : utterance.dialectRegion))
  }

  @Test("in another layout the folder of a file is the speaker")
  func otherLayout() throws {
    let folder = try TemporaryFolder()
    try folder.utterance("audio/alice/take 1")
    try folder.utterance("audio/alice/take2", labels: nil)
    try folder.utterance("bob/x")
    let catalog = try CorpusCatalog(folder.path, data: data)
    #expect(catalog.utterances.map(\.key) == ["ALICE_TAKE2", "BOB_X"])
    #expect(
      codes(catalog) == [
        "reject bad-id audio/alice/take 1.WAV", "warning label-missing audio/alice/take2.WAV",
      ])
    #expect(catalog.splits().rule == .none)
  }

  @Test("a corpus without any labels has one warning")
  func unlabeled() throws {
    let folder = try TemporaryFolder()
    for name in ["a", "b", "c"] { try folder.utterance("s/\(name)", labels: nil) }
    let catalog = try CorpusCatalog(folder.path, data: data)
    #expect(codes(catalog) == ["warning label-missing "])
  }

  @Test("a loop of links is not followed, and each file is listed once")
  func loop() throws {
    let (_, catalog) = try corpus { try $0.link("\(Self.speakerFolder)/LOOP", to: "..") }
    #expect(catalog.utterances.count == 1)
    #expect(codes(catalog) == ["warning not-a-file TEST/DR1/FAKE0/LOOP"])
  }

  @Test("links to folders are not followed: a warning inside the corpus, a rejection outside")
  func folderLinks() throws {
    let other = try TemporaryFolder()
    try other.utterance("DR1/X/A")
    let (_, catalog) = try corpus {
      try $0.link("TRAIN", to: other.path)
      try $0.link("TEST2", to: "TEST")
    }
    #expect(catalog.utterances.count == 1)
    #expect(codes(catalog) == ["warning not-a-file TEST2", "reject path-outside TRAIN"])
  }

  @Test("a folder named like audio is entered with a warning")
  func namedLikeAudio() throws {
    let (_, catalog) = try corpus {
      try $0.folder("\(Self.speakerFolder)/DIR1.WAV")
      try $0.utterance("\(Self.speakerFolder)/DIR1.WAV/INNER")
    }
    #expect(codes(catalog) == ["warning not-a-file TEST/DR1/FAKE0/DIR1.WAV"])
    #expect(catalog.utterances.map(\.key) == ["DIR1.WAV_INNER", "FAKE0_GOOD1"])
  }

  @Test(
    "a FIFO, a device or a dangling link rejects its utterance, which stays in order",
    .timeLimit(.minutes(30)))
  func notFiles() throws {
    let (folder, catalog) = try corpus {
      #expect(mkfifo("\($0.path)/\(Self.speakerFolder)/PIPE1.WAV", 0o600) == 0)
      try $0.link("\(Self.speakerFolder)/ZERO1.WAV", to: "/dev/zero")
      try $0.link("\(Self.speakerFolder)/NONE1.WAV", to: "nowhere")
      try $0.link("\(Self.speakerFolder)/SELF1.WAV", to: "SELF1.WAV")
    }
    #expect(
      catalog.utterances.map { "\($0.name) \($0.rejection?.code.rawValue ?? "-")" } == [
        "GOOD1 -", "NONE1 missing-file", "PIPE1 not-a-file", "SELF1 not-a-file",
        "ZERO1 not-a-file",
      ])
    #expect(catalog.findings.rejections.count == 4)
    for utterance in catalog.utterances.dropFirst() {
      #expect(throws: CorpusError.rejected(try #require(utterance.rejection))) {
        try catalog.open(utterance)
      }
    }
    // Opening the file by name must not block either.
    #expect(
      try AudioReading.outcome("\(folder.path)/\(Self.speakerFolder)/PIPE1.WAV") == .rejected(.notAFile))
  }

  @Test("links to files inside the corpus are followed")
  func fileLink() throws {
    let (_, catalog) = try corpus { try $0.link("\(Self.speakerFolder)/TWIN1.WAV", to: "GOOD1.WAV") }
    #expect(catalog.utterances.map(\.key) == ["FAKE0_GOOD1", "FAKE0_TWIN1"])
    #expect(catalog.findings.rejections.isEmpty)
    #expect(catalog.utterances[1].audioByteCount == 33_024)
  }

  @Test("links to files outside the corpus are followed, links to folders are not")
  func outsideLinks() throws {
    let other = try TemporaryFolder()
    try other.utterance("FAR")
    let (folder, catalog) = try corpus {
      try $0.link("\(Self.speakerFolder)/NEAR.WAV", to: "\(other.path)/FAR.WAV")
      try $0.link("\(Self.speakerFolder)/NEAR.PHN", to: "\(other.path)/FAR.PHN")
    }
    #expect(catalog.findings.isEmpty)
    let opened = try catalog.open(try #require(catalog.utterances.last))
    #expect(opened.audio.info.sampleCount == 16_000 && opened.phones?.intervals.count == 2)
    withExtendedLifetime((folder, other)) {}
  }

  @Test("of audio with one name and several extensions one is taken with one warning")
  func twins() throws {
    let folder = try TemporaryFolder()
    try folder.utterance("\(Self.speakerFolder)/BAD1")
    try folder.write("\(Self.speakerFolder)/BAD1.wav", AudioBytes.riff(AudioBytes.pcm16(AudioBytes.second)))
    try folder.write("\(Self.speakerFolder)/BAD1.flac", "fLaC")
    let catalog = try CorpusCatalog(folder.path, data: data)
    #expect(catalog.utterances.map(\.audioPath) == ["TEST/DR1/FAKE0/BAD1.WAV"])
    #expect(codes(catalog) == ["warning recoded-copy TEST/DR1/FAKE0/BAD1.flac"])
  }

  @Test("two names that differ in case have the same key, which is an error")
  func caseTwins() throws {
    let folder = try TemporaryFolder()
    try folder.utterance("\(Self.speakerFolder)/BAD1")
    try folder.utterance("\(Self.speakerFolder)/bad1", labels: nil)
    #expect(
      throws: CorpusError.duplicateIdentifier(
        key: "FAKE0_BAD1", paths: ["TEST/DR1/FAKE0/BAD1.WAV", "TEST/DR1/FAKE0/bad1.WAV"])
    ) { try CorpusCatalog(folder.path, data: data) }
  }

  @Test("the same speaker and name in two folders have the same key, which is an error")
  func twinsAcrossFolders() throws {
    let folder = try TemporaryFolder()
    try folder.utterance("TRAIN/DR1/FABC0/SX1")
    try folder.utterance("TEST/DR1/fabc0/sx1")
    let error = #expect(throws: CorpusError.self) { try CorpusCatalog(folder.path, data: data) }
    #expect(error?.kind == .badInput && error?.finding?.code == .duplicateID)
  }

  @Test("two label files that differ in case reject their utterance")
  func labelTwins() throws {
    let (_, catalog) = try corpus { try $0.write("\(Self.speakerFolder)/GOOD1.phn", "0 16000 iy\n") }
    #expect(catalog.utterances[0].rejection?.code == .duplicateID)
  }

  @Test("folders without audio are an error of no input", arguments: [false, true])
  func empty(_ hasOtherFiles: Bool) throws {
    let folder = try TemporaryFolder()
    if hasOtherFiles { try folder.write("DOC/README.TXT", "none\n") }
    let error = #expect(throws: CorpusError.self) { try CorpusCatalog(folder.path, data: data) }
    #expect(error == .emptyCorpus(path: folder.path))
    #expect(error?.kind == .noInput && error?.kind.rawValue == 66)
  }

  @Test("a missing folder, or a path that is not a folder, is an error of no input")
  func missing() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("a.wav", "x")
    #expect(throws: CorpusError.noSuchPath(path: "\(folder.path)/none")) {
      try CorpusCatalog("\(folder.path)/none", data: data)
    }
    #expect(throws: CorpusError.notACorpus(path: file)) { try CorpusCatalog(file, data: data) }
  }

  @Test("RIFF copies X.WAV.wav next to X.WAV are counted once; alone they are utterance X")
  func recodedCopies() throws {
    let (_, catalog) = try corpus {
      try $0.utterance("\(Self.speakerFolder)/SA1")
      for stem in ["GOOD1", "SA1", "LONE"] {
        try $0.write(
          "\(Self.speakerFolder)/\(stem).WAV.wav", AudioBytes.riff(AudioBytes.pcm16(AudioBytes.second)))
      }
      try $0.write("\(Self.speakerFolder)/LONE.PHN", "0 16000 h#\n")
    }
    #expect(catalog.utterances.map(\.key) == ["FAKE0_GOOD1", "FAKE0_LONE", "FAKE0_SA1"])
    #expect(catalog.utterances[0].audioPath.hasSuffix("GOOD1.WAV"))
    #expect(codes(catalog) == ["warning recoded-copy TEST/DR1/FAKE0/GOOD1.WAV.wav"])
  }

  @Test("unprintable names and names that are not UTF-8 are rejected and shown escaped")
  func oddNames() throws {
    let (_, catalog) = try corpus { folder in
      let audio = AudioBytes.sphere(AudioBytes.pcm16(AudioBytes.second))
      for name: [UInt8] in [
        Array("NEW\nLINE.WAV".utf8), Array("SP ACE.WAV".utf8), Array("-rf.WAV".utf8),
        Array("\u{E9}t\u{E9}.WAV".utf8),
        [0x4C, 0xE9] + Array("TIN.WAV".utf8),
      ] {
        var path = Array("\(folder.path)/\(Self.speakerFolder)/".utf8).map { CChar(bitPattern: $0) }
        path += name.map { CChar(bitPattern: $0) } + [0]
        let descriptor = open(path, O_CREAT | O_WRONLY, 0o600)
        try #require(descriptor >= 0)
        #expect(audio.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) } == audio.count)
        close(descriptor)
      }
    }
    #expect(catalog.utterances.map(\.key) == ["FAKE0_-RF", "FAKE0_GOOD1", "FAKE0_\u{E9}T\u{E9}"])
    #expect(
      catalog.findings.rejections.map { "\($0.code.rawValue) \($0.path)" }.sorted() == [
        "bad-id TEST/DR1/FAKE0/L\\xE9TIN.WAV", "bad-id TEST/DR1/FAKE0/NEW\\x0ALINE.WAV",
        "bad-id TEST/DR1/FAKE0/SP ACE.WAV",
      ])
  }

  @Test("audio in unsupported formats is rejected unless there is supported audio of the same stem")
  func foreignAudio() throws {
    let (_, catalog) = try corpus {
      try $0.write("\(Self.speakerFolder)/GOOD1.m4a", "ftyp")
      try $0.write("\(Self.speakerFolder)/ONLY.wma", "0&")
    }
    #expect(codes(catalog) == ["reject unknown-format TEST/DR1/FAKE0/ONLY.wma"])
  }

  @Test("labels without audio are reported")
  func orphanLabels() throws {
    let (_, catalog) = try corpus { try $0.write("\(Self.speakerFolder)/LOST.PHN", "0 16000 h#\n") }
    #expect(codes(catalog) == ["warning missing-file TEST/DR1/FAKE0/LOST.PHN"])
  }

  @Test("hidden files are ignored")
  func hidden() throws {
    let (_, catalog) = try corpus {
      try $0.write("\(Self.speakerFolder)/._GOOD1.WAV", "x")
      try $0.utterance(".git/s/A")
    }
    #expect(catalog.utterances.count == 1 && catalog.findings.isEmpty)
  }

  @Test("names longer than 200 bytes are rejected")
  func longName() throws {
    let (_, catalog) = try corpus {
      try $0.utterance("\(Self.speakerFolder)/\(String(repeating: "x", count: 195))")
    }
    #expect(catalog.findings.rejections.map(\.code) == [.badID])
  }

  @Test("utterances are in byte order of keys, independent of the file system")
  func order() throws {
    let folder = try TemporaryFolder()
    for stem in ["b/Z", "a/2", "B0/A", "a/10", "a-/1", "a/1"] { try folder.utterance(stem) }
    let keys = try CorpusCatalog(folder.path, data: data).utterances.map(\.key)
    #expect(keys == ["A-_1", "A_1", "A_10", "A_2", "B0_A", "B_Z"])
  }

  @Test("folders deeper than 64 levels are reported and not entered")
  func deep() throws {
    let (_, catalog) = try corpus {
      try $0.utterance(Array(repeating: "d", count: 70).joined(separator: "/") + "/A")
    }
    #expect(catalog.utterances.count == 1)
    #expect(catalog.findings.rejections.map(\.code) == [.notAFile])
  }

  @Test("the canonical manifest does not depend on the location of the corpus")
  func canonical() throws {
    let (_, one) = try corpus { try $0.utterance("TRAIN/DR1/MXYZ0/SA2") }
    let (_, two) = try corpus { try $0.utterance("TRAIN/DR1/MXYZ0/SA2") }
    #expect(one.root != two.root)
    #expect(one.canonicalManifest() == two.canonicalManifest())
    #expect(
      String(decoding: one.canonicalManifest(), as: UTF8.self) == """
        {"audio":"TEST/DR1/FAKE0/GOOD1.WAV","key":"FAKE0_GOOD1",\
        "labels":"TEST/DR1/FAKE0/GOOD1.PHN","speaker":"FAKE0"}
        {"audio":"TRAIN/DR1/MXYZ0/SA2.WAV","key":"MXYZ0_SA2",\
        "labels":"TRAIN/DR1/MXYZ0/SA2.PHN","speaker":"MXYZ0"}

        """)
    let (_, other) = try corpus { try $0.utterance("TRAIN/DR1/MXYZ0/SA1") }
    #expect(one.canonicalManifest() != other.canonicalManifest())
  }
}
