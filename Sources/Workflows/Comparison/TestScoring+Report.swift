import Corpus
import DataManifests
import Files
import Recognition
import Scoring
import Stages
import TrainedModels

extension TestScoring {
  /// The results of contenders, without any test between them.
  ///
  /// - Parameter scores: by contender and run.
  func report(
    _ contenders: [TrainedContender], _ scores: [[TestScores]], measure: ErrorMeasure, command: String
  ) throws -> ComparisonReport {
    let results = try zip(contenders, scores).map { contender, scores in
      try zip(contender.runs, scores).map { try $1.result($0, classes: try classes(of: $0)) }
    }
    let rows = try zip(contenders, results).map { contender, results in
      try ContenderResult(contender, results, try cost(of: contender))
    }
    let first = contenders[0].runs[0]
    let speakers = speakers(scores[0][0])
    let (settings, differences) = SettingDifference.of(contenders.map { $0.runs[0].configuration })
    var report = ComparisonReport(
      programVersion: ProgramVersion.current, corpus: corpusName,
      trainSplit: first.configuration.trainSplit, devSplit: first.configuration.devSplit, testSplit: split,
      trainUtterances: first.summary.trainUtterances, devUtterances: first.summary.devUtterances,
      testUtterances: scores[0][0].utterances.count, testSpeakers: speakers,
      testVoiceCount: Set(speakers.map(\.voice)).count, command: command, measure: measure,
      seeds: contenders[0].runs.map(\.seed), settings: settings, differences: differences,
      phones: catalog.phoneSet.identity, classes: scored, contenders: rows, comparisons: [], seedTests: [],
      excerpts: [])
    report.leftOut.test = scores[0][0].leftOut
    report.excerpts = try excerpts(contenders, results, measure: measure)
    return report
  }

  /// The cost of a contender: trainings as their RUNs record them, speeds measured once and kept.
  private func cost(of contender: TrainedContender) throws -> ContenderCost {
    let run = contender.runs[0]
    let fileName = contender.planned.fileName
    var cost: ContenderCost
    if let held = try directory.cost(fileName, of: run.modelSHA256) {
      cost = held
    } else if contender.planned.external != nil {
      cost = ContenderCost()
    } else {
      cost = StreamingCost.measure(try LoadedModel(path: run.path))
      try directory.write(cost: cost, fileName, of: run.modelSHA256)
    }
    for run in contender.runs {
      let training = run.trainingCost
      if let speed = training.framesPerSecond { cost.trainingFramesPerSecond.append(speed) }
      if let peak = training.peakMemoryBytes { cost.peakMemoryBytes = max(cost.peakMemoryBytes ?? 0, peak) }
    }
    return cost
  }
}

extension SettingDifference {
  /// The settings of trainings: those that all share, and those in which they differ; seeds are shown
  /// elsewhere.
  static func of(_ configurations: [TrainingConfiguration]) -> ([NamedSetting], [SettingDifference]) {
    let fields = configurations.map { configuration -> [(name: String, value: String)] in
      var values: [(String, String)] = []
      for field in configuration.json.objectValue ?? [] {
        switch field.name {
        // The fingerprint holds a digest of the front end's own tables, so it shows no difference of options.
        case "version", "kind", "front_end", "corpus_sha256", "arithmetic_fingerprint":
          continue
        case "phones":
          values.append((field.name, field.value["name"]?.stringValue ?? ""))
        default:
          for inner in field.value.objectValue ?? [] where inner.name != "seed" {
            values.append((inner.name, inner.value.stringValue ?? inner.value.text))
          }
        }
      }
      return values
    }
    var (shared, differing): ([NamedSetting], [SettingDifference]) = ([], [])
    var seen: Set<String> = []
    for name in fields.joined().map(\.name) where seen.insert(name).inserted {
      let values = fields.map { row in row.first { $0.name == name }?.value }
      if let first = values[0], values.allSatisfy({ $0 == first }) {
        shared.append(NamedSetting(name: name, value: first))
      } else {
        differing.append(SettingDifference(field: name, values: values))
      }
    }
    return (shared, differing)
  }
}
