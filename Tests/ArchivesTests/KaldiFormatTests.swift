import Archives
import Files
import Foundations
import TestSupport
import Testing

/// Golden bytes are those of kaldi_native_io 1.23.0, which wraps Kaldi's own table code.
@Suite("KaldiFormat")
struct KaldiFormatTests {
  @Test("a float matrix is a key, a space, \\0B, FM, sizes of four bytes, and little-endian rows")
  func floatMatrix() throws {
    let scratch = try Scratch()
    let directory = try OutputDirectory.create(
      at: "\(scratch.path)/out", configuration: plain(.kaldi, channels: 3, utterances: 2))
    let record = try write(directory, [("A_1", [1, 2.5, -3, 4, 0.1, 6]), ("A_2", [1, 2.5, -3])])
    let bytes = try #require(
      try FileStore().contents(of: directory.absolutePath(of: record.files[0].path)))
    #expect(
      hex(bytes)
        == "415f31200042464d20040200000004030000000000803f00002040000040c000008040cdcccc3d0000c040"
        + "415f32200042464d20040100000004030000000000803f00002040000040c0")
    #expect(record.utterances.map { $0.position(of: .features) } == [4, 47])
  }

  @Test("a double matrix is as CMVN statistics are stored")
  func doubleMatrix() {
    let bytes = KaldiBytes.doubleMatrixEntry(
      key: "S", rows: 2, columns: 3, values: [1, 2.5, -3, 4, Double(Float(0.1)), 6])
    #expect(
      hex(bytes)
        == "53200042444d2004020000000403000000000000000000f03f000000000000044000000000000008c0"
        + "00000000000010400000" + "00a09999b93f0000000000001840")
  }

  @Test("an int32 vector has a size byte before the count and before each value")
  func integerVector() throws {
    let scratch = try Scratch()
    var configuration = plain(.kaldi, channels: 1, utterances: 1)
    configuration.labels = [.all61]
    let directory = try OutputDirectory.create(at: "\(scratch.path)/out", configuration: configuration)
    let record = try write(directory, [("A_1", [1, 2, 3])], labels: [0, -1, 60])
    let bytes = try #require(
      try FileStore().contents(of: directory.absolutePath(of: record.files[1].path)))
    #expect(hex(bytes) == "415f312000420403000000040000000004ffffffff043c000000")
  }
}

@Suite("KaldiCompression")
struct KaldiCompressionTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let rows: Int
    let columns: Int
    let digest: String
    let matrix: @Sendable () -> [Float]
    var testDescription: String { name }
  }

  static func random(_ seed: UInt64, _ count: Int) -> [Float] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in Float(random.next() >> 40) / Float(1 << 24) * 40 - 20 }
  }

  static let cases: [Case] = [
    Case(
      name: "13 rows", rows: 13, columns: 3,
      digest: "174fd19cf11968ffe334fb7b30b49679c192eedf6921f7a1a371a0ff302015f7"
    ) { random(1, 39) },
    Case(
      name: "300 rows", rows: 300, columns: 40,
      digest: "6a9a2601244db8c2171dfe4884f5ddc830fbb7ae75048274790a42e6614e2e82"
    ) { random(2, 12000) },
    Case(
      name: "constant", rows: 9, columns: 2,
      digest: "a3df916f5784a569468eed9599f12cd83a79b32e163ff8d78aed01d0d0a9e7c0"
    ) { [Float](repeating: -2.5, count: 18) },
    Case(
      name: "8 rows, two bytes a value", rows: 8, columns: 3,
      digest: "944d50a3c5d676730940889662d12cf60cbcbf07d419cb2b8b1fdd07019a70eb"
    ) { random(3, 24) },
    Case(
      name: "9 rows, the fewest of one byte", rows: 9, columns: 2,
      digest: "ea57c8f4d846f31d009109d8981b87a24ba8015ef8d1dec350f6c9d4264fbf1a"
    ) { random(4, 18) },
    Case(
      name: "one row", rows: 1, columns: 4,
      digest: "ea4db2386aded5bd12e56298e1038960d8982f9d80a2fb4224f7d7d9ee7f7b23"
    ) { random(5, 4) },
    Case(
      name: "many ties", rows: 50, columns: 3,
      digest: "c70406f0d6e3cc0b5becf8d476fb909c1d7b4517e6484466ca2d24ecda35ee63"
    ) { random(6, 150).map { ($0 / 10).rounded(.toNearestOrEven) } },
    Case(
      name: "cubes", rows: 120, columns: 5,
      digest: "c6968259efcc085571fa3d35d9969eb829e83d3ae6d91bb189602db1f956adba"
    ) { random(7, 600).map { $0 * $0 * $0 } },
    Case(
      name: "constant column beside a step", rows: 10, columns: 2,
      digest: "34adad2a15f8360e4a9b908dbf88e0b918b4700b836f32083ba5bc2255f6ec07"
    ) { [Float](repeatElement([0, 1], count: 9).joined()) + [1e-30, 5] },
    Case(
      name: "large values", rows: 1000, columns: 13,
      digest: "bcb9566a15e7170fe176989bd968174ea6ed3e52090860db05bcf8125f05e831"
    ) { random(8, 13000).map { $0 * 1e6 } },
  ]

  @Test("compressed bytes are those of Kaldi", arguments: cases)
  func golden(_ item: Case) throws {
    var bytes = Array("K ".utf8) + [0, UInt8(ascii: "B")]
    #expect(KaldiCompression.append(item.matrix(), columns: item.columns, to: &bytes))
    #expect(try sha256(bytes) == item.digest)
  }

  @Test(
    "NaN, infinities and a range beyond Float are refused, with nothing appended",
    arguments: [[1, .nan], [1, .infinity], [-.infinity, 1], [-3e38, 3e38]] as [[Float]])
  func refused(values: [Float]) {
    var bytes: [UInt8] = [7]
    #expect(!KaldiCompression.append(values, columns: 1, to: &bytes))
    #expect(bytes == [7])
  }

  @Test("decoded values are within half a step of the column's quartile", arguments: cases)
  func readBack(_ item: Case) throws {
    let scratch = try Scratch()
    let matrix = item.matrix()
    var bytes: [UInt8] = [0, UInt8(ascii: "B")]
    #expect(KaldiCompression.append(matrix, columns: item.columns, to: &bytes))
    try scratch.put(bytes, at: "m")
    let found = try KaldiMatrixReader().read(path: "\(scratch.path)/m", at: 0)
    #expect(found.rows == item.rows && found.columns == item.columns)
    let range = (matrix.max() ?? 0) - (matrix.min() ?? 0)
    // A byte spans at most the whole range by 63 steps; two more steps of 1/65535 for the percentiles.
    let tolerance = range * (0.5 / 63 + 3 / 65535) + 1e-6
    for (a, b) in zip(matrix, found.values) { #expect(abs(a - b) <= tolerance) }
  }
}

