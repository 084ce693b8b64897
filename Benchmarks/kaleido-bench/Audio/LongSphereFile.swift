import Foundation

/// A SPHERE file of many hours, written in pieces.
struct LongSphereFile {
  let corpus: BenchmarkCorpus
  let hours: Double

  func write(to path: String) throws {
    var missing = Int(hours * 3600) * 16_000
    var header = Data(
      """
      NIST_1A
         1024
      channel_count -i 1
      sample_count -i \(missing)
      sample_rate -i 16000
      sample_n_bytes -i 2
      sample_byte_format -s2 01
      sample_sig_bits -i 16
      end_head

      """.utf8)
    header.append(Data(repeating: 0x20, count: 1024 - header.count))
    guard FileManager.default.createFile(atPath: path, contents: header),
      let file = FileHandle(forWritingAtPath: path)
    else { throw BenchmarkError.corpusUnusable(path: path, reason: "cannot be written") }
    defer { try? file.close() }
    try file.seekToEnd()
    let piece = try corpus.speech(seconds: 600).map(\.littleEndian)
    while missing > 0 {
      let count = min(missing, piece.count)
      try piece.withUnsafeBytes { try file.write(contentsOf: Data($0[..<(2 * count)])) }
      missing -= count
    }
  }
}
