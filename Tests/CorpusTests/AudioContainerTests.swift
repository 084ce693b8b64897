import Corpus
import DataManifests
import Foundation
import Testing

/// One quarter of a second in every container and coding, written by libsndfile; see
/// Golden/Audio/make.py.
@Suite("AudioContainers")
struct AudioContainerTests {
  struct File: CustomTestStringConvertible, Sendable {
    var name: String
    var container: AudioContainer
    var coding: SampleCoding
    /// The largest difference from the original samples; nil for a lossy coding.
    var tolerance: Int?
    var testDescription: String { name }

    init(_ name: String, _ container: AudioContainer, _ coding: SampleCoding, _ tolerance: Int? = 0) {
      self.name = name
      self.container = container
      self.coding = coding
      self.tolerance = tolerance
    }
  }

  static let files: [File] = [
    File("pcm8.wav", .riff, .pcm8, 256), File("pcm24.wav", .riff, .pcm24), File("pcm32.wav", .riff, .pcm32),
    File("float.wav", .riff, .float32), File("double.wav", .riff, .float64),
    File("mulaw.wav", .riff, .muLaw, 512), File("alaw.wav", .riff, .aLaw, 512),
    File("pcm16.rf64", .rf64, .pcm16LittleEndian), File("pcm24.rf64", .rf64, .pcm24),
    File("pcm16.w64", .w64, .pcm16LittleEndian), File("float.w64", .w64, .float32),
    File("mulaw.w64", .w64, .muLaw, 512), File("pcm8.aiff", .aiff, .pcmSigned8, 256),
    File("pcm16.aiff", .aiff, .pcm16BigEndian), File("pcm24.aiff", .aiff, .pcm24BigEndian),
    File("sowt.aiff", .aiff, .pcm16LittleEndian), File("float.aifc", .aiff, .float32BigEndian),
    File("double.aifc", .aiff, .float64BigEndian), File("mulaw.aifc", .aiff, .muLaw, 512),
    File("alaw.aifc", .aiff, .aLaw, 512), File("pcm16.caf", .caf, .pcm16BigEndian),
    File("pcm16le.caf", .caf, .pcm16LittleEndian), File("float.caf", .caf, .float32BigEndian),
    File("double.caf", .caf, .float64BigEndian), File("mulaw.caf", .caf, .muLaw, 512),
    File("alaw.caf", .caf, .aLaw, 512), File("pcm16.sph", .sphere, .pcm16LittleEndian),
    File("mulaw.sph", .sphere, .muLaw, 512), File("alaw.sph", .sphere, .aLaw, 512),
    File("flac8.flac", .flac, .flac8, 256), File("flac16.flac", .flac, .flac16),
    File("flac24.flac", .flac, .flac24), File("vorbis.ogg", .ogg, .vorbis, nil),
    File("opus.opus", .ogg, .opus, nil), File("mpeg.mp3", .mp3, .mp3, nil),
    File("tagged.mp3", .mp3, .mp3, nil), File("shorten.sph", .sphere, .shorten16),
  ]

