package import Files
import Foundations
package import Learning
package import Recognition

/// A RUN: what a training keeps, and what recognition reads.
///
/// `config.json` (what was asked for), `model.safetensors` (the best epoch's model, which carries the
/// configuration and needs no other file), `checkpoint.safetensors` (the last epoch's, with configuration,
/// optimizer and history: the commit of an epoch), `training.jsonl` (a line an epoch), `summary.json`
/// (written last) and `provenance.jsonl`. Every file is whole under its name or not there, and carries its
/// `Checksum`. But for `provenance.jsonl` the bytes follow from options and corpus alone.
package struct TrainingDirectory: Sendable {
  private let directory: OwnedDirectory
  var store: FileStore { directory.store }

  package static let configurationName = "config.json"
  package static let modelName = "model.safetensors"
  package static let checkpointName = "checkpoint.safetensors"
  package static let historyName = "training.jsonl"
  package static let summaryName = "summary.json"
  package static let provenanceName = "provenance.jsonl"

  /// All but the history of commands, in the order of removal: the file that identifies the rest goes last.
  private static let names = [summaryName, historyName, modelName, checkpointName, configurationName]

  private static let kind = OwnedDirectory.Kind(
    configurationName: configurationName, claimName: "\(TemporaryNames.folderName)/owner.lock",
    version: TrainingConfiguration.version, replacesOtherVersions: true, hasChecksum: true,
    recognizes: { $0["kind"] == .string(TrainingConfiguration.kind) },
    // A damaged configuration may be beside a checkpoint of ours.
    hasOtherTraces: { (directory) throws(FileError) in
      (try? ModelFile(path: directory.path(of: checkpointName), store: directory.store)) != nil
    },
    // An earlier replacement that was stopped leaves no config.json only when all else is gone.
    requireVacant: { (directory) throws(FileError) in try directory.requireNone(of: names) })

  package init(path: String, store: FileStore = FileStore()) {
    directory = OwnedDirectory(path: path, kind: Self.kind, store: store)
  }

  package var path: String { directory.path }

  package func path(of name: String) -> String { directory.path(of: name) }

  // MARK: Beginning

  /// The contents of a directory, before a training writes to it.
  package enum Contents: Sendable {
    /// Nothing of ours is there.
    case empty
    /// A training with this configuration, to be resumed.
    case resumable
    /// A training with fewer epochs and otherwise this configuration, whose steps so far are those of this
    /// one.
    case extendable
    /// A training of ours, to be replaced.
    case replaceable
  }

  /// Looks whether a training may write here; changes nothing.
  ///
  /// - Throws: `TrainedModelError`, `FileError` for a training that is there and neither to be resumed
  ///   nor replaced, one with another configuration, or files of something else.
  package func contents(
    for configuration: TrainingConfiguration, resumes: Bool, replacesExisting: Bool
  ) throws -> Contents {
    if resumes, !replacesExisting, let held = try heldConfiguration(), held.isExtended(by: configuration) {
      return .extendable
    }
    let found = try directory.contents(
      for: try directory.configurationBytes(configuration.json), replacesOther: replacesExisting || !resumes)
    if found == .vacant { return .empty }
    if replacesExisting { return .replaceable }
    guard resumes else { throw TrainedModelError.trainingExists(path: path) }
    return .resumable
  }

  /// The configuration of the training that is there; nil if there is none, or not of this version.
  private func heldConfiguration() throws(FileError) -> TrainingConfiguration? {
    let path = directory.configurationPath
    return try directory.configuration().flatMap {
      try? TrainingConfiguration(JSONParser.parse($0, path: path), path: path)
    }
  }

  /// Holds the directory, so that no other training writes to it until the claim is released.
  ///
  /// - Throws: `inUse`, `system`.
  package func claim() throws(FileError) -> DirectoryClaim { try directory.claim() }

  /// Makes the directory ready for a training.
  ///
  /// - Throws: `system`; `checksumDiffers` for a damaged history of commands, which is better known now than
  ///   at the end.
  package func begin(_ configuration: TrainingConfiguration, _ contents: Contents) throws(FileError) {
    switch contents {
    case .resumable:
      _ = try provenance()
      return try directory.settleConfiguration()
    // The training is no longer at its end.
    case .extendable:
      _ = try provenance()
      try store.remove(path(of: Self.summaryName))
    case .replaceable:
      for name in [Self.provenanceName] + Self.names {
        // After a loss of power, too, the configuration identifies the rest.
        if name == Self.configurationName { try store.syncFolder(path) }
        try store.remove(path(of: name))
      }
    case .empty:
      try store.makeFolders(path)
      _ = try provenance()
    }
    try directory.writeConfiguration(try directory.configurationBytes(configuration.json))
  }

  // MARK: Training

  /// Names of the texts in a checkpoint that hold the configuration and the epochs so far.
  private static let configurationField = "config"
  private static let historyField = "history"

  /// The checkpoint and its history; nil before the first epoch is done.
  ///
  /// - Throws: `FileError` for a checkpoint of another configuration, whatever `config.json` holds;
  ///   `CheckpointError`.
  package func checkpoint(
    of recognizer: FrameRecognizer, _ configuration: TrainingConfiguration
  ) throws -> (checkpoint: TrainingCheckpoint, history: TrainingHistory)? {
    let path = path(of: Self.checkpointName)
    guard try store.status(path) != nil else { return nil }
    let file = try ModelFile(path: path, store: store)
    guard let held = file.text(Self.configurationField) else {
      throw CheckpointError.metadata(
        path: path, field: Self.configurationField, expected: "the configuration of a training", found: nil)
    }
    try configuration.requireBegun(try JSONParser.parse(Array(held.utf8), path: path), path: path)
    let checkpoint = try TrainingCheckpoint(
      file, of: recognizer.declaration, optimizer: configuration.training.optimizer)
    guard let text = file.text(Self.historyField),
      let history = TrainingHistory(json: try JSONParser.parse(Array(text.utf8), path: path)),
      history.epochs.count == checkpoint.position.epoch, checkpoint.position.stepInEpoch == 0
    else {
      throw CheckpointError.metadata(
        path: path, field: Self.historyField, expected: "the epochs before the checkpoint", found: nil)
    }
    return (checkpoint, history)
  }

  /// Commits the last epoch: first the model, where it is the best so far, then the checkpoint.
  ///
  /// A run stopped between the two does the epoch again, with the same bits.
  package func commit(_ run: TrainingRun, _ configuration: TrainingConfiguration) throws {
    let declaration = run.recognizer.declaration
    if let best = run.history.best, best.epoch == run.history.epochs.count {
      try write(
        run.values, of: run.recognizer, ModelDescription(configuration: configuration, epoch: best))
    }
    let texts = [
      SafetensorsHeader.Text(Self.configurationField, configuration.json.text),
      SafetensorsHeader.Text(Self.historyField, run.history.json.text),
    ]
    try run.checkpoint.write(
      of: declaration, metadata: texts, to: path(of: Self.checkpointName), store: store)
    try writeHistory(run.history)
  }

  /// Writes the model with its description.
  package func write(
    _ values: ModelValues, of recognizer: FrameRecognizer, _ description: ModelDescription
  ) throws(CheckpointError) {
    try ModelFile.write(
      values, of: recognizer.declaration, metadata: description.texts, to: path(of: Self.modelName),
      store: store)
  }

  /// Writes `training.jsonl`, unless it is as it should be.
  package func writeHistory(_ history: TrainingHistory) throws(FileError) {
    try directory.replace(
      Self.historyName, with: try ChecksummedLines.bytes(of: history.epochs.map(\.json)))
  }

  package func writeSummary(_ summary: TrainingSummary) throws(FileError) {
    try directory.replace(Self.summaryName, with: try JSONValue.object(summary.fields).checksummedBytes())
  }

  // MARK: Provenance

  /// Adds a line to `provenance.jsonl`: time, host and command line without the corpus; outside the byte
  /// promise.
  ///
  /// The file is replaced, under the claim, so that a crash leaves no torn line.
  package func appendProvenance(_ line: JSONValue) throws(FileError) {
    let lines = try provenance() + [line]
    try directory.replace(Self.provenanceName, with: try ChecksummedLines.bytes(of: lines))
  }

  /// The lines of `provenance.jsonl`.
  package func provenance() throws(FileError) -> [JSONValue] {
    let path = path(of: Self.provenanceName)
    return try ChecksummedLines.values(in: try store.contents(of: path) ?? [], path: path)
  }

  // MARK: Reading

  /// The configuration of the training.
  ///
  /// - Throws: `FileError`; `TrainedModelError` for a directory without one.
  func configuration() throws -> JSONValue {
    guard let bytes = try directory.configuration() else {
      throw TrainedModelError.damagedSummary(path: directory.configurationPath)
    }
    return try JSONValue(checksummed: bytes, path: directory.configurationPath)
  }

  /// The result of the training; nil where it has not ended.
  ///
  /// - Throws: `TrainedModelError`, `FileError`.
  func summary() throws -> TrainingSummary? {
    let path = path(of: Self.summaryName)
    guard let bytes = try store.contents(of: path) else { return nil }
    guard let summary = TrainingSummary(json: try JSONValue(checksummed: bytes, path: path)) else {
      throw TrainedModelError.damagedSummary(path: path)
    }
    return summary
  }

  /// The epochs of `training.jsonl`.
  ///
  /// - Throws: `TrainedModelError`, `FileError`.
  func history() throws -> TrainingHistory {
    let path = path(of: Self.historyName)
    let lines = try ChecksummedLines.values(in: try store.contents(of: path) ?? [], path: path)
    guard let history = TrainingHistory(json: .array(lines)), !history.epochs.isEmpty else {
      throw TrainedModelError.damagedSummary(path: path)
    }
    return history
  }
}
