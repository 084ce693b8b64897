import Archives
package import Corpus
package import DataManifests
import Files
import Foundations
import FrontEnds
import Glibc
import Recognition
import Scoring
package import Stages
import TrainedModels

/// Everything a comparison needs to know before it trains or scores.
package struct ComparePlan: Sendable {
  package let options: CompareOptions
  package let catalog: CorpusCatalog
  package let data: DataManifests
  package let testSplit: String
  private(set) var entries: [Entry]
  let test: UtteranceSelection
  let classes: ScoredClasses
  let directory: ComparisonDirectory
  /// Of the test utterances and their split.
  let testSHA256: String
  /// Base voices by speaker, where a folder holds a manifest that tells them.
  let voices: [String: String]

  /// One row with the names of its files.
  struct Entry: Sendable {
    /// The row as results name it: canonical, and told apart from one that was given before.
    let name: String
    let row: CompareRow
    /// The name in those of files.
    let fileName: String
    let seeds: [UInt64]
    /// What is trained: the row itself, or that of the features made elsewhere; nil for runs.
    var trained: FrontEndRequest?
    /// SHA-256 over the features made elsewhere.
    var givenSHA256: String?
    /// The runs that were trained before, by seed.
    var runs: [FinishedRun] = []

    /// The folder of features made elsewhere.
    var givenFolder: String? { if case .given(let folder) = row { folder } else { nil } }
  }

  /// Catalogues the corpus and checks rows and options; opens no audio and writes nothing.
  ///
  /// Throws ``Failure``; cancelling the task ends it promptly.
  package init(_ options: CompareOptions, progress: WorkProgress = WorkProgress()) throws(Failure) {
    do {
      self.options = options
      guard !options.outputDirectory.isEmpty else {
        throw Failure(
          .usage, code: "missing-value", subject: "--out", expected: "a folder", found: "nothing",
          remedy: "Name one; perhaps a variable was not set.")
      }
      directory = ComparisonDirectory(path: options.outputDirectory)
      entries = try Self.entries(options)
      data = try DataManifests.locate(explicit: options.place.dataFolder)
      catalog = try CorpusCatalog(
        options.place.corpus, root: options.place.root, data: data, progress: progress)
      guard !catalog.utterances.isEmpty else {
        throw Failure(.badInput, findings: catalog.findings, of: options.place.corpus)
      }
      let splits = catalog.splits()
      testSplit = options.split ?? (splits.members(of: "core-test") != nil ? "core-test" : "test")
      var layers = options.settings.saying(options.flags.filter { $0.key == SettingName.withSA.rawValue })
      test = try UtteranceSelection(
        split: testSplit, option: "--split", of: catalog, splits: splits,
        includesCalibration: try layers.flag(SettingName.withSA.rawValue))
      guard !test.places.isEmpty else {
        throw Failure(
          .badInput, code: "nothing-usable", subject: Sanitized.path(options.place.corpus),
          place: "split \(testSplit)", expected: "an utterance with labels", found: "none")
      }
      classes = try ScoredClasses(.phones39, phoneSet: data.phoneSet)
      voices = Self.voices(of: catalog, place: options.place, data: data)
      var tested: [Int: String] = [:]
      for place in test.places { tested[place] = testSplit }
      testSHA256 = try sha256(catalog.canonicalManifest() + catalog.canonicalSplits(tested))
      try Self.requireEffects(options, entries)
      for place in entries.indices {
        try entries[place].look(options, catalog, splits, testSplit)
        try check(entries[place], splits)
      }
    } catch {
      throw Failure(error)
    }
  }

  /// Names rows, and gives a row that comes again other seeds: a row against itself shows what seeds alone do.
  private static func entries(_ options: CompareOptions) throws(Failure) -> [Entry] {
    guard options.rows.count >= (options.comparesRows ? 2 : 1) else {
      throw Failure(
        .usage, code: "too-few-rows", subject: options.comparesRows ? "compare" : "report",
        expected: options.comparesRows ? "at least two rows" : "a RUN", found: "\(options.rows.count)",
        remedy: options.comparesRows
          ? "The first row is the baseline of the others." : "Name the folder of a training.")
    }
    guard options.rows.count <= 200 else {
      throw Failure(
        .usage, code: "too-many-rows", subject: "compare", expected: "at most 200 rows",
        found: "\(options.rows.count)")
    }
    var (entries, fileNames, times): ([Entry], Set<String>, [String: Int]) = ([], [], [:])
    for text in options.rows {
      let row = try CompareRow(parsing: text)
      let given = row.name
      let before = times[text, default: 0]
      times[text] = before + 1
      let first = options.firstSeed + UInt64(before * options.seedCount)
      let seeds = (0..<options.seedCount).map { first + UInt64($0) }
      if before > 0, case .runs = row {
        throw Failure(
          .usage, code: "row-twice", subject: given, expected: "different RUNs", found: "the same twice")
      }
      if case .runs(let paths) = row, options.comparesRows {
        guard paths.count == options.seedCount else {
          throw Failure(
            .usage, code: "seed-count", subject: given, expected: "\(options.seedCount) RUNs, one a seed",
            found: "\(paths.count)",
            remedy: "Name the RUNs of all seeds with commas between them, or set --seeds.")
        }
        guard options.trials.count == 1 else {
          throw Failure(
            .usage, code: "unequal-trials", subject: given, expected: "as many trials for every row",
            found: "--try beside a row that is trained already",
            remedy: "Leave --try out, or train the row here.")
        }
      }
      var (name, fileName) = (given, Self.fileName(given))
      var again = 2
      // A row that comes again shares the trial that was chosen for it, and differs by its seeds.
      while before == 0, fileNames.contains(fileName) {
        (name, fileName) = ("\(given) (\(again))", "\(Self.fileName(given)).\(again)")
        again += 1
      }
      fileNames.insert(fileName)
      entries.append(
        Entry(
          name: before == 0 ? name : "\(given) (seeds \(seeds[0])–\(seeds[seeds.count - 1]))", row: row,
          fileName: fileName, seeds: seeds))
    }
    if options.labelShift != nil, !entries.contains(where: { $0.givenFolder != nil }) {
      throw Failure(
        .usage, code: "no-effect", subject: "--label-shift", expected: "a row dir:DIR", found: "none",
        remedy: "Leave it out: what is computed here needs none.")
    }
    return entries
  }

  /// The base voices of speakers: what the manifest says, or one that lies in the corpus's folder.
  private static func voices(
    of catalog: CorpusCatalog, place: CorpusPlace, data: DataManifests
  ) -> [String: String] {
    var voices: [String: String] = [:]
    let beside = try? CorpusCatalog("\(place.corpus)/\(CorpusIndexes.manifestName)", data: data)
    for utterance in (beside?.utterances ?? []) + catalog.utterances {
      if let voice = utterance.voice { voices[utterance.speaker] = voice }
    }
    return voices
  }

  /// Refuses a feature option that no row has.
  private static func requireEffects(_ options: CompareOptions, _ entries: [Entry]) throws(Failure) {
    let names = entries.compactMap { entry -> FrontEndKind? in
      switch entry.row {
      case .trained(let request): request.kind
      case .given: .given
      case .runs: nil
      }
    }
    let known = FeatureOption.all + FrontEndKind.given.options
    for option in known where options.flags[option.name] != nil {
      guard !names.contains(where: { $0.uses(option) }) else { continue }
      throw Failure(
        .usage, code: "no-effect", subject: "--\(option.name)", expected: "an option of one of the rows",
        found: "one that none of them has", remedy: "Leave it out.")
    }
  }

  /// The row with everything but letters, digits and points turned into `-`, at most 80 bytes.
  package static func fileName(_ row: String) -> String {
    var name = ""
    for byte in row.utf8 {
      let isPlain =
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: ".")
      if isPlain {
        name.unicodeScalars.append(Unicode.Scalar(byte))
      } else if name.last != "-" {
        name += "-"
      }
    }
    return String(name.suffix(80))
  }

}

