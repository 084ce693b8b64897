import Foundation
import TestSupport
import Testing

/// A corpus of many speakers out of the built-in one: every utterance that is not trained on is a speaker of
/// its own.
///
/// The speech does not matter: the speakers are there for the statistics.
struct ManySpeakers {
  let folder: TemporaryFolder
  var manifest: String { folder.appending("many.jsonl").path }

  init(in folder: TemporaryFolder) throws {
    self.folder = folder
    let source = BuiltInCorpus.url.appendingPathComponent("manifest.jsonl")
    let lines = try String(contentsOf: source, encoding: .utf8).split(separator: "\n")
    var out = ""
    for (index, line) in lines.enumerated() {
      let entry = try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      let audio = try #require(entry["audio"] as? String)
      let labels = try #require(entry["labels"] as? String)
      let split = index % 2 == 0 ? "test" : index % 5 == 1 ? "dev" : "train"
      out += """
        {"id":"U\(index)","audio":"\(audio)","labels":"\(labels)","speaker":"P\(index)","split":"\(split)"}\n
        """
    }
    try out.write(toFile: manifest, atomically: true, encoding: .utf8)
  }

  /// The option that names the folder of the manifest's files.
  var root: [String] { ["--root", BuiltInCorpus.path] }

  /// Keys of the utterances.
  var keys: [String] { (0..<20).map { "P\($0)_U\($0)" } }
}
