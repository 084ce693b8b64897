import Corpus
import DataManifests
import Foundations
import TrainedModels
import Workflows

extension Failure {
  init(trainedModel error: TrainedModelError) {
    switch error {
    case .missing(let path, let errno):
      self.init(
        .noInput, code: "missing-file", subject: Sanitized.path(path), expected: "a RUN or a model file",
        found: "nothing", remedy: "Check the path.", errorNumber: errno)
    case .noModel(let path):
      self.init(
        .noInput, code: "no-model", subject: Sanitized.path(path),
        expected: "\(TrainingDirectory.modelName) in the folder", found: "none",
        remedy: "Name a RUN whose training has finished an epoch.")
    case .invalidField(let path, let field, let expected, let found):
      self.init(
        .badInput, code: "bad-run", subject: path, location: "field \(field)", expected: expected,
        found: found ?? "nothing", remedy: "Name a RUN that kaleido train has written.")
    case .invalidSetting(let path, let field, let allowed, let found):
      self.init(
        .badInput, code: "bad-run", subject: path, location: "field \(field)", expected: allowed.text,
        found: found, remedy: "Name a RUN that kaleido train has written.")
    case .invalidConfiguration(let path, let cause):
      self.init(cause)
      // The file is at fault, not an option.
      guard kind == .usage else { return }
      kind = .badInput
      location = subject
      subject = path
    case .invalidModel(let path, let cause):
      let failure = Failure(cause)
      if failure.kind == .usage || failure.kind == .badInput || failure.code == "other-version" {
        self.init(badModel: path, failure)
      } else {
        self = failure
      }
    case .externalFeatures(let path):
      self.init(
        .usage, code: "not-from-audio", subject: Sanitized.path(path),
        expected: "a model of features that are computed from audio",
        found: "one of features that another tool made",
        remedy: "Only kaleido compare takes such features, as dir:DIR.")
    case .otherPhones(let model, let held, let wanted, let differences):
      self.init(
        .configurationDiffers, code: "other-phones", subject: Sanitized.path(model),
        expected: "a corpus with the phone set of the model, \(Sanitized.symbol(held))",
        found: Sanitized.symbol(wanted),
        remedy: Remedy(
          [
            "give --phones with the set of the model, if its labels are of it",
            "train a model on this corpus",
          ]),
        differences: differences.map {
          Difference(
            field: $0.field, held: Sanitized.path($0.held), wanted: Sanitized.path($0.wanted))
        })
    case .trainingExists(let path):
      self.init(
        .cannotCreate, code: "run-exists", subject: Sanitized.path(path),
        expected: "no training in the folder",
        found: "one",
        remedy: Remedy([
          "give --resume to go on with it", "give --force to replace it", "use another --out",
        ]))
    case .damagedSummary(let path):
      self.init(
        .badInput, code: "run-damaged", subject: Sanitized.path(path), expected: "what kaleido train writes",
        found: "something else", remedy: "Train it again with kaleido train --force.")
    }
  }
}