@Suite("KaldiMatrixReader")
struct KaldiMatrixReaderTests {
  @Test("float and double matrices are read back as written")
  func readBack() throws {
    let scratch = try Scratch()
    let values: [Float] = [1, 2.5, -3, 4, 0.1, 6]
    let doubles = KaldiBytes.doubleMatrixEntry(key: "S", rows: 2, columns: 3, values: values.map(Double.init))
    try scratch.put(doubles, at: "dm")
    let matrix = try KaldiMatrixReader().read(path: "\(scratch.path)/dm", at: 2)
    #expect(matrix == FeatureMatrix(rows: 2, columns: 3, values: values))
  }

  @Test(
    "a header with a size beyond the file is refused before memory is allocated",
    arguments: ["FM ", "DM ", "CM ", "CM2 ", "CM3 "])
  func hugeHeaders(token: String) throws {
    let scratch = try Scratch()
    for (rows, columns) in [(Int32.max, Int32.max), (1 << 20, 1 << 20), (-1, 3), (3, 0), (1, 1000)] {
      var bytes: [UInt8] = [0, UInt8(ascii: "B")] + Array(token.utf8)
      if token.hasPrefix("CM") {
        bytes += [UInt8](repeating: 0, count: 8)
        bytes += Int32(rows).littleEndianBytes + Int32(columns).littleEndianBytes
      } else {
        bytes += KaldiBytes.integer(Int32(rows)) + KaldiBytes.integer(Int32(columns))
      }
      try scratch.put(bytes, at: "m")
      #expect(throws: FileError.self) { try KaldiMatrixReader().read(path: "\(scratch.path)/m", at: 0) }
    }
  }

  @Test("random bytes and truncations never trap", arguments: [1, 2, 3, 4] as [UInt64])
  func fuzz(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let scratch = try Scratch()
    var good: [UInt8] = [0, UInt8(ascii: "B")]
    #expect(KaldiCompression.append(KaldiCompressionTests.random(seed, 36), columns: 3, to: &good))
    for _ in 0..<150 {
      var bytes = Array(good[..<Int.random(in: 0...good.count, using: &random)])
      for _ in 0..<Int.random(in: 0...4, using: &random) where !bytes.isEmpty {
        bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      try scratch.put(bytes, at: "m")
      do throws(FileError) {
        _ = try KaldiMatrixReader().read(
          path: "\(scratch.path)/m", at: Int64.random(in: -1...3, using: &random))
      } catch {
        guard case .malformed = error else {
          Issue.record("seed \(seed): \(error)")
          return
        }
      }
    }
  }
}
