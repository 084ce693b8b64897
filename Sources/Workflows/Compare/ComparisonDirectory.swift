import Archives
import Corpus
import DataManifests
import Files
import Foundations
import Glibc
import Recognition
import Scoring

/// The output directory of a comparison.
///
/// `config.json` (what is measured and tried), `runs/` (a RUN for each row, trial and seed), `choices.json` (the trial that
/// dev speakers chose for each row, written before a test speaker is looked at), `scores/` (what each model heard in the
/// test utterances), `looks.jsonl` (which rows and seeds were compared), `costs/` (streaming speeds, measured once), `comparison.json` and `report.html`. Every file is whole
/// under its name or not there, so what is done is not done again.
struct ComparisonDirectory: Sendable {
  let path: String
  private let store = FileStore()

  static let kind = "kaleido-comparison"
  static let reportKind = "kaleido-report"
  static let configurationName = "config.json"
  static let choicesName = "choices.json"
  static let resultName = "comparison.json"
  static let looksName = "looks.jsonl"

  init(path: String) { self.path = path }

  func runPath(_ name: String) -> String { "\(path)/runs/\(name)" }

  // MARK: Configuration

  /// Makes the directory ready; a comparison that measures or tries something else is not mixed with this one.
  ///
  /// Throws ``Failure``, ``FileError``.
  func begin(_ configuration: JSONValue, discardsOther: Bool) throws {
    let config = "\(path)/\(Self.configurationName)"
    var bytes: [UInt8] = []
    configuration.appendIndented(to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
    guard let found = try store.contents(of: config, limit: 1 << 24) else {
      for name in [Self.choicesName, Self.resultName] where try store.status("\(path)/\(name)") != nil {
        throw FileError.wouldReplace(path: "\(path)/\(name)")
      }
      for folder in ["runs", "scores", "costs"] { try store.makeFolders("\(path)/\(folder)") }
      return try AtomicFile.write(bytes, to: config, store: store)
    }
    guard let held = try? JSONParser.parse(found, path: config), held["kind"] == configuration["kind"] else {
      throw Failure(
        .configurationDiffers, code: "foreign-config", subject: Sanitized.path(config),
        expected: "the config.json of \(configuration["kind"]?.stringValue ?? "")",
        found: "that of something else",
        remedy: "Use another --out: kaleido removes nothing that is not its own.")
    }
    if found != bytes, !discardsOther {
      throw FileError.configurationDiffers(
        path: config,
        fields: ConfigurationDifference.between(directory: held, run: configuration))
    }
    if discardsOther {
      // What was made of the old configuration goes before the new one is there: killed in between, this is done again.
      for name in [Self.resultName, Self.choicesName] { try store.remove("\(path)/\(name)") }
      for folder in ["scores", "costs"] where try store.status("\(path)/\(folder)") != nil {
        for name in try store.list("\(path)/\(folder)") where name.hasSuffix(".json") {
          try store.remove("\(path)/\(folder)/\(name)")
        }
      }
    }
    for folder in ["runs", "scores", "costs"] { try store.makeFolders("\(path)/\(folder)") }
    if found != bytes { try AtomicFile.write(bytes, to: config, store: store) }
  }

  // MARK: Choices

  /// The trials of rows and which is chosen, as they were recorded for a measure.
  func choices(measure: ErrorMeasure) throws -> [(row: String, trials: [Trial])] {
    let path = "\(path)/\(Self.choicesName)"
    guard let bytes = try store.contents(of: path) else { return [] }
    guard let json = try? JSONParser.parse(bytes, path: path), let rows = json["rows"]?.arrayValue,
      json["measure"] == .string(measure.rawValue)
    else { throw damaged(path) }
    return try rows.map { row in
      guard let name = row["row"]?.stringValue, let values = row["trials"]?.arrayValue else {
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

  func write(choices: [(row: String, trials: [Trial])], measure: ErrorMeasure) throws(FileError) {
    let rows = choices.map { choice -> JSONValue in
      ["row": .string(choice.row), "trials": .array(choice.trials.map(\.json))]
    }
    let json: JSONValue = ["measure": .string(measure.rawValue), "rows": .array(rows)]
    try write(json, to: Self.choicesName)
  }

  // MARK: Looks at test speakers

  /// Records which rows and seeds were compared on the test speakers, and gives the other sets that were before.
  ///
  /// `looks.jsonl` stays through everything, `--force` too: p values hold for one look.
  func look(_ compared: JSONValue) throws -> [JSONValue] {
    let path = "\(path)/\(Self.looksName)"
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
      let heard = json["heard"], json["sha256"] == .string(try sha256(heard.bytes))
    else { return nil }
    return TestScores(json: heard, phoneCount: phoneCount, classCount: classCount)
  }

  func write(scores: TestScores, _ name: String, of identity: JSONValue) throws(FileError) {
    let heard = scores.json
    try write(
      ["of": identity, "sha256": .string(try sha256(heard.bytes)), "heard": heard],
      to: "scores/\(name).json", indented: false)
  }

  /// What was measured of a row's speed, where it was of this model.
  func cost(_ name: String, of model: String) throws -> RowCost? {
    let path = "\(path)/costs/\(name).json"
    guard let bytes = try store.contents(of: path), let json = try? JSONParser.parse(bytes, path: path),
      json["model_sha256"] == .string(model)
    else { return nil }
    var cost = RowCost()
    cost.streamingTimesRealTime = json["streaming_times_real_time"]?.numberValue
    cost.frontEndNanosecondsPerFrame = json["front_end_ns_per_frame"]?.numberValue
    return cost
  }

  func write(cost: RowCost, _ name: String, of model: String) throws(FileError) {
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

  private func damaged(_ path: String) -> Failure {
    Failure(
      .badInput, code: "choices-damaged", subject: Sanitized.path(path),
      expected: "what kaleido compare writes for this measure",
      found: "something else", remedy: "Give --force to choose anew, or use another --out.")
  }
}

extension Trial {
  var json: JSONValue {
    [
      "settings": .object(settings.map { JSONField($0.name, .string($0.value)) }),
      "seed": .integer(Int64(bitPattern: seed)), "dev_fer": .number(devFrameErrorRate),
      "dev_per_strict": .number(devPhoneErrorRate), "is_chosen": .bool(isChosen),
    ]
  }

  init?(json: JSONValue) {
    guard let fields = json["settings"]?.objectValue, let seed = json["seed"]?.integerValue,
      let frames = json["dev_fer"]?.numberValue, let phones = json["dev_per_strict"]?.numberValue,
      let isChosen = json["is_chosen"]?.boolValue
    else { return nil }
    var settings: [NamedSetting] = []
    for field in fields {
      guard let value = field.value.stringValue else { return nil }
      settings.append(NamedSetting(name: field.name, value: value))
    }
    self.init(
      settings: settings, seed: UInt64(bitPattern: seed), devFrameErrorRate: frames,
      devPhoneErrorRate: phones, isChosen: isChosen)
  }
}