extension ComparePlan.Entry {
  /// Finds out what is trained; features made elsewhere are read once, to know their channels and their digest.
  fileprivate mutating func look(
    _ options: CompareOptions, _ catalog: CorpusCatalog, _ splits: CorpusSplits, _ testSplit: String
  ) throws {
    switch row {
    case .trained(let request): trained = request
    case .runs(let paths): runs = try Self.finished(paths, name: name)
    case .given(let folder):
      var layers = options.settings.saying(options.flags)
      let includesCalibration = try layers.flag(SettingName.withSA.rawValue)
      let used = [
        try layers.value(SettingName.trainSplit.rawValue, default: "train"),
        try layers.value(SettingName.devSplit.rawValue, default: "dev"), testSplit,
      ]
      let places = try used.flatMap {
        try UtteranceSelection(
          split: $0, option: "--split", of: catalog, splits: splits,
          includesCalibration: includesCalibration
        ).places
      }
      let keys: [String] = Set(places).sorted().map { catalog.utterances[$0].key }
      let features = try GivenFeatures(folder, labelShift: options.labelShift)
      let (channels, sha256) = try features.survey(keys)
      trained = try FrontEndRequest(
        parsing: "given:channels=\(channels)" + (options.labelShift.map { ",label-shift=\($0)" } ?? ""))
      givenSHA256 = sha256
    }
  }
}

