import Corpus
import DataManifests
import Foundations

/// The corpus whose audio is used.
struct BenchmarkCorpus {
  let name: String
  let root: String
  /// The paths of the audio files, in order of utterance keys.
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

  /// The samples of a file.
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

  /// The utterances in a loop, `seconds` long at 16 kHz, with seeded noise of up to ±2, so that no two passes
  /// are the same and no part is digital silence.
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

/// A generator of uniform integers from −2 to 2.
private struct NoiseGenerator {
  private var generator: SplitMix64

  init(seed: UInt64) { generator = SplitMix64(seed: seed) }

  mutating func next() -> Int16 { Int16(generator.next() % 5) - 2 }
}
