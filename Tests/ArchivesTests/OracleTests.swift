import Archives
import Files
import Foundation
import TestSupport
import Testing

/// Reads the directories back with the packages that own the formats.
///
/// Runs when `KALEIDO_ORACLES` is set: to `1`, or to a Python that has numpy, kaldi_native_io 1.23 and lhotse
/// 1.33.
@Suite("Read back by numpy, kaldi_native_io and lhotse", .enabled(if: Oracle.isEnabled))
struct OracleTests {
  @Test(
    "all values and indexes are read back, with both kinds of paths",
    arguments: ["kaldi", "kaldi-compressed", "npy", "lhotse"], [false, true])
  func readBack(kind: String, isRelative: Bool) throws {
    let scratch = try Scratch()
    let corpus = try TinyCorpus(utterances: 11, channels: 5, maximumFrames: 60, rejectEvery: 6)
    let format = try #require(ArchiveFormat(rawValue: String(kind.prefix { $0 != "-" })))
    let directory = try OutputDirectory.create(
      at: "\(scratch.path)/out",
      configuration: corpus.configuration(
        format, isCompressed: kind.hasSuffix("compressed"), normalized: true))
    try corpus.run(directory)
    try corpus.normalize(directory)
    let report = try directory.writeIndexes(
      IndexOptions(corpusRoot: "\(scratch.path)/corpus", usesRelativePaths: isRelative))
    #expect(report.notes.isEmpty && report.unchanged.isEmpty)
    // What the Python side must find, key by key.
    var lines: [UInt8] = []
    for utterance in corpus.utterances where utterance.rejectedAfter == nil {
      let line: JSONValue = [
        "key": .string(utterance.description.key), "speaker": .string(utterance.description.speaker),
        "rows": .array(utterance.rows.map { .number(Double($0)) }),
        "labels": .array(utterance.labels.map { .integer(Int64($0)) }),
        "statistics": .array(utterance.statistics.map { .number($0) }),
      ]
      line.append(to: &lines)
      lines.append(UInt8(ascii: "\n"))
    }
    try scratch.put(lines, at: "expected.jsonl")
    try scratch.makeAudio(for: corpus, below: "corpus")
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Oracles/read_back.py")
    let process = Process()
    process.executableURL = URL(filePath: Oracle.python)
    process.arguments = [script.path, kind, "\(scratch.path)/out", "\(scratch.path)/expected.jsonl"]
    process.currentDirectoryURL = URL(filePath: "\(scratch.path)/out")
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(text)")
    #expect(text.hasSuffix("whole\n"), "\(text)")
  }
}
