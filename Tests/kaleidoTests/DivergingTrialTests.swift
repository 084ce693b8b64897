import Foundation
import TestSupport
import Testing

/// Trials of `compare` whose training diverges.
@Suite struct DivergingTrialTests {
  private let comparisons = CompareTests()

  @Test func `a trial that diverges is recorded as one and not chosen`() throws {
    let folder = try TemporaryFolder()
    let tried = ["--try", "learning-rate=10,0.001"]
    let run = try comparisons.compare(["mel", "mel:mel-bins=8"], "out", tried, in: folder)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("diverged in epoch 1, step"), "\(run.output)")
    #expect(run.output.contains("2 of 4 trials diverged"), "\(run.output)")
    let page = try String(contentsOf: folder.appending("out/report.html"), encoding: .utf8)
    #expect(page.contains("diverged in epoch 1, step"))
    let json = try comparisons.result("out", in: folder)
    for row in try #require(json["rows"] as? [NSDictionary]) {
      let trials = try #require(row["trials"] as? [NSDictionary])
      #expect(trials[0]["is_chosen"] as? Bool == false && trials[1]["is_chosen"] as? Bool == true)
      #expect(
        trials[0]["dev_fer"] is NSNull && (trials[0]["diverged"] as? NSDictionary)?["epoch"] as? Int == 1)
    }
    // Recorded, it is not trained again.
    let estimate = try comparisons.compare(
      ["mel", "mel:mel-bins=8"], "out", tried + ["--dry-run"], in: folder)
    #expect(estimate.output.contains("6 trainings, 6 of them done"), "\(estimate.output)")
    let again = try comparisons.compare(["mel", "mel:mel-bins=8"], "out", tried, in: folder)
    #expect(again.status == 0 && again.output == run.output)
  }

  @Test func `a front end whose every trial diverges ends the comparison and is named`() throws {
    let folder = try TemporaryFolder()
    let all = try comparisons.compare(["mel", "fft"], "out", ["--try", "learning-rate=5,10"], in: folder)
    #expect(all.status == 65 && all.errors.contains("diverged"), "\(all.errors)")
    #expect(all.errors.contains("the last of 2 trials of mel"), "\(all.errors)")
    let one = try comparisons.compare(["mel", "fft"], "one", ["--learning-rate", "10"], in: folder)
    #expect(one.status == 65 && one.errors.contains("the training of mel"), "\(one.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.appending("one/comparison.json").path))
  }
}
