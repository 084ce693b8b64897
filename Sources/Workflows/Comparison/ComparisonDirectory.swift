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
/// `tensorboard/`. Every file is whole under its name or not there, so what is done is not done again.
package struct ComparisonDirectory: Sendable {
  private let directory: OwnedDirectory
  private var store: FileStore { directory.store }

  /// The workflow that wrote the directory, from its configuration.
  enum Kind: String {
    case comparison = "kaleido-comparison"
    case report = "kaleido-report"
  }

  /// The version of the files beside the RUNs.
  static let version: Int64 = 3

  static let configurationName = "config.json"
  static let choicesName = "choices.json"
  static let resultName = "comparison.json"
  static let testUsesName = "test-uses.jsonl"
  static let pageName = "report.html"

  private static let directoryKind = OwnedDirectory.Kind(
    configurationName: configurationName, claimName: "\(TemporaryNames.folderName)/owner.lock",
    version: version, recognizes: { $0["kind"]?.stringValue.flatMap(Kind.init(rawValue:)) != nil },
    requireVacant: { (directory) throws(FileError) in
      try directory.requireNone(of: [choicesName, resultName])
    })

  package init(path: String) { directory = OwnedDirectory(path: path, kind: Self.directoryKind) }

  package var path: String { directory.path }

  func runPath(_ name: String) -> String { "\(path)/runs/\(name)" }

  // MARK: Configuration

  /// Makes the directory ready, and holds it until the claim is released; a comparison that measures or tries
  /// something else is not mixed with this one.
  ///
  /// - Throws: `FileError`.
  func begin(_ configuration: JSONValue, replacesExisting: Bool) throws(FileError) -> DirectoryClaim {
    let bytes = OwnedDirectory.bytes(of: configuration)
    _ = try directory.contents(for: bytes, replacesOther: replacesExisting)
    let claim = try directory.claim()
    // Meanwhile another run may have begun and ended here.
    let contents = try directory.contents(for: bytes, replacesOther: replacesExisting)
    if replacesExisting && contents != .vacant { try discard() }
    for folder in ["runs", "scores", "costs"] { try store.makeFolders("\(path)/\(folder)") }
    if contents != .same { try directory.writeConfiguration(bytes) }
    return claim
  }

  /// Removes what was made of the old configuration, before the new one is there: killed in between, this is
  /// done again.
  private func discard() throws(FileError) {
    for name in [Self.resultName, Self.choicesName] { try store.remove("\(path)/\(name)") }
    for folder in ["scores", "costs"] where try store.status("\(path)/\(folder)") != nil {
      for name in try store.list("\(path)/\(folder)") where name.hasSuffix(".json") {
        try store.remove("\(path)/\(folder)/\(name)")
      }
    }
  }

  // MARK: Choices

  /// The trials of contenders and which is chosen, as they were recorded for a measure.
  func choices(measure: ErrorMeasure) throws -> [(contender: String, trials: [Trial])] {
    let path = "\(path)/\(Self.choicesName)"
    guard let bytes = try store.contents(of: path) else { return [] }
    guard let json = try? JSONParser.parse(bytes, path: path), let choices = json["rows"]?.arrayValue,
      json["measure"] == .string(measure.rawValue)
    else { throw damaged(path) }
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
    let path = "\(path)/\(Self.testUsesName)"
    let bytes = try store.contents(of: path) ?? []
    let lines = bytes.split(separator: UInt8(ascii: "\n")).map { Array($0) }
    if !lines.contains(compared.bytes) {
      try AtomicFile.write(
        (lines + [compared.bytes]).flatMap { $0 + [UInt8(ascii: "\n")] }, to: path, store: store)
    }
    return lines.filter { $0 != compared.bytes }.compactMap { try? JSONParser.parse($0, path: path) }
  }

  // MARK: Scores and costs

  /// The scores of a run, where they are of this model and these utterances.
  func scores(
    _ name: String, of identity: JSONValue, phoneCount: Int, classCount: Int
  ) throws -> TestScores? {
    let path = "\(path)/scores/\(name).json"
    guard let bytes = try store.contents(of: path, limit: 1 << 30),
      let json = try? JSONParser.parse(bytes, path: path), json["of"] == identity,
      let found = json["recognized"], json["sha256"] == .string(try sha256(found.bytes))
    else { return nil }
    return TestScores(json: found, phoneCount: phoneCount, classCount: classCount)
  }

  func write(scores: TestScores, _ name: String, of identity: JSONValue) throws(FileError) {
    let found = scores.json
    try write(
      ["of": identity, "sha256": .string(try sha256(found.bytes)), "recognized": found],
      to: "scores/\(name).json", indented: false)
  }

  /// The speeds that were measured of a contender, where they are of this model.
  func cost(_ name: String, of model: String) throws -> ContenderCost? {
    let path = "\(path)/costs/\(name).json"
    guard let bytes = try store.contents(of: path), let json = try? JSONParser.parse(bytes, path: path),
      json["model_sha256"] == .string(model)
    else { return nil }
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

  /// Writes a file whole.
  func write(_ json: JSONValue, to name: String, indented: Bool = true) throws(FileError) {
    var bytes: [UInt8] = []
    if indented { json.appendIndented(to: &bytes) } else { json.append(to: &bytes) }
    bytes.append(UInt8(ascii: "\n"))
    if try store.contents(of: "\(path)/\(name)") == bytes { return }
    try AtomicFile.write(bytes, to: "\(path)/\(name)", store: store)
  }

  private func damaged(_ path: String) -> WorkflowError { .damagedChoices(path: path) }

  // MARK: Results

  func write(_ report: ComparisonReport) throws(FileError) {
    try write(report.jsonValue, to: Self.resultName)
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
    let folder = "\(path)/tensorboard/\(index + 1)-\(PlannedContender.fileName(contender.name))-s\(seed)"
    try store.makeFolders(folder)
    try AtomicFile.write(events, to: "\(folder)/\(name)", store: store)
  }
}
