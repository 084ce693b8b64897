import Files
import Foundation
import TestSupport
import Testing

@Suite("Checksum")
struct ChecksumTests {
  private static let value: JSONValue = [
    "kind": "tests", "version": 2, "rates": [0.25, 1],
    "inner": ["sha256": "no digest", "name": "ü \"sha256\":"],
  ]

  /// Calls with each copy of some bytes that differs in one bit.
  private func forEachFlip(_ bytes: [UInt8], _ body: ([UInt8], Int) throws -> Void) rethrows {
    for index in bytes.indices {
      for bit in 0..<8 {
        var changed = bytes
        changed[index] ^= 1 << bit
        try body(changed, index)
      }
    }
  }

  private func isDamage(_ error: (any Error)?) -> Bool {
    if case FileError.checksumDiffers("f", _, _)? = error { true } else { false }
  }

  @Test("an object reads back as it was, with the digest that its rule gives", arguments: [false, true])
  func object(isIndented: Bool) throws {
    let bytes = try Self.value.checksummedBytes(indented: isIndented)
    #expect(try JSONValue(checksummed: bytes, path: "f") == Self.value)
    #expect(bytes.last == UInt8(ascii: "\n"))
    #expect(try ChecksumText.restored(in: Data(bytes)) == Data(bytes))
    // It is JSON for everybody, with a field more.
    let plain = try JSONParser.parse(bytes, path: "f")
    #expect(plain["sha256"]?.stringValue?.count == 64)
  }

