import Foundation
import TestSupport
import Testing

@Suite struct ProgramConduct {
  @Test func helpNamesTheCommands() throws {
    let run = try ProgramRun.kaleido(["--help"])
    #expect(run.status == 0)
    #expect(run.output.contains("kaleido"))
  }
}
