import Files
import Synthesis

@testable import Workflows

/// `corpus make`: speakers whose files are made up, then the files that describe the corpus.
struct CorpusScenario: Scenario {
  let name = "corpus"
  private let designs: [CorpusDesign]

  init() throws {
    designs = try (0..<2).map { variant in
      try CorpusDesign(CorpusRecipe(preset: .tiny, speakers: 3, minutes: 0.1, seed: UInt64(variant + 1)))
    }
  }

  private func configuration(_ variant: Int) -> JSONValue {
    [
      "made_by": "kaleido corpus make", "version": .integer(CorpusFolder.version),
      "variant": .integer(Int64(variant)),
    ]
  }

  /// As `CorpusMakingPlan.run`, without the graph that speaks.
  func run(_ variant: Int, replacesOther: Bool, in path: String, store: FileStore) throws {
    let folder = try CorpusFolder(
      path, configuration: configuration(variant), discardingOther: replacesOther, store: store)
    let design = designs[variant]
    var records: [String: SpeakerRecord] = [:]
    for planned in design.speakers { records[planned.speaker.name] = try folder.record(of: planned) }
    try folder.syncNames(of: records.values)
    for planned in design.speakers where records[planned.speaker.name] == nil {
      let record = try make(planned, variant, folder)
      records[record.speaker] = record
    }
    for file in CorpusIndexes(design: design, records: records).files {
      try folder.replace(file.name, with: file.bytes)
    }
  }

  private func make(
    _ planned: CorpusDesign.PlannedSpeaker, _ variant: Int, _ folder: CorpusFolder
  ) throws -> SpeakerRecord {
    let temporary = try folder.makeTemporaryFolder(planned.speaker.name)
    var record = SpeakerRecord(speaker: planned.speaker.name, folder: planned.folder)
    for utterance in planned.utterances.prefix(2) {
      var files: [SpeakerRecord.File] = []
      for suffix in ["WAV", "PHN"] {
        let name = "\(utterance.name).\(suffix)"
        let bytes = Array("\(suffix) of \(utterance.text) in \(variant)".utf8)
        try folder.write(bytes, to: "\(temporary)/\(name)")
        files.append(.init(name: name, bytes: bytes.count, sha256: try sha256(bytes)))
      }
      record.utterances.append(
        .init(name: utterance.name, text: utterance.text, sampleCount: 100, files: files))
    }
    try folder.commit(record, from: temporary)
    return record
  }

  var configurationName: String { "\(CorpusFolder.folderName)/config.json" }

  func read(_ variant: Int, in path: String, store: FileStore) throws -> Accepted {
    var accepted = Accepted(variant: variant, files: try store.files(CorpusIndexes.names, in: path))
    let indexes = accepted.files.count
    var isWhole = true
    // Whoever reads the manifest, or the folder, takes the files that are there.
    for planned in designs[variant].speakers {
      let names = planned.utterances.prefix(2).flatMap { ["\($0.name).WAV", "\($0.name).PHN"] }
      let files = try store.files(names.map { "\(planned.folder)/\($0)" }, in: path)
      if files.count < names.count { isWhole = false }
      accepted.files.merge(files) { _, new in new }
    }
    accepted.isWhole = isWhole && indexes == CorpusIndexes.names.count
    return accepted
  }

  func isFinal(_ path: String) -> Bool {
    !path.contains("/temporary/") && !path.contains("/\(TemporaryNames.folderName)/")
      && path != "/\(CorpusFolder.folderName)/lock" && !path.hasSuffix(".claim")
  }
}
