import Archives
import Corpus
import Foundations
import FrontEnds
import Glibc
import Workflows

extension Failure {
  init(workflow error: WorkflowError) {
    switch error {
    case .outputUnnamed:
      self.init(
        .usage, code: "missing-value", subject: "--out", expected: "a folder", found: "nothing",
        remedy: "Name one; perhaps a variable was not set.")
    case .outputIsCorpus(let path):
      self.init(
        .cannotCreate, code: "out-is-corpus", subject: "--out", expected: "another folder than the corpus",
        found: Sanitized.path(path), remedy: "Use another --out: a new folder, or an empty one.")
    case .notCompressible(let format):
      let names = ArchiveFormat.compressible.map(\.name)
      self.init(
        .usage, code: "compress", subject: "--compress",
        expected: "--format \(names.joined(separator: " or "))", found: format.name)
    case .corpusRootUnknown:
      self.init(
        .usage, code: "missing-value", subject: "--corpus", expected: "the folder of the corpus",
        found: "nothing, nor in provenance.jsonl", remedy: "Give --corpus DIR.")
    case .promptFile(let path, let fault, let allowedBytes):
      let (code, found) =
        switch fault {
        case .missing: ("missing-file", "nothing")
        case .notAFile: ("not-a-file", "no regular file")
        case .tooLarge(let bytes): ("too-large", "\(bytes) bytes")
        }
      self.init(
        .noInput, code: code, subject: Sanitized.path(path),
        expected: "a file of at most \(allowedBytes) bytes with a sentence on each line", found: found,
        remedy: "Check the path.")
    case .rootBesideFolder(let corpus):
      self.init(
        .usage, code: "root-without-manifest", subject: "--root",
        expected: "a list as CORPUS, or a folder whose lists have a root",
        found: "the folder \(corpus)", remedy: "Leave --root out: a folder's files are found below it.")
    case .nothingUsable(let corpus, let findings): self.init(.badInput, findings: findings, of: corpus)
    case .unknownSplit(let role, let name, let known):
      self.init(
        .usage, code: "no-split", subject: Self.option(ofSplit: role),
        expected: known.isEmpty
          ? "splits: folders TRAIN and TEST, or \"split\" in the manifest"
          : "one of \(known.joined(separator: ", "))", found: name)
    case .noLabeledUtterance(let corpus, let split):
      self.init(
        .badInput, code: "nothing-usable", subject: Sanitized.path(corpus), location: "split \(split)",
        expected: "an utterance with labels", found: "none")
    case .tooManyRejects(let corpus, let split, let rejects, let utterances):
      self.init(
        .badInput, code: "too-many-bad", subject: Sanitized.path(corpus),
        location: split.map { "split \($0)" },
        expected: "no more bad utterances than --max-bad allows",
        found: "\(rejects.count)" + (utterances.map { " of \($0)" } ?? ""),
        remedy: Self.remedy(rejects: rejects, of: utterances))
      findings = rejects
    default: self.init(training: error)
    }
  }

  /// The remedy for more rejected utterances than may be: the one of the utterances where all have the same.
  private static func remedy(rejects: [Finding], of utterances: Int?) -> Remedy {
    var alternatives: [String] = []
    if let first = rejects.first, Set(rejects.map(\.code)).count == 1 {
      alternatives = first.commandLineRemedy.alternatives.filter { $0.contains("--") }
    }
    alternatives.append("correct what is named below")
    // Nothing would be left to learn from.
    if rejects.count < utterances ?? .max { alternatives.append("give --max-bad \(rejects.count)") }
    return Remedy(alternatives)
  }