extension ComparePlan {
  // MARK: Trainings

  /// The name of a run's folder.
  func runName(_ entry: Entry, seed: UInt64, trial: Int) -> String {
    "\(entry.fileName)-s\(seed)" + (options.trials.count > 1 ? "-t\(trial + 1)" : "")
  }

  /// The settings of a training of a row: those of all rows, of the trial and of the row.
  private func layers(_ row: FrontEndRequest, seed: UInt64, trial: Int) -> SettingLayers {
    var flags = options.flags
    // What is said for all rows holds for those that have it.
    for option in FeatureOption.all + FrontEndKind.given.options
    where flags[option.name] != nil && !row.kind.uses(option) {
      flags[option.name] = nil
    }
    for setting in options.trials[trial] { flags[setting.name] = setting.value }
    flags[SettingName.frontEnd.rawValue] = row.description
    flags["seed"] = "\(seed)"
    return options.settings.saying(flags)
  }

  /// The options of a training of a row.
  ///
  /// Throws ``Failure``.
  func trainOptions(_ entry: Entry, seed: UInt64, trial: Int) throws(Failure) -> TrainOptions {
    guard let row = entry.trained else {
      throw Failure(.internal, code: "not-trained", subject: entry.name)
    }
    var layers = layers(row, seed: seed, trial: trial)
    var training = try TrainOptions(
      options.place, runDirectory: directory.runPath(runName(entry, seed: seed, trial: trial)),
      cores: options.cores, settings: &layers)
    training.resumes = !options.discardsOther
    training.discardsOther = options.discardsOther
    training.givenFeatures = entry.givenFolder
    training.labelShift = options.labelShift
    training.commandLine = options.commandLine
    return training
  }

  /// The settings of the first row's training, as `--config` reads them.
  package var printedSettings: String {
    get throws(Failure) {
      for entry in entries {
        guard let row = entry.trained else { continue }
        var layers = layers(row, seed: entry.seeds[0], trial: 0)
        _ = try TrainOptions(options.place, runDirectory: "", cores: options.cores, settings: &layers)
        return layers.printed
      }
      return "{}\n"
    }
  }

