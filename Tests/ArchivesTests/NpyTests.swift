import Archives
import Files
import Foundations
import TestSupport
import Testing

@Suite("Npy")
struct NpyTests {
  /// Digests of the headers that numpy 2 writes.
  @Test(
    "headers are those of numpy",
    arguments: [
      (NpyElement.float32, [10, 40], "5493071eb11cb395c7b609e15c18beddf20a939ff9385b09daafffd72a3a81bc"),
      (.int32, [7], "06969fdf6a2300e1d7029924c8c614cfcb723c6061daea194a441d5c7cf2007b"),
      (.float64, [3, 2, 41], "39173bdb5d58970ac1fe49556ee16529b96ceea1f4f323123b0d04bc9e0984dd"),
      (.float32, [0, 4], "74c76010cb63e5e4e59ec3e34d6becc468f0038b8b742f2842fa1c2d36eb614e"),
    ])
  func header(element: NpyElement, shape: [Int], digest: String) throws {
    let bytes = NpyHeader(element: element, shape: shape).bytes
    #expect(bytes.count == 128)
    #expect(try sha256(bytes) == digest)
  }

  @Test("the header of a 10 by 40 array is as documented")
  func text() {
    let bytes = NpyHeader(element: .float32, shape: [10, 40]).bytes
    #expect(Array(bytes[..<10]) == [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, 0x76, 0])
    let text = String(decoding: bytes[10...], as: UTF8.self)
    #expect(
      text == "{'descr': '<f4', 'fortran_order': False, 'shape': (10, 40), }"
        + String(repeating: " ", count: 56) + "\n")
  }

  @Test("rows can be read from any position")
  func readBack() throws {
    let scratch = try Scratch()
    let values: [Float] = (0..<12).map { Float($0) / 7 }
    try scratch.put(
      NpyHeader(element: .float32, shape: [4, 3]).bytes
        + values.flatMap { $0.bitPattern.littleEndianBytes }, at: "a.npy")
    let reader = try NpyReader(path: "\(scratch.path)/a.npy")
    #expect(reader.header == NpyHeader(element: .float32, shape: [4, 3]) && reader.rowElements == 3)
    var rows = [Float](repeating: 0, count: 6)
    try rows.withUnsafeMutableBytes { try reader.readRows(from: 1, count: 2, into: $0) }
    #expect(rows == Array(values[3..<9]))
  }

  @Test(
    "invalid headers are refused",
    arguments: [
      "{'descr': '<f4', 'fortran_order': True, 'shape': (2,), }",
      "{'descr': '<f4', 'fortran_order': Maybe, 'shape': (2,), }",
      "{'descr': '>f4', 'fortran_order': False, 'shape': (2,), }",
      "{'descr': '|O', 'fortran_order': False, 'shape': (2,), }",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (), }",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 9223372036854775807, 9223372036854775807), }",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'more': (1,), }",
      "{'descr': '<f4', 'shape': (2,), }", "{'descr': '<f4'", "", "{",
    ])
  func refused(text: String) throws {
    let scratch = try Scratch()
    var bytes: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0]
    bytes += UInt16(text.utf8.count + 1).littleEndianBytes + Array(text.utf8) + [0x0A]
    try scratch.put(bytes + [UInt8](repeating: 0, count: 8), at: "a.npy")
    let error = #expect(throws: FileError.self) { try NpyReader(path: "\(scratch.path)/a.npy") }
    guard case .malformed = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("features of another tool are read in either order, as half, single or double precision")
  func externalOrders() throws {
    let rows: [[Float]] = [[0.5, -2], [1024, 0], [-0.25, 65504]]
    func bits(_ value: Float, _ element: NpyElement) -> [UInt8] {
      switch element {
      case .float16:
        // Sign, exponent and fraction of a value that a half holds.
        let size = value.magnitude
        let half: UInt16 =
          size == 0 ? 0 : UInt16(Int(size.exponent) + 15) << 10 | UInt16((size.significand - 1) * 1024)
        return (half | (value < 0 ? 0x8000 : 0)).littleEndianBytes
      case .float64: return Double(value).bitPattern.littleEndianBytes
      default: return value.bitPattern.littleEndianBytes
      }
    }
    for element in [NpyElement.float16, .float32, .float64] {
      for isFortranOrder in [false, true] {
        let scratch = try Scratch()
        let inOrder = isFortranOrder ? rows.map { $0[0] } + rows.map { $0[1] } : rows.flatMap(\.self)
        let header = NpyHeader(element: element, shape: [3, 2], isFortranOrder: isFortranOrder)
        try scratch.put(header.bytes + inOrder.flatMap { bits($0, element) }, at: "A_1.npy")
        let found = try ArchiveFormat.externalFeatures(in: scratch.path)
        let matrix = try #require(found.first).read()
        #expect(matrix.rows == 3 && matrix.values == rows.flatMap(\.self), "\(element) \(isFortranOrder)")
      }
    }
  }

  @Test("a half that is subnormal, infinite or not a number keeps its value")
  func halves() throws {
    let scratch = try Scratch()
    let halves: [UInt16] = [0x0001, 0x83FF, 0x7C00, 0xFC00, 0x7E00, 0x3C01]
    try scratch.put(
      NpyHeader(element: .float16, shape: [1, 6]).bytes + halves.flatMap { $0.littleEndianBytes },
      at: "A_1.npy")
    let values = try #require(try ArchiveFormat.externalFeatures(in: scratch.path).first).read().values
    #expect(values[0] == 0x1p-24 && values[1] == -1023 * 0x1p-24 && values[2] == .infinity)
    #expect(values[3] == -.infinity && values[4].isNaN && values[5] == 1 + 0x1p-10)
  }

  @Test("random bytes never trap", arguments: [1, 2, 3] as [UInt64])
  func fuzz(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let scratch = try Scratch()
    let good = NpyHeader(element: .float64, shape: [1, 2]).bytes + [UInt8](repeating: 1, count: 16)
    for _ in 0..<200 {
      var bytes = Array(good[..<Int.random(in: 0...good.count, using: &random)])
      for _ in 0..<3 where !bytes.isEmpty {
        bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      try scratch.put(bytes, at: "a.npy")
      _ = try? NpyReader(path: "\(scratch.path)/a.npy")
    }
  }
}

@Suite("KaldiScript")
struct KaldiScriptTests {
  func parse(_ text: String) throws -> KaldiScript {
    let scratch = try Scratch()
    try scratch.put(Array(text.utf8), at: "a.scp")
    return try KaldiScript(path: "\(scratch.path)/a.scp", relativeTo: "/d")
  }

  @Test("paths, offsets and ranges are parsed")
  func entries() throws {
    let script = try parse("A_1 x.ark:12\nA_2\t/y z.ark:3[0:51] \nA_3 m\n")
    #expect(
      script.entries.map { "\($0.key) \($0.path) \($0.offset)" } == [
        "A_1 /d/x.ark 12", "A_2 /y z.ark 3", "A_3 /d/m 0",
      ])
    #expect(script.entries[1].rows == 0...51)
  }

  @Test(
    "commands, keys without paths, invalid ranges and duplicates are refused",
    arguments: [
      "A gunzip -c x |\n", "A\n", "\n", "A x[5:1]\n", "A x[a:b]\n", "A x]\n", "A -\n", "A x\nA y\n",
    ])
  func refused(text: String) {
    #expect(throws: ArchiveError.self) { try parse(text) }
  }
}
