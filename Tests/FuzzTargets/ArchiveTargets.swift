import Archives
import Files

extension FuzzTarget {
  /// JSON, which is the same once it is written and read again.
  static let json = FuzzTarget("json") { bytes, _ in
    let value = try JSONParser.parse(bytes, path: "input")
    var written: [UInt8] = []
    value.append(to: &written)
    let again = try? JSONParser.parse(written, path: "written")
    precondition(again == value, "JSON that is written reads as it was")
  }

  /// A model: every tensor is within the file.
  static let safetensors = FuzzTarget("safetensors") { bytes, file in
    let reader = try SafetensorsReader(path: try file.write(bytes, as: "model.safetensors"))
    for tensor in reader.header.tensors {
      precondition(tensor.bytes.upperBound <= Int64(bytes.count))
      guard tensor.element == .float32 else {
        try reader.checkFinite(tensor)
        continue
      }
      let values = UnsafeMutableBufferPointer<Float>.allocate(capacity: tensor.count)
      defer { values.deallocate() }
      try reader.readFloats(tensor, into: values)
      precondition(values.allSatisfy(\.isFinite))
    }
  }

  static let npy = FuzzTarget("npy") { bytes, file in
    let reader = try NpyReader(path: try file.write(bytes, as: "input.npy"))
    let rows = reader.header.shape.first ?? 1
    let count = rows * reader.rowElements * reader.header.element.bytes
    precondition(count <= bytes.count)
    guard !reader.header.shape.isEmpty else { return }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 8)
    defer { buffer.deallocate() }
    try reader.readRows(from: 0, count: rows, into: buffer)
  }

  /// A matrix of a Kaldi archive.
  static let ark = FuzzTarget("ark") { bytes, file in
    let matrix = try KaldiMatrixReader().read(path: try file.write(bytes, as: "input.ark"), at: 0)
    precondition(matrix.values.count == matrix.rows * matrix.columns)
    // The most compressed format has a byte a number.
    precondition(matrix.values.count <= bytes.count)
  }

  /// A parameter file of HTK, as features of another program.
  static let htk = FuzzTarget("htk") { bytes, file in
    _ = try file.write(bytes, as: "A_1.htk")
    for features in try ArchiveFormat.externalFeatures(in: file.folder) {
      let matrix = try features.read()
      precondition(matrix.values.count == matrix.rows * matrix.columns)
      precondition(matrix.values.count <= bytes.count)
    }
  }

  static let scp = FuzzTarget("scp") { bytes, file in
    let script = try KaldiScript(path: try file.write(bytes, as: "input.scp"), relativeTo: file.folder)
    for entry in script.entries {
      precondition(entry.offset >= 0 && !entry.key.isEmpty && !entry.path.isEmpty)
    }
  }

  /// The record of a shard.
  static let record = FuzzTarget("record") { bytes, _ in
    _ = try ShardRecord(bytes: bytes, path: "input")
  }
}
