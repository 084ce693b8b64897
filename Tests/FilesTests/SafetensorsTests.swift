import Files
import Foundation
import Foundations
import Glibc
import TestSupport
import Testing

@Suite("Safetensors")
struct SafetensorsTests {
  typealias Text = SafetensorsHeader.Text

  /// A file of `header` and `data`, with the given length of the header.
  static func file(_ header: String, data: [UInt8] = data, length: UInt64? = nil) -> [UInt8] {
    (length ?? UInt64(header.utf8.count)).littleEndianBytes + Array(header.utf8) + data
  }

  /// 0, 1, … 7 as F32.
  static let data: [UInt8] = (0..<8).flatMap { Float($0).bitPattern.littleEndianBytes }
  static let sound = #"{"w":{"dtype":"F32","shape":[2,4],"data_offsets":[0,32]}}"#

  static func tensor(_ name: String = "w", type: String = "F32", shape: String, _ offsets: String) -> String {
    #""\#(name)":{"dtype":"\#(type)","shape":[\#(shape)],"data_offsets":[\#(offsets)]}"#
  }

  static func read(_ bytes: [UInt8]) throws -> SafetensorsReader {
    let scratch = try Scratch()
    try scratch.put(bytes, at: "k.safetensors")
    return try SafetensorsReader(path: "\(scratch.path)/k.safetensors")
  }

  static func floats(_ reader: SafetensorsReader, _ name: String) throws -> [Float] {
    let tensor = try #require(reader.header.tensor(name))
    var values = [Float](repeating: 0, count: tensor.count)
    try values.withUnsafeMutableBufferPointer { try reader.readFloats(tensor, into: $0) }
    return values
  }

