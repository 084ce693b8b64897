package import Foundation

/// The built-in corpus, as it is beside the tests.
package enum BuiltInCorpus {
  package static var url: URL {
    ProgramRun.productsFolder.appendingPathComponent("Kaleidoscope_DataFolder.resources/corpora/tiny")
  }

  package static var path: String { url.path }

  /// The recordings, sorted, relative to the corpus and without their extension.
  package static func utterances() throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: path).filter { $0.hasSuffix(".WAV") }
      .map { String($0.dropLast(4)) }.sorted()
  }

  /// The samples of a recording: SPHERE of one channel, 16 bits and little-endian, after a header of 1024
  /// bytes.
  package static func samples(ofUtterance name: String) throws -> [Int16] {
    let bytes = [UInt8](try Data(contentsOf: url.appendingPathComponent(name + ".WAV")).dropFirst(1024))
    return stride(from: 0, to: bytes.count - 1, by: 2).map {
      Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)
    }
  }
}
