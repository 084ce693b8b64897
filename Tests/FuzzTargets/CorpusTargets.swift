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
        precondition(
          audio.info.coding.isCompressed || audio.info.sampleCount <= bytes.count,
          "there are no more samples than bytes")
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

  /// Label files, a target for each format: phones in order, inside the audio.
  static let labels: [FuzzTarget] = LabelFormats.all.map { format in
    FuzzTarget("labels-\(format.name)") { bytes, _ in
      guard let data else { preconditionFailure("no data folder") }
      let options = LabelOptions(format: format.name)
      let context = LabelContext(path: "input", sampleCount: 16_000, names: ["A"], options: options)
      bytes.withUnsafeBytes { buffer in
        if let track = try? PhoneTrack.parse(buffer, phones: data.phoneSet, context: context).track {
          var position = 0
          for interval in track.intervals {
            precondition(interval.start >= position && interval.end > interval.start)
            precondition(interval.end <= 16_000 && interval.phone < data.phoneSet.phones.count)
            position = interval.end
          }
        }
        _ = WordTrack.parse(buffer, context: context)
      }
    }
  }

  /// A sentence of TIMIT.
  static let sentence = FuzzTarget("sentence") { bytes, _ in
    let context = LabelContext(path: "input", sampleCount: 16_000, names: ["A"], options: LabelOptions())
    bytes.withUnsafeBytes { _ = Transcript.parse($0, context: context) }
  }

  /// The lists of a corpus layout, in one input with a separator between them.
  ///
  /// - Parameter names: the files for each number of parts.
  static func lists(_ layout: String, _ names: [String]...) -> FuzzTarget {
    FuzzTarget(layout) { bytes, file in
      guard let data else { preconditionFailure("no data folder") }
      let parts = bytes.split(separator: 0x1E, omittingEmptySubsequences: false)
      for name in names.joined() { try file.remove(name) }
      let files = names.first { $0.count >= parts.count } ?? names[0]
      for (name, part) in zip(files, parts) { _ = try file.write(Array(part), as: name) }
      let isFolder = files.count > 1 || names.count > 1
      let catalog = try CorpusCatalog(
        isFolder ? file.folder : "\(file.folder)/\(files[0])", options: CorpusOptions(layout: layout),
        data: data)
      precondition(Set(catalog.utterances.map(\.key)).count == catalog.utterances.count, "keys are unique")
      for utterance in catalog.utterances where utterance.rejection == nil {
        precondition(!utterance.audioPath.isEmpty && !utterance.key.isEmpty)
        precondition(!utterance.key.utf8.contains { $0 <= 0x20 || $0 == UInt8(ascii: "/") })
      }
      let splits = catalog.splits()
      for name in splits.names {
        precondition((splits.members(of: name) ?? []).allSatisfy(catalog.utterances.indices.contains))
      }
    }
  }

  /// The description of a corpus, beside a manifest of two utterances.
  static let description = FuzzTarget("corpus-json") { bytes, file in
    guard let data else { preconditionFailure("no data folder") }
    let lines = ["A", "B"].map { name in
      "{\"id\":\"\(name)\",\"audio\":\"TRAIN/\(name).wav\",\"speaker\":\"S\(name)\"}\n"
    }
    _ = try file.write(bytes, as: "corpus.json")
    let manifest = try file.write(Array(lines.joined().utf8), as: "described.jsonl")
    let catalog = try CorpusCatalog(manifest, data: data)
    let splits = catalog.splits()
    for name in splits.names {
      precondition((splits.members(of: name) ?? []).allSatisfy(catalog.utterances.indices.contains))
    }
  }
}