  @Test("a valid file is read, also with spaces after the header")
  func soundFile() throws {
    for header in [Self.sound, Self.sound + "      "] {
      let reader = try Self.read(Self.file(header))
      #expect(try Self.floats(reader, "w") == [0, 1, 2, 3, 4, 5, 6, 7])
      #expect(reader.header.tensor("w")?.shape == [2, 4] && reader.header.metadata.isEmpty)
    }
    let texts = try Self.read(Self.file(#"{"__metadata__":{"b":"1","a":"ü"},"# + Self.sound.dropFirst()))
    #expect(texts.header.metadata == [Text("b", "1"), Text("a", "ü")] && texts.header.text("a") == "ü")
    #expect(try Self.read(Self.file("{}", data: [])).header.tensors.isEmpty)
    #expect(
      try Self.read(Self.file("{" + Self.tensor(shape: "", "0,4") + "}", data: Array(Self.data[..<4]))).header
        .tensors[0]
        .count == 1)
  }

  @Test("empty tensors may be first, last or between others")
  func emptyTensors() throws {
    let header =
      "{" + Self.tensor("c", shape: "8", "0,32") + "," + Self.tensor("a", shape: "0,5", "0,0") + ","
      + Self.tensor("b", shape: "0", "32,32") + "}"
    let reader = try Self.read(Self.file(header))
    #expect(reader.header.tensors.map(\.name) == ["a", "c", "b"])
    #expect(try Self.floats(reader, "a").isEmpty)
  }

  /// Invalid files, each with one violation of the format.
  static let hostile: [(what: String, bytes: [UInt8])] = [
    ("k01: data cut by 8 bytes", file(sound, data: Array(data[..<24]))),
    ("k02: header length 2^63", file(sound, length: 1 << 63)),
    ("header length 2^64 - 1", file(sound, length: .max)),
    ("k03: header length past the end", file(sound, length: 5000)),
    (
      "k04: two tensors share bytes",
      file("{" + tensor("a", shape: "8", "0,32") + "," + tensor("b", shape: "8", "0,32") + "}")
    ),
    (
      "overlap by one element",
      file("{" + tensor("a", shape: "4", "0,16") + "," + tensor("b", shape: "5", "12,32") + "}")
    ),
    (
      "k05: a hole between tensors",
      file("{" + tensor("a", shape: "2", "0,8") + "," + tensor("b", shape: "2", "24,32") + "}")
    ),
    ("a hole before the first", file("{" + tensor(shape: "7", "4,32") + "}")),
    ("bytes after the last", file("{" + tensor(shape: "7", "0,28") + "}")),
    ("k06: shape product past 2^64", file("{" + tensor(shape: "4294967296,4294967296,4", "0,32") + "}")),
    ("shape product past 2^63", file("{" + tensor(shape: "4294967296,2147483648", "0,32") + "}")),
    ("shape that wraps to its size", file("{" + tensor(shape: "4611686018427387912", "0,32") + "}")),
    (
      "k07: a key twice",
      file("{" + tensor(shape: "8", "0,32") + "," + tensor(shape: "2,4", "0,32") + "}")
    ),
    ("k09: negative shape", file("{" + tensor(shape: "-2,-4", "0,32") + "}")),
    ("k11: a pickle", Array("cos\nsystem\n(S'touch PWNED'\ntR.".utf8)),
    ("k12: zero bytes", []),
    ("seven bytes", [1, 0, 0, 0, 0, 0, 0]),
    ("length alone", UInt64(0).littleEndianBytes),
    ("header past what is read", file(sound, length: UInt64(SafetensorsHeader.maximumBytes) + 1)),
    ("an array for a header", file("[]", data: [])),
    ("space before the header", file(" " + sound)),
    ("cut JSON", file(String(sound.dropLast()))),
    ("two JSON values", file(sound + "{}")),
    ("a byte that is no UTF-8", file(sound).map { $0 == UInt8(ascii: "w") ? 0xFF : $0 }),
    ("an unknown element type", file("{" + tensor(type: "F31", shape: "8", "0,32") + "}")),
    ("another element size", file("{" + tensor(type: "F64", shape: "8", "0,32") + "}")),
    ("a fraction in the shape", file("{" + tensor(shape: "8.0", "0,32") + "}")),
    ("a shape past Int64", file("{" + tensor(shape: "99999999999999999999999", "0,32") + "}")),
    ("offsets past the end", file("{" + tensor(shape: "8", "32,64") + "}")),
    ("offsets backwards", file("{" + tensor(shape: "8", "32,0") + "}")),
    ("an offset below 0", file("{" + tensor(shape: "8", "-32,0") + "}")),
    ("offsets near 2^63", file("{" + tensor(shape: "8", "9223372036854775775,9223372036854775807") + "}")),
    ("three offsets", file("{" + tensor(shape: "8", "0,32,32") + "}")),
    ("another field", file(String(sound.dropLast(2)) + #","more":1}}"#)),
    ("no shape", file(#"{"w":{"dtype":"F32","data_offsets":[0,32]}}"#)),
    ("a tensor that is a number", file(#"{"w":1}"#, data: [])),
    ("metadata that is no object", file(#"{"__metadata__":[]}"#, data: [])),
    ("metadata that is no text", file(#"{"__metadata__":{"a":1}}"#, data: [])),
    ("deep JSON", file("{\"__metadata__\":" + String(repeating: "[", count: 100_000), data: [])),
  ]

  @Test("a violation of the format is refused as malformed", arguments: hostile.indices)
  func refused(index: Int) throws {
    let (what, bytes) = Self.hostile[index]
    let error = #expect(throws: FileError.self, "\(what)") { try Self.read(bytes) }
    guard case .malformed(let path, let offset, _, _) = error else {
      Issue.record("\(what): \(String(describing: error))")
      return
    }
    #expect(path.hasSuffix("k.safetensors") && offset >= 0 && offset <= max(Int64(bytes.count), 8), "\(what)")
  }

  @Test("a folder, a pipe and a device are refused without waiting")
  func noFile() throws {
    let scratch = try Scratch()
    #expect(mkfifo("\(scratch.path)/pipe", 0o600) == 0)
    for path in [scratch.path, "\(scratch.path)/pipe", "/dev/zero"] {
      let error = #expect(throws: FileError.self) { try SafetensorsReader(path: path) }
      guard case .malformed = error else {
        Issue.record("\(path): \(String(describing: error))")
        continue
      }
    }
    #expect(throws: FileError.system(operation: .open, path: "\(scratch.path)/none", code: ENOENT)) {
      try SafetensorsReader(path: "\(scratch.path)/none")
    }
  }

  @Test(
    "NaN and infinities are refused on request, in every float type",
    arguments: [
      ("F16", [0x00, 0x7C] as [UInt8]), ("F16", [0x01, 0xFE]), ("BF16", [0x80, 0x7F]),
      ("BF16", [0xC0, 0xFF]),
      ("F32", [0, 0, 0x80, 0x7F]), ("F32", [0, 0, 0xC0, 0x7F]), ("F32", [0, 0, 0x80, 0xFF]),
      ("F64", [0, 0, 0, 0, 0, 0, 0xF0, 0x7F]), ("F64", [1, 0, 0, 0, 0, 0, 0xF0, 0xFF]),
    ])
  func notFinite(type: String, bad: [UInt8]) throws {
    // After the first piece.
    let count = 70_000
    var data = [UInt8](repeating: 0x11, count: count * bad.count)
    let header = "{" + Self.tensor(type: type, shape: "\(count)", "0,\(data.count)") + "}"
    let sound = try Self.read(Self.file(header, data: data))
    try sound.checkFinite(sound.header.tensors[0])
    let position = (count - 2) * bad.count
    data.replaceSubrange(position..<position + bad.count, with: bad)
    let reader = try Self.read(Self.file(header, data: data))
    let error = #expect(throws: FileError.self) { try reader.checkFinite(reader.header.tensors[0]) }
    guard case .malformed(_, let offset, let expected, _) = error else { return }
    #expect(offset == Int64(8 + header.utf8.count + position) && expected.contains("w"))
    if type == "F32" {
      #expect(throws: FileError.self) { try Self.floats(reader, "w") }
      var values = [Float](repeating: 0, count: count)
      try values.withUnsafeMutableBufferPointer {
        try reader.readFloats(reader.header.tensors[0], into: $0, finite: false)
      }
      #expect(!values[count - 2].isFinite)
    }
  }

  @Test("a file that shrinks after opening is refused as malformed")
  func shrunk() throws {
    let scratch = try Scratch()
    try scratch.put(Self.file(Self.sound), at: "k.safetensors")
    let reader = try SafetensorsReader(path: "\(scratch.path)/k.safetensors")
    #expect(truncate("\(scratch.path)/k.safetensors", 70) == 0)
    #expect(throws: FileError.self) { try Self.floats(reader, "w") }
  }

  @Test("written tensors are read back with the same bits", arguments: 1...8 as ClosedRange<UInt64>)
  func roundTrip(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let scratch = try Scratch()
    var stored: [(name: String, shape: [Int], values: [Float])] = []
    for index in 0..<Int.random(in: 0...6, using: &random) {
      let shape = (0..<Int.random(in: 0...3, using: &random)).map { _ in Int.random(in: 0...5, using: &random)
      }
      let values = (0..<shape.reduce(1, *)).map { _ in
        Float(bitPattern: UInt32.random(in: 0...0x7F7F_FFFF, using: &random))
      }
      stored.append(("t\(index).\"\\ü\n", shape, values))
    }
    let bytes = (0..<Int.random(in: 0...9, using: &random)).map { _ in
      UInt8.random(in: 0...255, using: &random)
    }
    let integers: [Int64] = [.min, -1, 0, .max]
    let metadata = [Text("z", "1"), Text("a", "quote \" and newline \n")]
    func write(_ name: String) throws -> [UInt8] {
      var tensors = [
        SafetensorsTensor("bytes", shape: [bytes.count], .uint8(bytes)),
        SafetensorsTensor("integers", shape: [2, 2], .int64(integers)),
      ]
      let pinned = stored.map { entry -> UnsafeMutableBufferPointer<Float> in
        let copy = UnsafeMutableBufferPointer<Float>.allocate(capacity: entry.values.count)
        _ = copy.initialize(from: entry.values)
        return copy
      }
      defer { pinned.forEach { $0.deallocate() } }
      for (entry, values) in zip(stored, pinned) {
        tensors.append(
          SafetensorsTensor(entry.name, shape: entry.shape, .floats(UnsafeBufferPointer(values))))
      }
      try SafetensorsWriter.write(tensors, metadata: metadata, to: "\(scratch.path)/\(name)")
      return try #require(try FileStore().contents(of: "\(scratch.path)/\(name)"))
    }
    let first = try write("a")
    #expect(try write("a") == first && write("b") == first, "seed \(seed)")
    #expect(try FileStore().list(scratch.path) == ["a", "b"])
    let reader = try SafetensorsReader(path: "\(scratch.path)/a")
    #expect(reader.header.metadata.dropLast() == metadata[...])
    for entry in stored {
      #expect(reader.header.tensor(entry.name)?.shape == entry.shape)
      #expect(try Self.floats(reader, entry.name).map(\.bitPattern) == entry.values.map(\.bitPattern))
    }
    for tensor in reader.header.tensors {
      #expect(tensor.bytes.lowerBound % Int64(tensor.element.bytes) == 0, "aligned")
    }
    let range = try #require(reader.header.tensor("integers")).bytes
    #expect(
      Array(first[Int(range.lowerBound)..<Int(range.upperBound)])
        == integers.flatMap(\.littleEndianBytes))
  }

  @Test("the bytes of a small file are as documented")
  func layout() throws {
    let scratch = try Scratch()
    try [1, 2].withUnsafeBufferPointer {
      try SafetensorsWriter.write(
        [SafetensorsTensor("w", shape: [2], .floats($0))], metadata: [Text("k", "v")], to: "\(scratch.path)/f"
      )
    }
    let bytes = try #require(try FileStore().contents(of: "\(scratch.path)/f"))
    let zeros = String(repeating: "0", count: 64)
    let header =
      #"{"__metadata__":{"k":"v","kaleidoscope.sha256":"\#(zeros)"},"#
      + #""w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#
    let padded = header + String(repeating: " ", count: 184 - header.utf8.count)
    let expected = UInt64(184).littleEndianBytes + Array(padded.utf8) + [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40]
    #expect(Data(bytes) == (try ChecksumText.restored(in: Data(expected))))
  }

  /// Writes one tensor of a few bytes over `f`.
  private func overwrite(_ scratch: Scratch, _ operations: FaultyOperations) throws {
    try SafetensorsWriter.write(
      [SafetensorsTensor("b", shape: [4], .uint8([1, 2, 3, 4]))], metadata: [], to: "\(scratch.path)/f",
      store: FileStore(operations))
  }

  @Test("after a failure or a crash at any system call, the old or the new file is complete")
  func faults() throws {
    let scratch = try Scratch()
    let count = FaultyOperations()
    try overwrite(scratch, count)
    let new = try #require(try FileStore().contents(of: "\(scratch.path)/f"))
    #expect(count.calls > 5)
    for call in 1...count.calls {
      for fault in [.death(at: call), .failure(at: call, code: ENOSPC)] as [FaultyOperations.Fault] {
        let scratch = try Scratch()
        try scratch.put([1, 2, 3], at: "f")
        do {
          try overwrite(scratch, FaultyOperations(fault))
          #expect(try FileStore().contents(of: "\(scratch.path)/f") == new, "\(fault)")
        } catch is FileError {
          let found = try FileStore().contents(of: "\(scratch.path)/f")
          #expect(found == [1, 2, 3] || found == new, "\(fault)")
        }
        // The next write succeeds and removes the remains of the crashed one.
        try overwrite(scratch, FaultyOperations())
        #expect(try FileStore().contents(of: "\(scratch.path)/f") == new, "\(fault)")
        #expect(try FileStore().list(scratch.path) == ["f"], "\(fault)")
      }
    }
  }

  @Test(
    "corrupted bytes never trap or change the size of a tensor that is read",
    arguments: 1...4 as ClosedRange<UInt64>)
  func fuzz(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let scratch = try Scratch()
    let header =
      "{" + Self.tensor("a", shape: "2", "0,8") + "," + Self.tensor("b", shape: "3,2", "8,32")
      + #","__metadata__":{"k":"v"}}"#
    let good = Self.file(header)
    for round in 0..<400 {
      var bytes = round % 2 == 0 ? good : Array(good[..<Int.random(in: 0...good.count, using: &random)])
      for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
        let position = Int.random(in: 0..<min(bytes.count, 8 + header.utf8.count), using: &random)
        bytes[position] =
          Bool.random(using: &random)
          ? UInt8.random(in: 0x30...0x39, using: &random) : UInt8.random(in: 0...255, using: &random)
      }
      try scratch.put(bytes, at: "f")
      guard let reader = try? SafetensorsReader(path: "\(scratch.path)/f") else { continue }
      for tensor in reader.header.tensors {
        #expect(
          tensor.shape.reduce(tensor.element.bytes, *) == tensor.bytes.count, "seed \(seed), round \(round)")
        try? reader.checkFinite(tensor)
        if tensor.element == .float32 { _ = try? Self.floats(reader, tensor.name) }
      }
    }
  }
}

enum SafetensorsPackage {
  static var isThere: Bool {
    Oracle.isEnabled && (try? run("import safetensors.numpy", [])) != nil
  }

  struct Failed: Error { var text: String }

  static func run(_ script: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Oracle.python)
    process.arguments = ["-c", script] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failed(text: text) }
    return text
  }
}

@Suite(
  "safetensors and Python",
  .enabled(if: SafetensorsPackage.isThere, "KALEIDO_ORACLES names no Python with safetensors"))
struct SafetensorsOracle {
  @Test("the Python package reads our files, and we read its files")
  func bothWays() throws {
    let scratch = try Scratch()
    let values: [Float] = [1.5, -2, .leastNonzeroMagnitude, 3]
    try values.withUnsafeBufferPointer {
      try SafetensorsWriter.write(
        [
          SafetensorsTensor("w.x", shape: [2, 2], .floats($0)),
          SafetensorsTensor("n", shape: [0, 3], .int64([])),
          SafetensorsTensor("u", shape: [3], .uint8([1, 2, 255])),
        ], metadata: [.init("k", "ü\"\n")], to: "\(scratch.path)/ours")
    }
    let script = """
      import sys, numpy
      from safetensors import safe_open
      from safetensors.numpy import save_file
      with safe_open(sys.argv[1], 'numpy') as f:
        assert f.metadata()['k'] == 'ü"\\n' and len(f.metadata()) == 2, f.metadata()
        assert f.get_tensor('w.x').tolist() == [[1.5, -2], [1.401298464324817e-45, 3]], f.get_tensor('w.x')
        assert f.get_tensor('n').shape == (0, 3) and f.get_tensor('n').dtype == numpy.int64
        assert f.get_tensor('u').tolist() == [1, 2, 255]
      save_file({'b': numpy.arange(6, dtype='f4').reshape(2, 3), 'a': numpy.arange(3, dtype='i8'),
                 'h': numpy.zeros((0, 2), 'f2')}, sys.argv[2], {'x': 'y'})
      """
    let text = try SafetensorsPackage.run(script, ["\(scratch.path)/ours", "\(scratch.path)/theirs"])
    #expect(text.isEmpty)
    let reader = try SafetensorsReader(path: "\(scratch.path)/theirs")
    #expect(try SafetensorsTests.floats(reader, "b") == [0, 1, 2, 3, 4, 5])
    #expect(reader.header.tensor("a")?.element == .int64 && reader.header.tensor("h")?.shape == [0, 2])
    #expect(reader.header.metadata == [.init("x", "y")])
  }
}
