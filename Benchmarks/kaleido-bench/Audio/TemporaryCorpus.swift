import Foundation

/// A long corpus in a temporary folder, made of copies of the files of another corpus with other speaker
/// names; removed with this object.
///
/// Each copy is a separate file, so that reading does not hit the processor's caches.
final class TemporaryCorpus {
  let root: String
  let audioSeconds: Double
  let fileCount: Int

  /// Copies `corpus` until there are at least `seconds` of audio.
  init(copiesOf corpus: BenchmarkCorpus, seconds: Double) throws {
    root = NSTemporaryDirectory() + "/kaleido-bench-corpus-\(UUID().uuidString)"
    let manager = FileManager.default
    let contents = try corpus.audioFiles.map { path in
      (path: path, samples: try corpus.samples(ofFile: path).count)
    }
    let copySeconds = contents.reduce(0) { $0 + Double($1.samples) / 16_000 }
    guard copySeconds > 0 else {
      throw BenchmarkError.corpusUnusable(path: corpus.root, reason: "no samples")
    }
    let copies = max(1, Int((seconds / copySeconds).rounded(.up)))
    audioSeconds = Double(copies) * copySeconds
    fileCount = copies * contents.count
    for copy in 0..<copies {
      // One speaker per copy; the utterance number distinguishes files of different original speakers.
      let folder = "\(root)/TRAIN/DR\(1 + copy % 8)/\(Self.speaker(copy))"
      try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for (index, content) in contents.enumerated() {
        let source = (content.path as NSString).deletingPathExtension
        let target = "\(folder)/SX\(index + 1)"
        for suffix in ["WAV", "PHN", "WRD", "TXT"] where manager.fileExists(atPath: "\(source).\(suffix)") {
          try manager.copyItem(atPath: "\(source).\(suffix)", toPath: "\(target).\(suffix)")
        }
      }
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  /// A name in TIMIT's form: sex, three initials, a digit.
  private static func speaker(_ number: Int) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    let initials = [number / 676 % 26, number / 26 % 26, number % 26].map { String(letters[$0]) }.joined()
    return (number % 2 == 0 ? "F" : "M") + initials + "0"
  }
}