  @Test("an object with any bit flipped, or cut anywhere, is refused as damaged", arguments: [false, true])
  func flippedObject(isIndented: Bool) throws {
    let bytes = try Self.value.checksummedBytes(indented: isIndented)
    forEachFlip(bytes) { changed, index in
      let error = #expect(throws: FileError.self) { try JSONValue(checksummed: changed, path: "f") }
      #expect(isDamage(error), "byte \(index)")
    }
    for count in 0..<bytes.count {
      let error = #expect(throws: FileError.self) {
        try JSONValue(checksummed: Array(bytes[..<count]), path: "f")
      }
      #expect(isDamage(error), "\(count) bytes")
    }
  }

  @Test("an object without a digest, or with another, is refused with both")
  func messages() throws {
    #expect(throws: FileError.checksumDiffers(path: "f", recorded: nil, found: nil)) {
      try JSONValue(checksummed: Self.value.bytes, path: "f")
    }
    let bytes = try Self.value.checksummedBytes()
    let recorded = try #require(try JSONParser.parse(bytes, path: "f")["sha256"]?.stringValue)
    let changed = Data(bytes).replacing(Data("tests".utf8), with: Data("texts".utf8))
    let right = try JSONParser.parse([UInt8](try ChecksumText.restored(in: changed)), path: "f")
    #expect(
      throws: FileError.checksumDiffers(path: "f", recorded: recorded, found: right["sha256"]?.stringValue)
    ) {
      try JSONValue(checksummed: [UInt8](changed), path: "f")
    }
  }

  private static let lines: [JSONValue] = [
    ["epoch": 1, "loss": 0.5], ["epoch": 2, "loss": 0.25], ["epoch": 3],
  ]

  @Test("lines read back as they were, and may be added to")
  func lines() throws {
    #expect(try ChecksummedLines.values(in: [], path: "f").isEmpty)
    let bytes = try ChecksummedLines.bytes(of: Self.lines)
    #expect(try ChecksummedLines.values(in: bytes, path: "f") == Self.lines)
    let fewer = try ChecksummedLines.bytes(of: Array(Self.lines[..<2]))
    #expect(bytes.starts(with: fewer))
    // The last digest is that of the file.
    #expect(try ChecksumText.restored(in: Data(bytes)) == Data(bytes))
  }

  @Test("a line with any bit flipped, one that is missing and two that are exchanged are refused as damage")
  func damagedLines() throws {
    let bytes = try ChecksummedLines.bytes(of: Self.lines)
    forEachFlip(bytes) { changed, index in
      let error = #expect(throws: FileError.self) { try ChecksummedLines.values(in: changed, path: "f") }
      #expect(isDamage(error), "byte \(index)")
    }
    let parts = bytes.split(separator: UInt8(ascii: "\n")).map { Array($0) + [UInt8(ascii: "\n")] }
    for order in [[1, 2], [0, 2], [2], [1, 0, 2], [0, 0, 1, 2]] {
      let error = #expect(throws: FileError.self) {
        try ChecksummedLines.values(in: order.flatMap { parts[$0] }, path: "f")
      }
      #expect(isDamage(error), "\(order)")
    }
    for count in 1..<bytes.count where bytes[count - 1] != UInt8(ascii: "\n") {
      #expect(throws: FileError.self) {
        try ChecksummedLines.values(in: Array(bytes[..<count]), path: "f")
      }
    }
  }

  @Test("a safetensors file with any bit flipped is refused or does not match its digest")
  func safetensors() throws {
    let scratch = try Scratch()
    let path = "\(scratch.path)/k.safetensors"
    try [1, 2.5].withUnsafeBufferPointer {
      try SafetensorsWriter.write(
        [
          SafetensorsTensor("w", shape: [2], .floats($0)),
          SafetensorsTensor("u", shape: [3], .uint8([1, 2, 3])),
        ],
        metadata: [.init("config", #"{"sha256":"none"}"#)], to: path)
    }
    let bytes = try #require(try FileStore().contents(of: path))
    #expect(try SafetensorsReader(path: path).checksum() == .matches)
    #expect(try ChecksumText.restored(in: Data(bytes)) == Data(bytes))
    try forEachFlip(bytes) { changed, index in
      try scratch.put(changed, at: "k.safetensors")
      guard let reader = try? SafetensorsReader(path: path) else { return }
      #expect(try reader.checksum() != .matches, "byte \(index)")
    }
  }

  @Test("a configuration with any bit flipped is damage, replaced on request, and stays JSON of its version")
  func configuration() throws {
    let scratch = try Scratch()
    try FileStore().makeFolder("\(scratch.path)/out")
    let kind = OwnedDirectory.Kind(
      version: 2, hasChecksum: true, recognizes: { $0["kind"] == "tests" },
      hasOtherTraces: { (_) throws(FileError) in true },
      requireVacant: { (directory) throws(FileError) in try directory.requireNone(of: ["result"]) })
    let directory = OwnedDirectory(path: "\(scratch.path)/out", kind: kind)
    let config = "\(scratch.path)/out/config.json"
    let bytes = try directory.configurationBytes(Self.value)
    try scratch.put(bytes, at: "out/config.json")
    #expect(try directory.contents(for: bytes, replacesOther: false) == .same)
    try forEachFlip(bytes) { changed, index in
      try scratch.put(changed, at: "out/config.json")
      let error = #expect(throws: FileError.self) { try directory.contents(for: bytes, replacesOther: false) }
      guard case .checksumDiffers(config, _, _) = error else {
        Issue.record("byte \(index): \(error as Any)")
        return
      }
      #expect(try directory.contents(for: bytes, replacesOther: true) == .other)
    }
    // An earlier version, which had no digest, is refused as one.
    let earlier: JSONValue = ["kind": "tests", "version": 1]
    try scratch.put(OwnedDirectory.bytes(of: earlier), at: "out/config.json")
    #expect(throws: FileError.otherVersion(path: config, expected: 2, found: "1")) {
      try directory.contents(for: bytes, replacesOther: false)
    }
    // Another configuration differs in its fields, not in its digest.
    let other: JSONValue = ["kind": "tests", "version": 2, "rates": [1]]
    try scratch.put(try directory.configurationBytes(other), at: "out/config.json")
    let error = #expect(throws: FileError.self) { try directory.contents(for: bytes, replacesOther: false) }
    guard case .configurationDiffers(_, let fields) = error else {
      Issue.record("\(error as Any)")
      return
    }
    #expect(fields.map(\.field) == ["rates", "inner"])
  }
}
