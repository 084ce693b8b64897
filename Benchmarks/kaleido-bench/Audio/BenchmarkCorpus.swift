import Foundation

/// The audio files of a corpus in TIMIT layout, in the order of their paths.
struct BenchmarkCorpus {
  let name: String
  let root: String
  /// Absolute paths.
  let audioFiles: [String]

  /// The corpus at `root`, or the built-in one, found from the folder that the benchmark runs in.
  init(root: String?, name: String?) throws {
    let builtIn = "data-manifests/corpora/tiny"
    let folder = root ?? builtIn
    self.root = folder
    self.name =
      name
      ?? (root == nil ? "built-in corpus (synthetic speech)" : URL(fileURLWithPath: folder).lastPathComponent)
    let paths = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    audioFiles = paths.filter { $0.uppercased().hasSuffix(".WAV") }.sorted().map { folder + "/" + $0 }
    guard !audioFiles.isEmpty else {
      throw BenchmarkError.corpusUnusable(
        path: folder, reason: "no .WAV files; run from the top of the checkout")
    }
  }

  /// Samples of one file.
  func samples(ofFile path: String) throws -> [Int16] {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    guard data.count > 1024, data.starts(with: Data("NIST_1A\n   1024\n".utf8)) else {
      throw BenchmarkError.corpusUnusable(path: path, reason: "not a SPHERE file with a header of 1024 bytes")
    }
    return data.withUnsafeBytes { bytes in
      (0..<(bytes.count - 1024) / 2).map {
        Int16(littleEndian: bytes.loadUnaligned(fromByteOffset: 1024 + 2 * $0, as: Int16.self))
      }
    }
  }

  /// The utterances one after the other, again and again up to `seconds` at 16 kHz, with seeded noise of up to two
  /// steps, so that no two rounds are the same and no stretch is digital silence.
  func speech(seconds: Double, seed: UInt64 = 1) throws -> [Int16] {
    let utterances = try audioFiles.map(samples(ofFile:))
    let count = Int(seconds * 16_000)
    guard utterances.contains(where: { !$0.isEmpty }) else {
      throw BenchmarkError.corpusUnusable(path: root, reason: "no samples")
    }
    var noise = NoiseGenerator(seed: seed)
    var samples: [Int16] = []
    samples.reserveCapacity(count)
    while samples.count < count {
      for utterance in utterances {
        for sample in utterance.prefix(count - samples.count) {
          let (sum, overflows) = sample.addingReportingOverflow(noise.next())
          samples.append(overflows ? sample : sum)
        }
      }
    }
    return samples
  }
}

/// Uniform steps from −2 to 2 (SplitMix64).
private struct NoiseGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> Int16 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int16((z ^ (z >> 31)) % 5) - 2
  }
}
