import Archives
import Corpus
import Files
import Foundations
import Learning
import Recognition
import Scoring
import Workflows

extension Failure {
  /// The fault of a model file or a checkpoint: bad input, but for a disk that failed.
  init(checkpoint error: CheckpointError) {
    let remedy = Self.modelRemedy
    switch error {
    case .file(.malformed(let path, let offset, let expected, let found)):
      self.init(
        .badInput, code: "bad-model", subject: path, location: "byte \(offset)",
        expected: Sanitized.path(expected), found: Sanitized.path(found), remedy: remedy)
    case .file(.otherVersion(let path, let expected, let found)):
      self.init(
        .badInput, code: "bad-model", subject: Sanitized.path(path),
        expected: "version \(expected) of a model",
        found: Sanitized.path(found), remedy: "Train it again, or use the version of kaleido that wrote it.")
    case .file(.checksumDiffers(let path, let recorded, let found)):
      self.init(FileError.checksumDiffers(path: path, recorded: recorded, found: found))
      code = "bad-model"
    case .file(let error): self.init(error)
    case .metadata(let path, let field, let expected, let found):
      self.init(
        .badInput, code: "bad-model", subject: path, location: "text \(field)", expected: expected,
        found: found.map { $0.utf8.count > 200 ? "another text" : Sanitized.path($0) } ?? "nothing",
        remedy: remedy)
    case .tensorsDiffer(let path, let differences):
      self.init(
        .badInput, code: "bad-model", subject: path, expected: "the tensors that its configuration describes",
        found: Sanitized.path(
          differences.map { "\($0.name): \($0.found ?? "none") instead of \($0.expected ?? "none")" }
            .joined(separator: "; ")), remedy: remedy)
    case .notFinite(let path, let tensor):
      self.init(
        .badInput, code: "non-finite-model", subject: path, location: tensor, expected: "finite numbers",
        found: "a NaN or an infinity", remedy: "Train it again with a lower learning rate.")
    }
  }

  /// The remedy for a file that is no model.
  private static let modelRemedy: Remedy =
    "Name a RUN or model that kaleido train has written; if this one is, train it anew."

  /// The failure for the metadata of a model file.
  init(badModel path: String, _ cause: Failure) {
    self.init(
      .badInput, code: "bad-model", subject: path,
      location: (cause.subject == path ? cause.location : cause.subject).map { Sanitized.path($0) },
      expected: cause.expected,
      found: cause.found,
      remedy: Self.modelRemedy)
  }

  init(recognizer error: RecognizerError) {
    switch error {
    case .frontEnd(let error): self.init(error)
    case .tooLarge(let weights, let allowed):
      self.init(
        .usage, code: "too-large", subject: "the classifier", expected: "at most \(allowed) weights",
        found: "\(weights)", remedy: "Use less --hidden or --context.")
    case .unsupportedHiddenLayer(let layer, let classifier):
      let others = ClassifierKind.allCases.filter { $0.hiddenLayerKinds.contains(layer.kind) }
      self.init(
        .usage, code: "hidden", subject: "--hidden",
        expected: "\(classifier.hiddenLayerKinds.map(\.name).joined(separator: ", ")) for \(classifier.name)",
        found: layer.text, remedy: "Use --classifier \(others.map(\.name).joined(separator: " or ")).")
    case .notBidirectional(let classifier):
      let others = ClassifierKind.allCases.filter(\.canBeBidirectional)
      self.init(
        .usage, code: "bidirectional", subject: "--bidirectional",
        expected: "--classifier \(others.map(\.name).joined(separator: " or "))", found: classifier.name)
    }
  }

  /// The model of the last epoch before is kept, so another training needs another folder, or replaces it.
  private static let remedyOfDivergence: Remedy = "Use a lower --learning-rate and --force, or another --out."

  /// The same failure, with the settings of a training that fared better as its remedy, where it diverged.
  func withRemedy(of training: TrainingOptions) -> Failure {
    guard ["non-finite-loss", "diverged"].contains(code) else { return self }
    let usual = TrainingOptions()
    let rate = training.learningRate > usual.learningRate ? usual.learningRate : training.learningRate / 10
    var given = "--learning-rate \(SettingValue.real(rate).text)"
    if training.optimizer.maximumGradientNorm == nil, let norm = usual.optimizer.maximumGradientNorm {
      given += " --clip-norm \(SettingValue.real(norm).text)"
    }
    var failure = self
    failure.remedy = Remedy(["give \(given) and --force", "give \(given) and another --out"])
    return failure
  }

  init(training error: TrainingError) {
    switch error {
    case .nonFiniteLoss(let epoch, let step):
      self.init(
        .badInput, code: "non-finite-loss", subject: "the training", location: "epoch \(epoch), step \(step)",
        expected: "a finite loss and gradient", found: "a NaN or an infinity",
        remedy: Self.remedyOfDivergence)
    case .diverged(let epoch, let step, let loss, let limit):
      self.init(
        .badInput, code: "diverged", subject: "the training", location: "epoch \(epoch), step \(step)",
        expected: "a mean loss of at most \(Float(limit))", found: "\(Float(loss))",
        remedy: Self.remedyOfDivergence)
    case .nothingToTrainOn(let epoch):
      self.init(
        .badInput, code: "nothing-usable", subject: "the training set", location: "epoch \(epoch)",
        expected: "a frame with a label", found: "none")
    case .nothingToMeasureOn:
      self.init(
        .badInput, code: "nothing-usable", subject: "the dev speakers", expected: "a frame with a label",
        found: "none")
    }
  }

  /// Labels come from a phone table of our own, so that what is wrong with them is a fault of the program's.
  init(scoring error: ScoringError) {
    switch error {
    case .utteranceUnpaired(let utterance):
      self.init(
        .badInput, code: "contenders-not-paired", subject: utterance,
        expected: "an utterance that every contender can be scored on", found: "one that some cannot use",
        remedy: "Leave it out of the test split; it may be too short for the frames of some contender.")
    case .contendersNotPaired(let contender, let difference):
      self.init(
        .badInput, code: "contenders-not-paired", subject: "contender \(contender)",
        expected: "the baseline's \(difference.rawValue)", found: "others",
        remedy: "Score all contenders on the same utterances: some may be too short for the frames of one.")
    case .invalidCount(let contender, let speaker, _, let total):
      self.init(
        .badInput, code: "nothing-to-score", subject: "speaker \(speaker)",
        location: "contender \(contender)",
        expected: "a phone and a frame with a label", found: "\(total)",
        remedy: "Leave the speaker out of the test split.")
    default:
      self.init(.internal, code: "scoring", subject: "scores", found: "\(error)")
    }
  }
}
