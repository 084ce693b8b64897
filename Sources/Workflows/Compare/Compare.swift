import Archives
import Corpus
import DataManifests
import FrontEnds
import Recognition
import Scoring

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
        measure: options.measure, seeds: entries[0].seeds, settings: [], differences: [],
        symbols39: classes.scoredSymbols, symbols61: data.phoneSet.symbols(.phones61), rows: rows,
        comparisons: [], seedTests: [], excerpts: [])
      (report.settings, report.differences) = SettingDifference.of(trained.map { $0.runs[0].configuration })
      if options.comparesRows {
        report.comparisons = try comparisons(rows, speakers)
        report.seedTests = try seedTests(rows, speakers)
      }
      // What is normalised over utterances or speakers, or was made elsewhere, does not follow from one utterance's audio.
      if trained.allSatisfy({ [.none, .sliding].contains($0.runs[0].configuration.features.cmvn) }),
        entries[0].givenFolder == nil
      {
        report.excerpts = try excerpts(trained, results)
      }
      try Task.checkCancellation()
      try directory.write(report.jsonValue, to: ComparisonDirectory.resultName)
      return report
    } catch {
      throw Failure(error)
    }
  }

  /// The last folder of the corpus's path.
  private var corpusName: String {
    var parts = options.place.corpus.split(separator: "/").filter { $0 != "." }
    if parts.count > 1, parts[parts.count - 1].hasSuffix(".jsonl") { parts.removeLast() }
    return parts.last.map { Sanitised.path(String($0)) } ?? Sanitised.path(options.place.corpus)
  }

  /// The command, with names in the places of paths.
  private var command: String {
    options.commandLine.enumerated().map { place, word in
      if place == 0 { return "kaleido" }
      for (path, name) in [(options.place.corpus, "CORPUS"), (options.outputDirectory, "DIR")]
      where !path.isEmpty && word.hasSuffix(path) {
        return word.dropLast(path.count) + name
      }
      return word
    }.joined(separator: " ")
  }

  private func testSpeakers(_ scores: TestScores) -> [TestSpeaker] {
    var voices: [String: String?] = [:]
    for utterance in scores.utterances { voices[utterance.speaker] = utterance.voice }
    return voices.sorted { $0.key < $1.key }.map { TestSpeaker(name: $0.key, voice: $0.value) }
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
        case "version", "kind", "front_end", "corpus_sha256", "phone_table_sha256": continue
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