  /// Refuses test speakers that a row has trained on or been chosen by, before anything is written.
  private func check(_ entry: Entry, _ splits: CorpusSplits) throws {
    let heard: [(split: String, places: [Int])]
    switch entry.row {
    case .trained, .given:
      let plan = try TrainPlan(try trainOptions(entry, seed: entry.seeds[0], trial: 0))
      for trial in options.trials.indices.dropFirst() {
        _ = try TrainPlan(try trainOptions(entry, seed: entry.seeds[0], trial: trial))
      }
      heard = [(plan.train.split, plan.train.places), (plan.dev.split, plan.dev.places)]
    case .runs:
      heard = try entry.runs.flatMap { try splitsHeard(by: $0, splits) }
    }
    // A voice of synthetic speech is what is independent; of natural speech, a speaker.
    func voice(_ place: Int) -> String {
      let speaker = catalog.utterances[place].speaker
      return catalog.utterances[place].voice ?? voices[speaker] ?? speaker
    }
    let tested = Set(test.places.flatMap { [catalog.utterances[$0].speaker, voice($0)] })
    for (split, places) in heard {
      guard
        let shared = places.first(where: {
          tested.contains(catalog.utterances[$0].speaker) || tested.contains(voice($0))
        })
      else { continue }
      throw Failure(
        .badInput, code: "shared-speaker", subject: "speaker \(catalog.utterances[shared].speaker)",
        expected: "speakers and voices of one of the splits \(split) and \(testSplit)", found: "of both",
        remedy: "Name another --split, or give the speaker's utterances one split in the manifest.")
    }
  }

  /// What a run was trained on and chosen by.
  ///
  /// Throws ``Failure`` for a run of another corpus in a comparison: whom it has heard is not known then.
  private func splitsHeard(
    by run: FinishedRun, _ splits: CorpusSplits
  ) throws -> [(split: String, places: [Int])] {
    let configuration = run.configuration
    let selections = try? [configuration.trainSplit, configuration.devSplit].map {
      try UtteranceSelection(
        split: $0, option: "--split", of: catalog, splits: splits,
        includesCalibration: configuration.includesCalibration)
    }
    if let selections,
      try TrainPlan.corpusSHA256(catalog, train: selections[0], dev: selections[1])
        == configuration.corpusSHA256
    {
      return selections.map { ($0.split, $0.places) }
    }
    guard options.comparesRows else { return [] }
    throw Failure(
      .badInput, code: "another-corpus", subject: Sanitized.path(run.path),
      expected: "a training on this corpus, with the same splits", found: "one on another",
      remedy: "Whom it has heard is not known. Train the row here, or look at it with kaleido report.")
  }

  /// The graph of a training of the first row that is trained; of scoring the first run where none is.
  package func drawing() throws(Failure) -> GraphBlueprintDrawing {
    if let entry = entries.first(where: { $0.trained != nil }) {
      return try TrainPlan(try trainOptions(entry, seed: entry.seeds[0], trial: 0)).drawing()
    }
    guard case .runs(let paths)? = entries.first?.row else {
      throw Failure(.internal, code: "no-graph", subject: "compare")
    }
    var evaluating = EvaluateOptions(model: paths[0], corpus: options.place.corpus, jobs: options.cores)
    (evaluating.root, evaluating.dataFolder) = (options.place.root, options.place.dataFolder)
    return try Evaluation(evaluating).drawing()
  }

  /// What `config.json` holds: what is measured and tried.
  ///
  /// Each RUN has a configuration of its own.
  var configurationJSON: JSONValue {
    [
      "version": 1,
      "kind": .string(options.comparesRows ? ComparisonDirectory.kind : ComparisonDirectory.reportKind),
      "split": .string(testSplit),
      "measure": .string(options.measure.rawValue),
      "trials": .array(
        options.trials.map { .object($0.map { JSONField($0.name, .string($0.value)) }) }),
      "test_sha256": .string(testSHA256),
      "given_features": .object(
        entries.compactMap { entry in
          entry.givenSHA256.map { JSONField(entry.fileName, .string($0)) }
        }),
    ]
  }
}
