import Foundation
import TestSupport
import Testing

/// Trainings that go on, and reports of the speakers that they are chosen and scored on.
@Suite("Trainings that go on") struct TrainMoreTests {
  private func train(_ out: String, _ more: [String], in folder: TemporaryFolder) throws -> ProgramRun {
    try ProgramRun.kaleido(
      [
        "train", BuiltInCorpus.path, "--front-end", "mel", "--out", folder.appending(out).path,
        "--hidden", "16", "--batch-segments", "4", "--shuffle-segments", "8", "--progress", "never",
      ] + more)
  }

  /// The files of a RUN whose bytes are promised.
  private func contents(_ out: String, in folder: TemporaryFolder) throws -> [String: Data] {
    try folder.contents(under: out).filter { $0.key != "provenance.jsonl" }
  }

  @Test func `a finished training goes on for more epochs where the schedule does not depend on them`() throws
  {
    let folder = try TemporaryFolder()
    for schedule in ["constant", "newbob"] {
      let more = ["--schedule", schedule]
      #expect(try train("\(schedule)-4", more + ["--epochs", "4"], in: folder).status == 0)
      #expect(try train(schedule, more + ["--epochs", "2"], in: folder).status == 0)
      let run = try train(schedule, more + ["--epochs", "4", "--resume"], in: folder)
      #expect(run.status == 0, "\(run.errors)")
      #expect(try contents(schedule, in: folder) == contents("\(schedule)-4", in: folder), "\(schedule)")
      // Fewer are not what was done.
      let fewer = try train(schedule, more + ["--epochs", "3", "--resume"], in: folder)
      #expect(fewer.status == 78 && fewer.errors.contains("training.epochs: 4 there, 3 asked for"))
    }
    #expect(try train("cycle", ["--epochs", "2"], in: folder).status == 0)
    let cycle = try train("cycle", ["--epochs", "4", "--resume"], in: folder)
    #expect(cycle.status == 78 && cycle.errors.contains("training.epochs: 2 there, 4 asked for"))
  }

  @Test func `choices on the training speakers, and scores of speakers that the model knows, are reported`()
    throws
  {
    let folder = try TemporaryFolder()
    let run = try train("run", ["--epochs", "1", "--dev-split", "train"], in: folder)
    #expect(run.status == 0 && run.errors.contains("the dev split is the training split"), "\(run.errors)")
    #expect(try train("usual", ["--epochs", "1"], in: folder).status == 0)
    func evaluate(_ split: String) throws -> ProgramRun {
      try ProgramRun.kaleido([
        "evaluate", folder.appending("usual").path, BuiltInCorpus.path, "--split", split, "--progress",
        "never",
      ])
    }
    #expect(try evaluate("dev").errors.contains("among them 0 training speakers and 1 dev speaker of"))
    #expect(try evaluate("train").errors.contains("among them 2 training speakers and 0 dev speakers"))
    #expect(try evaluate("test").errors.isEmpty)
  }
}
