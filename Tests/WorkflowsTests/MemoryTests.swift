import Foundation
import Foundations
import TestSupport
import Testing

/// The memory of a whole run of the program over one long recording.
@Suite(
  "Memory of preprocessing", .serialized, .disabled(if: Sanitizer.isOn, "a sanitizer takes memory of its own")
)
struct MemoryTests {
  private static let runsLong = ProcessInfo.processInfo.environment["KALEIDO_LONG_TESTS"]?.isEmpty == false

  @Test("An hour of speech in one file stays under 100 MB")
  func hour() throws {
    #expect(try Self.peakBytes(hours: 1) < 100_000_000)
  }

  @Test(
    "Ten hours take at most a tenth more than one, and stay under 100 MB",
    .enabled(if: runsLong, "KALEIDO_LONG_TESTS is not set"))
  func tenHours() throws {
    let hour = try Self.peakBytes(hours: 1)
    let tenHours = try Self.peakBytes(hours: 10)
    #expect(tenHours < 100_000_000)
    #expect(Double(tenHours) <= 1.1 * Double(hour))
  }

  /// The peak over a SPHERE file of `hours` hours of noise at 16 kHz, once its features have been seen to be
  /// whole.
  private static func peakBytes(hours: Int) throws -> Int {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    try writeRecording(minutes: 60 * hours, to: folder)
    let out = folder.appending("out").path
    let run = try ProgramRun.kaleidoPeakMemory([
      "preprocess", folder.appending("corpus").path, "--out", out, "--jobs", "2", "--progress", "never",
    ])
    try #require(run.status == 0)
    let frames = try String(contentsOfFile: "\(out)/utt2num_frames", encoding: .utf8)
    #expect(frames == "LONG0_SX1 \(360_000 * hours - 2)\n")
    // A program that was never seen has used no memory, and proves nothing.
    try #require(run.peakResidentBytes > 1_000_000)
    return run.peakResidentBytes
  }

  private static func writeRecording(minutes: Int, to folder: TemporaryFolder) throws {
    let samplesPerMinute = 60 * 16_000
    let speaker = folder.appending("corpus/TRAIN/DR1/LONG0")
    try FileManager.default.createDirectory(at: speaker, withIntermediateDirectories: true)
    let file = speaker.appendingPathComponent("SX1.WAV")
    var header = "NIST_1A\n   1024\n"
    for field in [
      "channel_count -i 1", "sample_count -i \(minutes * samplesPerMinute)", "sample_rate -i 16000",
      "sample_n_bytes -i 2", "sample_byte_format -s2 01", "sample_sig_bits -i 16", "end_head",
    ] { header += field + "\n" }
    var start = Data(header.utf8)
    start.append(Data(repeating: 0x20, count: 1024 - start.count))
    try start.write(to: file)
    var random = SplitMix64(seed: 1)
    let minute = (0..<samplesPerMinute).map { _ in
      Int16(truncatingIfNeeded: Int(random.next() % 4001) - 2000).littleEndian
    }
    let bytes = minute.withUnsafeBytes { Data($0) }
    let handle = try FileHandle(forWritingTo: file)
    try handle.seekToEnd()
    for _ in 0..<minutes { try handle.write(contentsOf: bytes) }
    try handle.close()
    let last = minutes * samplesPerMinute
    try Data("0 \(last) h#\n".utf8).write(to: speaker.appendingPathComponent("SX1.PHN"))
  }
}
