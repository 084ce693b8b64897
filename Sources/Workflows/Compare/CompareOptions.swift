package import Scoring

/// What `compare` and `report` are asked to do.
package struct CompareOptions: Sendable {
  package var place: CorpusPlace
  package var outputDirectory: String
  /// As they were given; the first is the baseline.
  package var rows: [String]
  package var seedCount = 5
  package var firstSeed: UInt64 = 1
  /// Settings of the training that are tried on dev speakers for every row; each list one trial.
  package var trials: [[NamedSetting]] = [[]]
  /// The split to score; core-test where the corpus has it, else test, if nil.
  package var split: String?
  /// Of the primary test; trials are chosen by dev speakers' frames for it, else by their strict phone errors.
  package var measure = ErrorMeasure.phonesStrict
  package var statistics = SignificanceOptions()
  /// Frames by which the rows of features made elsewhere come later than ours.
  package var labelShift: Int?
  /// Settings of the training that all rows share: from environment and file.
  package var settings: SettingLayers
  /// And from the command line, by name.
  package var flags: [String: String]
  /// Workers where nothing is said.
  package var cores: Int
  /// Gives up what another comparison left in the directory.
  package var discardsOther = false
  /// Whether rows are set against the first: `report` only shows runs.
  package var comparesRows = true
  /// The command as it was given.
  package var commandLine: [String] = []

  package init(
    place: CorpusPlace, outputDirectory: String, rows: [String], settings: SettingLayers,
    flags: [String: String] = [:], cores: Int = 1
  ) {
    self.place = place
    self.outputDirectory = outputDirectory
    self.rows = rows
    self.settings = settings
    self.flags = flags
    self.cores = cores
  }

  /// Reads `NAME=VALUE[,VALUE...]`, one of the settings of training, and multiplies the trials by its values.
  ///
  /// Throws ``Failure``.
  package mutating func addTrials(_ text: String) throws(Failure) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let values = parts.count == 2 ? parts[1].split(separator: ",", omittingEmptySubsequences: false) : []
    guard let name = parts.first, SettingName.tried.contains(where: { $0.rawValue == name }) else {
      let names = SettingName.tried.map(\.rawValue).joined(separator: ", ")
      throw Failure(.usage, code: "invalid-value", subject: "--try", expected: "one of \(names)", found: text)
    }
    guard !values.isEmpty, !values.contains(""), Set(values).count == values.count else {
      throw Failure(
        .usage, code: "invalid-value", subject: "--try",
        expected: "\(name)=VALUE,VALUE with different values",
        found: text)
    }
    guard flags[name] == nil, !(trials[0].contains { $0.name == name }) else {
      throw Failure(
        .usage, code: "option-twice", subject: "--try \(name)", expected: "the setting once",
        found: "it is said elsewhere, too")
    }
    trials = trials.flatMap { trial in
      values.map { trial + [NamedSetting(name: name, value: String($0))] }
    }
    guard trials.count <= Self.maximumTrials else {
      throw Failure(
        .usage, code: "invalid-value", subject: "--try", expected: "at most \(Self.maximumTrials) trials",
        found: "\(trials.count)")
    }
  }

  private static let maximumTrials = 64
}

extension SettingName {
  /// What may be tried on dev speakers: what a training is, but not what it is trained on.
  static let tried: [SettingName] = [
    .classifier, .hidden, .context, .normalization, .dropout, .bidirectional, .epochs, .batchSegments,
    .segmentFrames, .optimizer, .momentum, .weightDecay, .clipNorm, .learningRate, .schedule, .warmUp,
    .labelSmoothing, .patience,
  ]
}