  private init(training error: WorkflowError) {
    switch error {
    case .noLabeledFrame(let corpus, let split, let findings):
      self.init(
        .badInput, code: "nothing-usable", subject: Sanitized.path(corpus), location: "split \(split)",
        expected: "a frame with a label", found: "none")
      self.findings = findings
    case .storedFeaturesOfLearnable(let frontEnd):
      self.init(
        .usage, code: "features-of-a-learned-front-end", subject: "--features-from",
        location: "front end \(frontEnd)", expected: "a fixed front end",
        remedy: "Leave it out: what learns needs the audio; or take \(frontEnd.kind):fixed.")
    case .unknownClasses(let name, let phones, let known):
      self.init(
        .usage, code: "no-classes", subject: "--classes",
        expected: "a column of the phone set \(Sanitized.symbol(phones)): \(known.joined(separator: ", "))",
        found: Sanitized.symbol(name))
    case .noSharedClasses(let phones, let classes):
      self.init(
        .usage, code: "no-shared-classes", subject: "the models",
        expected: "classes of \(Sanitized.symbol(phones)) that all can be folded into",
        found: classes.joined(separator: ", "), remedy: "Compare models of the same classes.")
    case .sharedSpeaker(let speaker, let trainSplit, let devSplit):
      self.init(
        .badInput, code: "shared-speaker", subject: "speaker \(speaker)",
        expected: "speakers of one of the splits \(trainSplit) and \(devSplit)", found: "of both",
        remedy: "Give the speaker's utterances one split in the manifest.")
    case .batchTooLarge(let numbers, let allowed):
      self.init(
        .usage, code: "too-large", subject: "a batch", expected: "at most \(allowed) numbers",
        found: "\(numbers)", remedy: "Use fewer --batch-segments or --segment-frames.")
    case .shuffleBufferTooLarge(let numbers, let allowed):
      self.init(
        .usage, code: "too-large", subject: "the shuffle buffer", expected: "at most \(allowed) numbers",
        found: "\(numbers)", remedy: "Use fewer --shuffle-segments or --segment-frames.")
    case .anotherTraining(let path, let epochs, let expected, let found):
      self.init(
        .configurationDiffers, code: "another-training", subject: Sanitized.path(path),
        location: "checkpoint",
        expected: "\(expected, "step") in \(epochs, "epoch") of this corpus", found: "\(found)",
        remedy: Remedy(
          because: "The corpus's files have changed, or the checkpoint",
          ["use another --out", "give --force in place of --resume to begin again"])
      )
    default: self.init(stream: error)
    }
  }

  private init(stream error: WorkflowError) {
    switch error {
    case .wholeUtteranceNormalization(let scope, let model):
      self.init(
        .usage, code: "cmvn", subject: "--cmvn", location: model.map { "--model \(Sanitized.path($0))" },
        expected: "none or sliding in a stream", found: scope.rawValue,
        remedy: Remedy(
          because: "Statistics of a whole utterance are known only at its end",
          model == nil
            ? ["use --cmvn sliding", "use kaleido preprocess"]
            : ["train with sliding normalization", "use kaleido evaluate"]))
    case .measuresUtterances(let options, let model):
      self.init(
        .usage, code: "whole-utterance", subject: options.map { "--\($0)" }.joined(separator: " and "),
        location: model.map { "--model \(Sanitized.path($0))" }, expected: "none or running in a stream",
        found: "utterance",
        remedy: Remedy(
          because: "Level and mean of a whole utterance are known only at its end",
          model == nil
            ? ["use " + options.map { "--\($0) running" }.joined(separator: " "), "use kaleido preprocess"]
            : [
              "train with " + options.map { "\($0)=running" }.joined(separator: ","), "use kaleido evaluate",
            ]))
    case .needsWholeUtterance(let model, let classifier):
      self.init(
        .usage, code: "needs-whole-utterance", subject: "--model", location: Sanitized.path(model),
        expected: "a model that reads forward only", found: classifier,
        remedy: Remedy(
          because: "A bidirectional model knows a phone only at the end of the utterance",
          ["use kaleido evaluate", "train one that reads forward"]))
    case .outputClosed:
      self.init(
        .inputOutput, code: "closed-pipe", subject: "standard output", location: "write", errorNumber: EPIPE)
    default: self.init(comparison: error)
    }
  }

  private static func option(ofSplit role: SplitRole) -> String {
    switch role {
    case .training: "--train-split"
    case .development: "--dev-split"
    case .test: "--split"
    }
  }

