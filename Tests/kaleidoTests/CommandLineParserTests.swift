import Foundation
import TestSupport
import Testing

@Suite struct CommandLineParserTests {
  @Test(
    "a misspelled command is met with the nearest",
    arguments: [
      (["trian", "corpus", "--out", "run"], "train"), (["preproces"], "preprocess"),
      (["corpus", "chekc", "x"], "check"), (["model", "inspct"], "inspect"),
      (["help", "evalute"], "evaluate"),
      (["preprocess", "statsu", "dir"], "status"), (["preprocess", "verfy"], "verify"),
      (["graph", "trian"], "train"),
    ])
  func suggestion(arguments: [String], meant: String) throws {
    let run = try ProgramRun.kaleido(arguments)
    #expect(run.status == 64 && run.output.isEmpty)
    #expect(run.errors.contains(": unknown-command\n") && run.errors.contains("Did you mean \(meant)?"))
  }

  @Test("a command that is near to none is met with all of them")
  func unknown() throws {
    let run = try ProgramRun.kaleido(["quux"])
    #expect(run.status == 64 && run.errors.hasPrefix("error: quux: unknown-command\n"))
    #expect(run.errors.contains("demo, doctor, corpus, preprocess, train"))
  }

  @Test("a corpus whose name is almost a command's is taken if it exists")
  func corpusLikeACommand() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(at: folder.appending("statsu"), withIntermediateDirectories: true)
    let run = try ProgramRun.kaleido(["preprocess", "statsu", "--out", "out"], in: folder.url)
    #expect(!run.errors.contains("unknown-command"))
  }

  @Test(
    "errors of the parser have the form of all others",
    arguments: [
      (["stream", "--mel-bin", "3"], "--mel-bin: unknown-option", "remedy: Did you mean --mel-bins?"),
      (["--verson"], "--verson: unknown-option", "remedy: Did you mean --version?"),
      (["preprocess", "c"], "--out <dir>: missing-argument", "kaleido preprocess <corpus> --out <dir>"),
      (["doctor", "x", "y"], "x y: unexpected-arguments", "kaleido doctor"),
      (["doctor", "x"], "x: unexpected-argument", "kaleido doctor"),
      (
        ["doctor", "--progress", "often"], "--progress: invalid-value", "expected: one of auto, always, never"
      ),
      (["doctor", "--json=yes"], "--json: unexpected-value", "found:    yes"),
      (["doctor", "--out"], "--out: missing-value", "<dir>"),
      (["doctor", "--quiet", "--verbose"], "--quiet and --verbose exclude each other.", ""),
    ])
  func form(arguments: [String], head: String, line: String) throws {
    let run = try ProgramRun.kaleido(arguments)
    #expect(run.status == 64 && run.output.isEmpty)
    #expect(run.errors.hasPrefix("error: \(head)\n"), "\(run.errors)")
    #expect(line.isEmpty || run.errors.contains(line), "\(run.errors)")
  }

  @Test("an option that is near to none is met without a suggestion")
  func noSuggestion() throws {
    let run = try ProgramRun.kaleido(["train", "c", "--out", "d", "--try", "x"])
    #expect(run.status == 64 && run.errors.hasPrefix("error: --try: unknown-option\n"))
    #expect(!run.errors.contains("Did you mean"), "\(run.errors)")
  }

  @Test(
    "a misspelled name of a value is met with the nearest",
    arguments: [
      ("--preset", "kladi", "kaldi"), ("--format", "nyp", "npy"), ("--cmvn", "speker", "speaker"),
      ("--front-end", "mfc", "mfcc"),
    ])
  func valueSuggestion(option: String, value: String, meant: String) throws {
    let run = try ProgramRun.kaleido(["preprocess", "c", "--out", "d", option, value])
    #expect(run.status == 64 && run.errors.contains("Did you mean \(meant)?"), "\(run.errors)")
  }

  @Test("a negative part of several reaches the check of its range")
  func negativeShard() throws {
    let run = try ProgramRun.kaleido(["preprocess", "c", "--out", "d", "--shard", "-1/2"])
    #expect(run.status == 64 && run.errors.hasPrefix("error: --shard: invalid-value\n"), "\(run.errors)")
    #expect(run.errors.contains("found:    -1/2"))
  }

  @Test("shells complete the options of preprocess", arguments: ["bash", "zsh", "fish"])
  func completion(shell: String) throws {
    let run = try ProgramRun.kaleido(["--generate-completion-script", shell])
    #expect(run.status == 0 && run.output.contains("preprocess") && run.output.contains("verify"))
    let script = run.output
    #expect(!script.contains("preprocess_run") && !script.contains("CompletedKaleido"))
    if shell == "bash" {
      let start = try #require(script.range(of: "_kaleido_preprocess() {"))
      let body = script[start.upperBound...].prefix(4000)
      #expect(body.contains("--relative-paths"))
    }
  }
}
