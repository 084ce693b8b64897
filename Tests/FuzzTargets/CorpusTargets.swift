import Corpus
import DataManifests

extension FuzzTarget {
  private static let data = try? DataManifests.locate(explicit: nil)

  /// A sound file of any format; the names differ by their seeds.
  static func audio(_ name: String) -> FuzzTarget {
    FuzzTarget(name) { bytes, file in
      let path = try file.write(bytes, as: "input.wav")
      for requirements in [AudioRequirements(), .init(sampleRateHertz: nil, channel: 1)] {
        _ = bytes.withUnsafeBytes { try? StreamHeader($0, requirements: requirements) }
        guard let audio = try? AudioFile(path: path, requirements: requirements) else { continue }
        precondition(audio.info.sampleCount <= bytes.count, "there are no more samples than bytes")
        var samples = [Float](repeating: 0, count: 4096)
        var count = 0
        while count < audio.info.sampleCount {
          let read = try samples.withUnsafeMutableBufferPointer { (buffer) throws(CorpusError) in
            try audio.read(into: buffer)
          }
          precondition(read > 0 && samples[..<read].allSatisfy(\.isFinite))
          count += read
        }
        precondition(count == audio.info.sampleCount)
      }
    }
  }

  /// A manifest: no path of it leaves its folder.
  static let manifest = FuzzTarget("manifest") { bytes, file in
    guard let data else { preconditionFailure("no data folder") }
    let catalog = try CorpusCatalog(try file.write(bytes, as: "input.jsonl"), data: data)
    for utterance in catalog.utterances where utterance.rejection == nil {
      for path in [utterance.audioPath, utterance.labelsPath ?? ""] {
        precondition(!path.hasPrefix("/") && !path.split(separator: "/").contains(".."))
      }
    }
  }

  /// A label file of any format: phones in order, inside the audio.
  static let labels = FuzzTarget("labels") { bytes, _ in
    guard let data else { preconditionFailure("no data folder") }
    for format in LabelFormats.all {
      let options = LabelOptions(format: format.name)
      let context = LabelContext(path: "input", sampleCount: 16_000, names: ["A"], options: options)
      bytes.withUnsafeBytes { buffer in
        if let track = try? PhoneTrack.parse(buffer, phones: data.phoneSet, context: context).track {
          var position = 0
          for interval in track.intervals {
            precondition(interval.start >= position && interval.end > interval.start)
            precondition(interval.end <= 16_000 && interval.phone < data.phoneSet.symbols(.phones61).count)
            position = interval.end
          }
        }
        _ = WordTrack.parse(buffer, context: context)
        _ = Transcript.parse(buffer, context: context)
      }
    }
  }
}
