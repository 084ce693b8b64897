import Archives
import Corpus
import DataManifests
import Files
import Foundations
import FrontEnds
import Recognition
import Scoring
package import Stages
import TrainedModels

extension ComparePlan {
  /// Trains what is not trained, scores each model once on the test speakers, and compares.
  ///
  /// What is done is committed and not done again: killed at any time, the same call goes on from there. Writes
  /// `comparison.json`; the page is made from what is returned.
  ///
  /// Throws ``Failure``; cancelling the task ends it promptly.
  package func run(progress: WorkProgress = WorkProgress()) async throws(Failure) -> ComparisonReport {
    do {
      try directory.begin(configurationJSON, discardsOther: options.discardsOther)
      let trained = try await trainedRows(progress)
      let scored = try await scores(trained, progress)
      progress.enter(task: "statistics")
      let leftOut = try leftOut(trained, scored)
      let results = try zip(trained, scored).map { row, scores in
        try zip(row.runs, scores).map { try $1.result($0, classes: classes) }
      }
      let rows = try zip(trained, results).map { row, results in
        try ComparedRow(row, results, try cost(of: row))
      }
      let speakers = testSpeakers(scored[0][0])
      var report = ComparisonReport(
        programVersion: ProgramVersion.current, corpus: corpusName,
        trainSplit: trained[0].runs[0].configuration.trainSplit,
        devSplit: trained[0].runs[0].configuration.devSplit, testSplit: testSplit,
        trainUtterances: trained[0].runs[0].trainUtterances, devUtterances: trained[0].runs[0].devUtterances,
        testUtterances: scored[0][0].utterances.count, testSpeakers: speakers,
        testVoiceCount: Set(speakers.map(\.voice)).count, command: command,
        measure: options.measure, seeds: trained[0].runs.map(\.seed), settings: [], differences: [],
        symbols39: classes.scoredSymbols, symbols61: data.phoneSet.symbols(.phones61), rows: rows,
        comparisons: [], seedTests: [], excerpts: [])
      (report.settings, report.differences) = SettingDifference.of(trained.map { $0.runs[0].configuration })
      report.leftOut = leftOut
      report.classOfPhone = classes.classOfPhone
      if options.comparesRows {
        report.earlierLooks = try directory.look([
          "rows": .array(entries.map { .string($0.name) }),
          "seeds": .array(report.seeds.map { .integer(Int64(bitPattern: $0)) }),
        ]).count
        report.comparisons = try comparisons(rows, speakers)
        report.seedTests = try seedTests(rows, speakers)
      }
      // What is normalised over utterances or speakers, or was made elsewhere, does not follow from one utterance's audio.
      if trained.allSatisfy({
        [.none, .sliding].contains($0.runs[0].configuration.frontEnd.configuration.cmvn)
      }),
        entries[0].givenFolder == nil
      {
        report.excerpts = try excerpts(trained, results)
      }
      try Task.checkCancellation()
      try directory.write(report.jsonValue, to: ComparisonDirectory.resultName)
      return report
    } catch {
      var failure = Failure(error)
      if failure.isInterruption { failure.remedy = Failure.interruption.remedy }
      throw failure
    }
  }

  /// The last folder of the corpus's path.
  private var corpusName: String {
    var parts = options.place.corpus.split(separator: "/").filter { $0 != "." }
    if parts.count > 1, parts[parts.count - 1].hasSuffix(".jsonl") { parts.removeLast() }
    return parts.last.map { Sanitized.path(String($0)) } ?? Sanitized.path(options.place.corpus)
  }

  /// The command that does the same, from the options in force: how many workers, what is shown and where things lie do not
  /// matter to it.
  private var command: String {
    var words = ["kaleido", options.comparesRows ? "compare" : "report"]
    for (text, entry) in zip(options.rows, entries) {
      switch entry.row {
      case .trained: words.append(text)
      case .runs where !options.comparesRows: words.append(String(entry.row.name.dropFirst(4)))
      case .runs, .given: words.append(entry.row.name)
      }
    }
    words += ["--corpus", "CORPUS"]
    if options.comparesRows {
      words += ["--seeds", "\(options.seedCount)"]
      if options.firstSeed != 1 { words += ["--first-seed", "\(options.firstSeed)"] }
      if options.measure != .phonesStrict { words += ["--measure", options.measure.rawValue] }
      var tried: [(name: String, values: [String])] = []
      for setting in options.trials.joined() {
        if let place = tried.firstIndex(where: { $0.name == setting.name }) {
          if !tried[place].values.contains(setting.value) { tried[place].values.append(setting.value) }
        } else {
          tried.append((setting.name, [setting.value]))
        }
      }
      for setting in tried { words += ["--try", "\(setting.name)=\(setting.values.joined(separator: ","))"] }
    }
    if let shift = options.labelShift { words += ["--label-shift", "\(shift)"] }
    if let split = options.split { words += ["--split", split] }
    for (name, value) in options.flags.sorted(by: { $0.key < $1.key }) where name != SettingName.jobs.rawValue
    {
      switch value {
      case "true": words.append("--\(name)")
      case "false": words.append("--no-\(name)")
      default: words += ["--\(name)", value]
      }
    }
    return (words + ["--out", "DIR"]).map(Self.quoted).joined(separator: " ")
  }

