import Corpus
import DataManifests

/// The corpus whose audio is used.
struct BenchmarkCorpus {
  let name: String
  let root: String
  /// Paths of the audio files, in the order of the utterances' keys.
  let audioFiles: [String]

  /// The corpus in the folder or manifest at `path`, or the built-in one.
  init(path: String?, name: String?) throws {
    let data = try DataManifests.locate()
    let catalog = try CorpusCatalog(path ?? data.builtInCorpus, data: data)
    root = catalog.root
    self.name =
      name
      ?? (path == nil
        ? "built-in corpus (synthetic speech)" : root.split(separator: "/").last.map(String.init) ?? root)
    audioFiles = catalog.utterances.filter { $0.rejection == nil }.map { catalog.absolutePath($0.audioPath) }
    guard !audioFiles.isEmpty else {
      throw BenchmarkError.corpusUnusable(path: root, reason: "no usable utterance")
    }
  }

  /// Samples of one file.
  func samples(ofFile path: String) throws -> [Int16] {
    let file = try AudioFile(path: path)
    guard file.info.coding.isInt16 else {
      throw BenchmarkError.corpusUnusable(path: path, reason: "not 16-bit audio")
    }
    var samples = [Int16](repeating: 0, count: file.info.sampleCount)
    let count = try samples.withUnsafeMutableBufferPointer { try file.read(into: $0) }
    samples.removeLast(samples.count - count)
    return samples
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
