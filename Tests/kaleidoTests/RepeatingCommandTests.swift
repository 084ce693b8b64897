import Foundation
import TestSupport
import Testing

@Suite("RepeatingCommand") struct RepeatingCommandTests {
  private let comparisons = CompareTests()

  @Test func `the command of a report repeats it`() throws {
    let folder = try TemporaryFolder()
    let more = ["--try", "dropout=0,0.1", "--measure", "frames", "--jobs", "2"]
    #expect(try comparisons.compare(["mel", "fft"], "2", more, in: folder).status == 0)
    let json = try comparisons.result("2", in: folder)
    #expect(
      json["command"] as? String
        == "kaleido compare mel fft --corpus CORPUS --seeds 2 --try dropout=0,0.1 --batch-segments 4 "
        + "--epochs 2 --hidden 16 --measure frames --shuffle-segments 8 --out DIR"
    )
  }

  @Test func `the command of a report has what environment and file set`() throws {
    let folder = try TemporaryFolder()
    // What compare has no option for, or no effect of, belongs to other commands.
    let file = #"{"unknown-phone": "reject", "format": "npy", "seed": 7, "cepstra": 5, "mel-bins": 9}"#
    try Data(file.utf8).write(to: folder.appending("settings.json"))
    let first = try ProgramRun.kaleido(
      ["compare", "mel", "mel:preemphasis=0", "--corpus", BuiltInCorpus.path]
        + ["--out", folder.appending("first").path, "--config", folder.appending("settings.json").path]
        + CompareTests.small,
      environment: ["KALEIDO_LABEL_SMOOTHING": "0.2", "KALEIDO_REMOVE_DC": "false"])
    #expect(first.status == 0, "\(first.errors)")
    let command = try #require(try comparisons.result("first", in: folder)["command"] as? String)
    #expect(
      command
        == "kaleido compare mel mel:preemphasis=0 --corpus CORPUS --seeds 2 --batch-segments 4 --epochs 2 "
        + "--hidden 16 --label-smoothing 0.2 --mel-bins 9 --no-remove-dc --shuffle-segments 8 "
        + "--unknown-phone reject --out DIR")
    let paths = ["CORPUS": BuiltInCorpus.path, "DIR": folder.appending("second").path]
    let again = try ProgramRun.kaleido(
      command.split(separator: " ").dropFirst().map { paths[String($0)] ?? String($0) })
    #expect(again.status == 0, "\(again.errors)")
    #expect(try comparisons.result("second", in: folder) == comparisons.result("first", in: folder))
  }

}
