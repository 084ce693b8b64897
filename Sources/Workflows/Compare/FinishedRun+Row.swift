import Archives
import Corpus
import Files
import Foundations
import FrontEnds
import Recognition
import Signal
import TrainedModels

extension ComparePlan.Entry {
  /// Runs that were trained before, in the order of their seeds.
  ///
  /// Throws ``Failure`` for runs that have not ended, cannot run on audio, are not of one row, or have a seed in common.
  static func finished(_ paths: [String], name: String) throws -> [FinishedRun] {
    var runs: [FinishedRun] = []
    for path in paths {
      guard try FileStore().status(path) != nil else {
        throw Failure(
          .noInput, code: "missing-file", subject: Sanitized.path(path), expected: "a RUN", found: "nothing",
          remedy: "Check the path.")
      }
      guard let run = try FinishedRun(path: path) else {
        throw Failure(
          .badInput, code: "run-unfinished", subject: Sanitized.path(path),
          expected: "the folder of a training that has ended", found: "no \(RunDirectory.summaryName)",
          remedy: "Name the RUN itself; finish it with kaleido train --resume.")
      }
      guard run.configuration.frontEnd.kind != .given else {
        throw FrontEndError.notFromAudio(kind: FrontEndKind.given.name)
      }
      runs.append(run)
    }
    runs.sort { $0.seed < $1.seed }
    for (before, run) in zip(runs, runs.dropFirst()) {
      guard before.seed != run.seed else {
        throw Failure(
          .badInput, code: "seed-twice", subject: Sanitized.path(run.path), expected: "another seed",
          found: "\(run.seed)", remedy: "RUNs of one row differ by their seeds.")
      }
      let (first, other) = (runs[0].configuration.seedless, run.configuration.seedless)
      guard first == other else {
        throw FileError.configurationDiffers(
          path: run.path,
          fields: ConfigurationDifference.between(directory: first.json, run: other.json))
      }
    }
    return runs
  }
}

extension RunConfiguration {
  /// The same with seed 0.
  fileprivate var seedless: RunConfiguration {
    var other = self
    other.training.seed = 0
    other.frontEnd.configuration.frame.seed = 0
    return other
  }
}
