import Archives
import Corpus
import DataManifests
import Files
import FrontEnds
import Glibc
import Signal
import StageGraph
import Stages
import Testing
import Workflows

@testable import kaleido

@Suite("Failure") struct FailureTests {
  @Test(
    "a disk that fails decides the kind",
    arguments: [
      (SystemOperation.write, ENOSPC, Failure.Kind.inputOutput), (.sync, EIO, .inputOutput),
      (.rename, EIO, .inputOutput), (.create, EROFS, .cannotCreate), (.makeFolder, ENOSPC, .cannotCreate),
      (.create, EACCES, .permission), (.write, EFBIG, .inputOutput), (.create, EIO, .inputOutput),
      (.open, EMFILE, .inputOutput), (.write, EROFS, .cannotCreate),
    ])
  func disk(operation: SystemOperation, code: Int32, kind: Failure.Kind) {
    let failure = Failure(FileError.system(operation: operation, path: "/out/x", code: code))
    #expect(failure.kind == kind)
    #expect(failure.errorNumber == code && failure.subject == "/out/x" && failure.remedy != nil)
  }

  @Test("the first cause inside a graph is what is reported") func firstCause() {
    let cause = CorpusError.inputOutput(path: "a.wav", operation: "read", errno: EIO)
    let failure = Failure(StageGraphError.stageFailed(stage: "AudioReader", worker: 1, underlying: cause))
    #expect(failure.kind == .inputOutput && failure.subject == "a.wav")
    #expect(Failure(StageGraphError.cancelled) == .interruption)
    #expect(Failure(CancellationError()).kind == .interrupted)
  }

  @Test("a configuration that differs names the fields") func differences() {
    let failure = Failure(
      FileError.configurationDiffers(
        path: "out/config.json", fields: [.init(field: "options.mel-bins", directory: "40", run: "23")]))
    #expect(failure.kind == .configurationDiffers)
    #expect(failure.differences == [.init(field: "options.mel-bins", held: "40", wanted: "23")])
  }

  @Test("wrong feature options are the user's to correct") func features() throws {
    for text in [
      "melt", "mel:bins", "mel:bins=x", "mel:bins=2", "mel:,", "mel:cepstra=3", "mel:bins=3,bins=4",
    ] {
      do {
        _ = try FrontEndSpec(parsing: text).makeFrontEnd()
        Issue.record("\(text) was taken")
      } catch {
        #expect(Failure(error).kind == .usage, "\(text)")
      }
    }
  }

  @Test("errors of every module have a kind of their own") func kinds() {
    let wrong = SignalError.optionOutOfRange(option: "dither", value: -1, allowed: 0...1)
    #expect(Failure(wrong).kind == .usage)
    #expect(Failure(PostprocessingError.tooLarge(channels: 9, allowed: 8)).kind == .usage)
    #expect(Failure(BufferPoolError.exhausted(limit: 3)).code == "buffers-exhausted")
    struct Foreign: Error { let what = "detail" }
    #expect(Failure(Foreign()).found?.contains("detail") == true)
  }

  @Test("every finding survives its JSON") func findings() throws {
    for code in FindingCode.allCases {
      let finding = Finding(
        .reject, code, path: "a \"b\"\n.WAV", field: "f", line: 7, expected: "1", found: "ü", utterance: "K_1"
      )
      let json = FindingJSON.value(finding)
      #expect(FindingJSON.finding(json) == finding)
      #expect(json["remedy"]?.stringValue?.isEmpty == false)
    }
  }

  @Test("the code of a system call fits the exit code") func systemCodes() {
    func code(_ operation: SystemOperation, _ number: Int32) -> String {
      Failure(FileError.system(operation: operation, path: "/x", code: number)).code
    }
    #expect(code(.makeFolder, ENOENT) == "cannot-create")
    #expect(code(.create, EACCES) == "permission")
    #expect(code(.write, ENOSPC) == "input-output")
  }
}
