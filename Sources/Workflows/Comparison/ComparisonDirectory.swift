import Corpus
import DataManifests
package import Files
import Foundations
import Glibc
import Recognition
import Scoring

/// The output directory of a comparison or a report.
///
/// `config.json` (what is measured and tried), `runs/` (a RUN for each contender, trial and seed),
/// `choices.json` (the trial that dev speakers chose for each, written before a test speaker is scored),
/// `scores/` (what each model recognized in the test utterances), `test-uses.jsonl` (which contenders and
/// seeds were compared), `costs/` (streaming speeds, measured once), `comparison.json`, `report.html` and
/// `tensorboard/`. Every file is whole under its name or not there, so what is done is not done again. What
/// is read again carries its `Checksum`.
package struct ComparisonDirectory: Sendable {
  private let directory: OwnedDirectory
  private var store: FileStore { directory.store }

  /// The workflow that wrote the directory, from its configuration.
  enum Kind: String {
    case comparison = "kaleido-comparison"
    case report = "kaleido-report"
  }

  /// The version of the files beside the RUNs.
  static let version: Int64 = 4

  static let configurationName = "config.json"
  static let choicesName = "choices.json"
  static let resultName = "comparison.json"
  static let testUsesName = "test-uses.jsonl"
  static let pageName = "report.html"

  private static let directoryKind = OwnedDirectory.Kind(
    configurationName: configurationName, claimName: "\(TemporaryNames.folderName)/owner.lock",
    version: version, hasChecksum: true,
    recognizes: { $0["kind"]?.stringValue.flatMap(Kind.init(rawValue:)) != nil },
    hasOtherTraces: { (directory) throws(FileError) in
      for name in [choicesName, resultName, "scores"]
      where try directory.store.status(directory.path(of: name)) != nil { return true }
      return false
    },
    requireVacant: { (directory) throws(FileError) in
      try directory.requireNone(of: [choicesName, resultName])
    })

  package init(path: String, store: FileStore = FileStore()) {
    directory = OwnedDirectory(path: path, kind: Self.directoryKind, store: store)
  }

  package var path: String { directory.path }

  func runPath(_ name: String) -> String { "\(path)/runs/\(name)" }

  // MARK: Configuration

  /// Makes the directory ready, and holds it until the claim is released; a comparison that measures or tries
  /// something else is not mixed with this one.
  ///
  /// - Throws: `FileError`, ``WorkflowError``.
  func begin(_ configuration: JSONValue, replacesExisting: Bool) throws -> DirectoryClaim {
    let bytes = try directory.configurationBytes(configuration)
    _ = try directory.contents(for: bytes, replacesOther: replacesExisting)
    let claim = try directory.claim()
    // Meanwhile another run may have begun and ended here.
    let contents = try directory.contents(for: bytes, replacesOther: replacesExisting)
    if replacesExisting && contents != .vacant { try discard() }
    // It stays in any case, and is better known to be damaged now than at the end.
    _ = try testUses()
    for folder in ["runs", "scores", "costs"] { try store.makeFolders("\(path)/\(folder)") }
    if contents == .same {
      try directory.settleConfiguration()
    } else {
      try directory.writeConfiguration(bytes)
    }
    return claim
  }

  /// Removes what was made of the old configuration, before the new one is there: killed in between, this is
  /// done again.
  private func discard() throws(FileError) {
    for name in [Self.pageName, Self.resultName, Self.choicesName] { try store.remove("\(path)/\(name)") }
    for folder in ["scores", "costs"] where try store.status("\(path)/\(folder)") != nil {
      for name in try store.list("\(path)/\(folder)") where name.hasSuffix(".json") {
        try store.remove("\(path)/\(folder)/\(name)")
      }
      try store.syncFolder("\(path)/\(folder)")
    }
    try store.syncFolder(path)
  }

  // MARK: Choices

  /// The trials of contenders and which is chosen, as they were recorded for a measure.
  func choices(measure: ErrorMeasure) throws -> [(contender: String, trials: [Trial])] {
    let path = "\(path)/\(Self.choicesName)"
    guard let json = try contents(of: Self.choicesName) else { return [] }
    guard let choices = json["rows"]?.arrayValue, json["measure"] == .string(measure.rawValue) else {
      throw damaged(path)
    }
    return try choices.map { choice in
      guard let name = choice["row"]?.stringValue, let values = choice["trials"]?.arrayValue else {
        throw damaged(path)
      }
      return (
        name,
        try values.map {
          guard let trial = Trial(json: $0) else { throw damaged(path) }
          return trial
        }
      )
    }
  }

  func write(choices: [(contender: String, trials: [Trial])], measure: ErrorMeasure) throws(FileError) {
    let chosen = choices.map { choice -> JSONValue in
      ["row": .string(choice.contender), "trials": .array(choice.trials.map(\.json))]
    }
    let json: JSONValue = ["measure": .string(measure.rawValue), "rows": .array(chosen)]
    try write(json, to: Self.choicesName)
  }

  // MARK: Uses of test speakers

  /// Records which contenders and seeds are compared on the test speakers, and returns the other sets that
  /// were before.
  ///
  /// `test-uses.jsonl` stays through everything, replacement too: p values hold for one use.
  func recordTestUse(_ compared: JSONValue) throws -> [JSONValue] {
    let uses = try testUses()
    if !uses.contains(compared) {
      let bytes = try ChecksummedLines.bytes(of: uses + [compared])
      try AtomicFile.write(bytes, to: "\(path)/\(Self.testUsesName)", store: store)
    }
    return uses.filter { $0 != compared }
  }

  /// The sets of contenders and seeds that were compared on the test speakers.
  private func testUses() throws -> [JSONValue] {
    let path = directory.path(of: Self.testUsesName)
    let bytes = try store.contents(of: path) ?? []
    return try naming(path) { () throws(FileError) in try ChecksummedLines.values(in: bytes, path: path) }
  }

  // MARK: Scores and costs

  /// The scores of a run, where they are of this model and these utterances.
  func scores(
    _ name: String, of identity: JSONValue, phoneCount: Int, classCount: Int
  ) throws -> TestScores? {
    guard let json = try contents(of: "scores/\(name).json"), json["of"] == identity,
      let found = json["recognized"]
    else { return nil }
    return TestScores(json: found, phoneCount: phoneCount, classCount: classCount)
  }

  func write(scores: TestScores, _ name: String, of identity: JSONValue) throws(FileError) {
    try write(["of": identity, "recognized": scores.json], to: "scores/\(name).json", indented: false)
  }

  /// The speeds that were measured of a contender, where they are of this model.
  func cost(_ name: String, of model: String) throws -> ContenderCost? {
    guard let json = try contents(of: "costs/\(name).json"), json["model_sha256"] == .string(model) else {
      return nil
    }
    var cost = ContenderCost()
    cost.streamingTimesRealTime = json["streaming_times_real_time"]?.numberValue
    cost.frontEndNanosecondsPerFrame = json["front_end_ns_per_frame"]?.numberValue
    return cost
  }

  func write(cost: ContenderCost, _ name: String, of model: String) throws(FileError) {
    try write(
      [
        "model_sha256": .string(model),
        "streaming_times_real_time": cost.streamingTimesRealTime.map { .number($0) } ?? .null,
        "front_end_ns_per_frame": cost.frontEndNanosecondsPerFrame.map { .number($0) } ?? .null,
      ], to: "costs/\(name).json")
  }

  // MARK: Files

  /// Writes a file that is read again, whole, with its checksum.
  func write(_ json: JSONValue, to name: String, indented: Bool = true) throws(FileError) {
    try directory.replace(name, with: try json.checksummedBytes(indented: indented))
  }

  /// The object in a file; nil if there is no file.
  ///
  /// - Throws: ``WorkflowError`` for a file that is not as it was written; `FileError`.
  private func contents(of name: String) throws -> JSONValue? {
    let path = directory.path(of: name)
    guard let bytes = try store.contents(of: path) else { return nil }
    return try naming(path) { () throws(FileError) in try JSONValue(checksummed: bytes, path: path) }
  }

  /// Reads a file, and names it as a part of the comparison if it is not as it was written.
  private func naming<Content>(
    _ path: String, _ read: () throws(FileError) -> Content
  ) throws -> Content {
    do throws(FileError) {
      return try read()
    } catch .checksumDiffers(_, let recorded, let found) {
      throw WorkflowError.damagedPart(
        path: path, cause: FileError.checksumDiffers(path: path, recorded: recorded, found: found))
    }
  }

  private func damaged(_ path: String) -> WorkflowError { .damagedChoices(path: path) }

  // MARK: Results

  func write(_ report: ComparisonReport) throws(FileError) {
    try directory.replace(Self.resultName, with: report.jsonValue)
  }

  /// Writes the page of the results.
  package func write(page: String) throws(FileError) {
    try AtomicFile.write(Array(page.utf8), to: "\(path)/\(Self.pageName)", store: store)
  }

  /// Writes the training curves of a run as a TensorBoard event file, in a folder of the run's own.
  ///
  /// - Parameters:
  ///   - index: of the contender in the report.
  ///   - name: of the event file.
  package func write(
    events: [UInt8], _ name: String, of contender: ContenderResult, index: Int, seed: UInt64
  ) throws(FileError) {
    let folder = "\(path)/tensorboard/\(index + 1)-\(NamedContender.fileName(contender.name))-s\(seed)"
    try store.makeFolders(folder)
    try AtomicFile.write(events, to: "\(folder)/\(name)", store: store)
  }
}