  private init(comparison error: WorkflowError) {
    switch error {
    case .invalidContender(let text, let expected, let found):
      self.init(.usage, code: "missing-value", subject: text, expected: expected, found: found)
    case .tooFewContenders(let found):
      self.init(
        .usage, code: "too-few-front-ends", subject: "compare", expected: "at least two front ends",
        found: "\(found)",
        remedy: "The first is the baseline of the others.")
    case .tooManyContenders(let found, let allowed):
      self.init(
        .usage, code: "too-many-front-ends", subject: "compare", expected: "at most \(allowed) front ends",
        found: "\(found)")
    case .repeatedRuns(let name):
      self.init(
        .usage, code: "run-twice", subject: name, expected: "different RUNs", found: "the same twice")
    case .seedCountDiffers(let name, let seeds, let runs):
      self.init(
        .usage, code: "seed-count", subject: name, expected: "\(seeds) RUNs, one a seed", found: "\(runs)",
        remedy: "Name the RUNs of all seeds with commas between them, or set --seeds.")
    case .trialsOfRuns(let name):
      self.init(
        .usage, code: "unequal-trials", subject: name, expected: "as many trials for every contender",
        found: "--try beside one that is trained already",
        remedy: Remedy(["leave --try out", "train the front end here"]))
    case .seedOfContender(let name):
      self.init(
        .usage, code: "seed-of-compare", subject: name, expected: "--seeds N and --first-seed",
        found: "a seed of the front end", remedy: "Every front end is trained with several seeds.")
    case .labelShiftWithoutExternal:
      self.init(
        .usage, code: "no-effect", subject: "--label-shift", expected: "features as dir:DIR", found: "none",
        remedy: "Leave it out: what is computed here needs none.")
    case .noRuns:
      self.init(
        .usage, code: "too-few-runs", subject: "report", expected: "a RUN", found: "0",
        remedy: "Name the folder of a training.")
    case .missingRun(let path):
      self.init(
        .noInput, code: "missing-file", subject: Sanitized.path(path), expected: "a RUN", found: "nothing",
        remedy: "Check the path.")
    case .unfinishedRun(let path):
      self.init(
        .badInput, code: "run-unfinished", subject: Sanitized.path(path),
        expected: "the folder of a training that has ended", found: "no summary.json",
        remedy: "Name the RUN itself; finish it with kaleido train --resume.")
    case .repeatedSeed(let path, let seed):
      self.init(
        .badInput, code: "seed-twice", subject: Sanitized.path(path), expected: "another seed",
        found: "\(seed)", remedy: "RUNs of one contender differ by their seeds.")
    case .runOfAnotherCorpus(let path):
      self.init(
        .badInput, code: "another-corpus", subject: Sanitized.path(path),
        expected: "a training on this corpus, with the same splits", found: "one on another",
        remedy:
          "The speakers that it was trained on are not known: train it here, or use kaleido report."
      )
    case .testSpeakerTrainedOn(let speaker, let trainedSplit, let testSplit):
      self.init(
        .badInput, code: "shared-speaker", subject: "speaker \(speaker)",
        expected: "speakers and voices of one of the splits \(trainedSplit) and \(testSplit)",
        found: "of both",
        remedy: Remedy([
          "name another --split", "give the speaker's utterances one split in the manifest",
        ]))
    case .trainingsNotPaired(let name, let expected, let found):
      self.init(
        .badInput, code: "contenders-not-paired", subject: name,
        expected: "\(expected.train) and \(expected.dev, "utterance") to train on and to choose by",
        found: "\(found.train) and \(found.dev)",
        remedy: "Some utterances cannot be used by every front end: leave them out of the corpus.")
    case .damagedChoices(let path):
      self.init(
        .badInput, code: "choices-damaged", subject: Sanitized.path(path),
        expected: "what kaleido compare writes for this measure", found: "something else",
        remedy: Remedy(["give --force to choose again", "use another --out"]))
    case .damagedPart(let path, let cause):
      self.init(cause)
      remedy = "Remove \(Sanitized.path(path)) and run the same command again: what can be made again is."
    case .everyTrialDiverged(let name, let trials, let cause):
      self.init(cause)
      subject = trials == 1 ? "the training of \(name)" : "the last of \(trials) trials of \(name)"
      remedy = "Use a lower --learning-rate or --clip-norm; a contender needs a trial that does not diverge."
    case .seedDiverged(let name, let seed, let cause):
      self.init(cause)
      subject = "the training of \(name)"
      location = "seed \(seed), \(location ?? "")"
      remedy = "Use a lower --learning-rate or --clip-norm, in another --out; a comparison needs every seed."
    default: self.init(.internal, code: "workflow", subject: "kaleido", found: "\(error)")
    }
  }
}