  /// A word as a shell reads it.
  private static func quoted(_ word: String) -> String {
    let plain = word.utf8.allSatisfy {
      (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
        || "-_=:,./%+".utf8.contains($0)
    }
    if plain, !word.isEmpty { return word }
    return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }

  /// What was left out, the same for all rows.
  ///
  /// Throws ``Failure`` where rows differ: they would not be trained or tested on the same.
  private func leftOut(_ rows: [TrainedRow], _ scores: [[TestScores]]) throws -> LeftOut {
    let first = rows[0].runs[0]
    for row in rows where options.comparesRows {
      for run in row.runs
      where run.trainUtterances != first.trainUtterances || run.devUtterances != first.devUtterances {
        throw Failure(
          .badInput, code: "rows-not-paired", subject: row.entry.name,
          expected:
            "\(first.trainUtterances) and \(first.devUtterances) utterances to train on and to choose by",
          found: "\(run.trainUtterances) and \(run.devUtterances)",
          remedy: "Some utterances cannot be used by every row: leave them out of the corpus.")
      }
    }
    var leftOut = LeftOut()
    leftOut.test = scores[0][0].leftOut
    let splits = catalog.splits()
    func missing(_ split: String, _ used: Int) throws -> Int {
      guard splits.members(of: split) != nil else { return 0 }
      let selection = try UtteranceSelection(
        split: split, option: "--split", of: catalog, splits: splits,
        includesCalibration: first.configuration.includesCalibration)
      return selection.places.count + selection.rejects.count + selection.unlabelled.count - used
    }
    if options.comparesRows {
      leftOut.train = try missing(first.configuration.trainSplit, first.trainUtterances)
      leftOut.dev = try missing(first.configuration.devSplit, first.devUtterances)
    }
    return leftOut
  }

  private func testSpeakers(_ scores: TestScores) -> [TestSpeaker] {
    Set(scores.utterances.map(\.speaker)).sorted().map { TestSpeaker(name: $0, voice: voices[$0]) }
  }

  // MARK: Statistics

  private func rowErrors(
    _ row: ComparedRow, _ measure: ErrorMeasure, _ speakers: [TestSpeaker]
  ) throws -> RowErrors {
    let voices = Dictionary(speakers.map { ($0.name, $0.voice) }, uniquingKeysWith: { first, _ in first })
    // Seeds are paired by their place: a row that comes again, or was trained before, has others.
    return try RowErrors(
      row: row.name,
      scores: zip(entries[0].seeds, row.seeds).map { ($0, $1.errorCounts(measure)) }, voices: voices)
  }

  private func comparisons(
    _ rows: [ComparedRow], _ speakers: [TestSpeaker]
  ) throws -> [MeasuredComparison] {
    let measures = [options.measure] + ErrorMeasure.allCases.filter { $0 != options.measure }
    return try measures.map { measure in
      let errors = try rows.map { try rowErrors($0, measure, speakers) }
      return MeasuredComparison(
        measure: measure,
        comparison: try Comparison(
          baseline: errors[0], rows: Array(errors.dropFirst()), options: options.statistics))
    }
  }

  private func seedTests(_ rows: [ComparedRow], _ speakers: [TestSpeaker]) throws -> [RowSeedTests] {
    let baseline = try rowErrors(rows[0], options.measure, speakers)
    return try rows.dropFirst().flatMap { row -> [RowSeedTests] in
      let pair = try PairedRows(baseline: baseline, row: try rowErrors(row, options.measure, speakers))
      return try row.seeds.indices.map { place in
        try Task.checkCancellation()
        return RowSeedTests(
          row: row.name, seed: row.seeds[place].seed,
          tests: try SeedComparison(
            row: row.seeds[place].utterances, baseline: rows[0].seeds[place].utterances),
          bootstrap: try Bootstrap(pair, seedIndex: place, options: options.statistics))
      }
    }
  }
}

extension SettingDifference {
  /// The settings of trainings, those that all share apart from those in which they differ; seeds are told elsewhere.
  static func of(_ configurations: [RunConfiguration]) -> ([NamedSetting], [SettingDifference]) {
    let fields = configurations.map { configuration -> [(name: String, value: String)] in
      var values: [(String, String)] = []
      for field in configuration.json.objectValue ?? [] {
        switch field.name {
        // The fingerprint holds a digest of the row's own tables, so it says nothing of a difference.
        case "version", "kind", "front_end", "corpus_sha256", "phone_table_sha256", "arithmetic_fingerprint":
          continue
        case "features", "classifier", "training":
          let prefix = field.name == "features" ? "" : "\(field.name)."
          for inner in field.value.objectValue ?? [] where inner.name != "seed" {
            values.append((prefix + inner.name, inner.value.stringValue ?? inner.value.text))
          }
        default: values.append((field.name, field.value.stringValue ?? field.value.text))
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