  static func path(_ name: String) throws -> String {
    try #require(Bundle.module.path(forResource: name, ofType: nil, inDirectory: "Golden/Audio"))
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: URL(filePath: path(name))))
  }

  static func reference(_ name: String = "reference.s16") throws -> [Int16] {
    try bytes(name).withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: 2).map {
        Int16(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: Int16.self))
      }
    }
  }

  @Test("samples are those that were written, within the coding's step", arguments: files)
  func samples(_ file: File) throws {
    let path = try Self.path(file.name)
    let opened = try AudioFile(path: path)
    #expect(opened.info.container == file.container && opened.info.coding == file.coding)
    #expect(opened.info.sampleCount == 4000 && opened.warnings.isEmpty)
    let reference = try Self.reference(file.name == "shorten.sph" ? "shorten.s16" : "reference.s16")
    let samples = try AudioReading.floats(path, block: 701)
    #expect(samples.count == 4000)
    guard let tolerance = file.tolerance else {
      // Lossy codings keep the wave, and its time.
      func product(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
      let wanted = reference.map(Float.init)
      let correlation =
        product(samples, wanted) / (product(samples, samples) * product(wanted, wanted)).squareRoot()
      #expect(correlation > 0.97)
      return
    }
    #expect(zip(samples, reference).allSatisfy { abs($0 - Float($1)) <= Float(tolerance) })
    if opened.info.coding.isInt16 {
      #expect(try AudioReading.int16s(path, block: 333).map(Float.init) == samples)
    }
  }

  @Test(
    "samples of a stream are those of a file to the bit",
    arguments: files.filter { !$0.coding.isCompressed && $0.container != .caf })
  func streamed(_ file: File) throws {
    let path = try Self.path(file.name)
    let info = try AudioFile(path: path).info
    let decoder = SampleDecoder(info.coding)
    let bytes = try Self.bytes(file.name)[info.dataOffset...]
    var floats = [Float](repeating: 0, count: 4000)
    Array(bytes).withUnsafeBytes { source in
      floats.withUnsafeMutableBufferPointer { decoder.decode(source, into: $0) }
    }
    #expect(floats == (try AudioReading.floats(path)))
    guard info.coding.isInt16 else { return }
    var integers = [Int16](repeating: 0, count: 4000)
    Array(bytes).withUnsafeBytes { source in
      integers.withUnsafeMutableBufferPointer { decoder.decode(source, into: $0) }
    }
    #expect(integers == (try AudioReading.int16s(path)))
  }

  @Test("all 256 codes of mu-law and A-law are decoded as libsndfile decodes them")
  func companded() throws {
    let folder = try TemporaryFolder()
    let codes = (0...255).map { UInt8($0) }
    for (coding, tag) in [(SampleCoding.muLaw, UInt16(7)), (.aLaw, 6)] {
      let path = try folder.write(
        "A.wav", AudioBytes.riff(codes, format: AudioBytes.format(tag: tag, bits: 8)))
      var samples = [Int16](repeating: 0, count: 256)
      codes.withUnsafeBytes { source in
        samples.withUnsafeMutableBufferPointer { SampleDecoder(coding).decode(source, into: $0) }
      }
      #expect(samples == (try AudioReading.int16s(path)))
    }
  }

  @Test("both channels of shorten are decoded, and seeking gives the same samples")
  func shortenStereo() throws {
    let path = try Self.path("shorten-stereo.sph")
    let reference = try Self.reference("shorten-stereo.s16")
    for channel in 1...2 {
      let wanted = stride(from: channel - 1, to: reference.count, by: 2).map { reference[$0] }
      #expect(try AudioReading.int16s(path, requirements: .init(channel: channel)) == wanted)
      let file = try AudioFile(path: path, requirements: .init(channel: channel))
      try file.seek(toSample: 1234)
      var samples = [Int16](repeating: 0, count: 1000)
      #expect(try samples.withUnsafeMutableBufferPointer { try file.read(into: $0) } == 1000)
      #expect(samples == Array(wanted[1234..<2234]))
    }
  }

  @Test(
    "a part of a file is read as if it were all of it",
    arguments: ["pcm16.w64", "flac16.flac", "shorten.sph"])
  func restricted(_ name: String) throws {
    let file = try AudioFile(path: try Self.path(name))
    try file.restrict(to: 1000..<1500)
    let reference = try Self.reference(name == "shorten.sph" ? "shorten.s16" : "reference.s16")
    for _ in 0..<2 {
      var samples = [Int16](repeating: 0, count: 4000)
      #expect(try samples.withUnsafeMutableBufferPointer { try file.read(into: $0) } == 500)
      #expect(Array(samples[..<500]) == Array(reference[1000..<1500]))
      try file.seek(toSample: 0)
    }
  }

  @Test("a file that was cut short is refused", arguments: files)
  func truncated(_ file: File) throws {
    let folder = try TemporaryFolder()
    let bytes = try Self.bytes(file.name)
    let path = try folder.write("A.WAV", Array(bytes[..<(bytes.count / 2)]))
    switch try AudioReading.outcome(path) {
    case .rejected(let code): #expect([.truncated, .badHeader].contains(code))
    // Streams of pages and frames end where they end.
    case .used(let count, _): #expect(file.tolerance == nil && count < 4000)
    }
  }

  @Test("an MP3 whose encoder does not store its delay is warned of")
  func encoderDelay() throws {
    let folder = try TemporaryFolder()
    let bytes = try Self.bytes("mpeg.mp3")
    // The first frame, of 288 bytes, holds nothing but the tag.
    let path = try folder.write("A.mp3", Array(bytes.dropFirst(288)))
    #expect(try AudioFile(path: path).warnings.map(\.code) == [.encoderDelay])
  }

  @Test("a checksum that does not fit the samples is found by the inspection")
  func checksum() throws {
    let phones = try testData.get().phoneSet
    #expect(try Inspection.file(Self.path("shorten.sph"), phones: phones).findings.isEmpty)
    let folder = try TemporaryFolder()
    let samples = AudioBytes.pcm16(AudioBytes.second)
    let sum = AudioBytes.second.reduce(UInt16(0)) { $0 &+ UInt16(bitPattern: $1) }
    for (stated, wanted) in [(Int(sum), []), (Int(sum) ^ 1, [FindingCode.checksum])] {
      let path = try folder.write(
        "A.WAV", AudioBytes.sphere(samples, fields: ["sample_checksum": "-i \(stated)"]))
      #expect(try Inspection.file(path, phones: phones).findings.map(\.code) == wanted)
    }
  }

  @Test("silence, a constant, a mean and float samples of another scale are named")
  func signal() throws {
    let phones = try testData.get().phoneSet
    let folder = try TemporaryFolder()
    func codes(_ samples: [Int16]) throws -> [FindingCode] {
      let path = try folder.write("A.WAV", AudioBytes.riff(AudioBytes.pcm16(samples)))
      return try Inspection.file(path, phones: phones).findings.map(\.code)
    }
    #expect(try codes([Int16](repeating: 0, count: 16_000)) == [.noSignal])
    #expect(try codes([Int16](repeating: 7, count: 16_000)) == [.noSignal])
    #expect(try codes(AudioBytes.second.map { $0 / 2 + 2000 }) == [.dcOffset])
    #expect(try codes(AudioBytes.second) == [])
    let float = AudioBytes.riff(
      AudioBytes.float32(AudioBytes.second.map(Float.init)), format: AudioBytes.format(tag: 3, bits: 32))
    try folder.write("s/B.WAV", float)
    let catalog = try CorpusCatalog("\(folder.path)/s", data: try testData.get())
    let opened = try catalog.open(catalog.utterances[0])
    #expect(opened.warnings.map(\.code) == [.scale] && opened.audio.position == 0)
  }

  @Test("a WAV over 4 GB is read to its end")
  func large() throws {
    let folder = try TemporaryFolder()
    let count = 1 << 31 + 9000
    let dataSize = UInt32(truncatingIfNeeded: 2 * count)
    let head = AudioBytes.riff([], dataSize: dataSize, riffSize: dataSize &+ 36)
    for size in [dataSize, 0xFFFF_FFFF, 0] {
      let path = try folder.write("A.WAV", AudioBytes.riff([], dataSize: size, riffSize: size &+ 36))
      // Zeros that take no room.
      #expect(truncate(path, off_t(head.count + 2 * count)) == 0)
      let file = try AudioFile(path: path)
      try #require(file.info.sampleCount == count)
      #expect(file.warnings.map(\.code) == [.countDerived])
      try file.seek(toSample: count - 5)
      var samples = [Int16](repeating: 1, count: 10)
      #expect(try samples.withUnsafeMutableBufferPointer { try file.read(into: $0) } == 5)
    }
  }
}
