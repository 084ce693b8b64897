import Foundation

/// A file of raw little-endian Int16 samples for the Python peers, removed with this object.
final class SampleFile {
  let path: String

  init(_ samples: [Int16]) throws {
    path = NSTemporaryDirectory() + "/kaleido-bench-\(UUID().uuidString).s16"
    let data = samples.map(\.littleEndian).withUnsafeBytes { Data($0) }
    try data.write(to: URL(fileURLWithPath: path))
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
