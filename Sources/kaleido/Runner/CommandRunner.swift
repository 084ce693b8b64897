import ArgumentParser
import Glibc
import Workflows

/// Runs a command's work: signals cancel it, failures become text on standard error and an exit code.
enum CommandRunner {
  /// - Parameters:
  ///   - command: whose options messages may name.
  ///   - stop: what the first signal does; it cancels the work if nil.
  static func run(
    _ command: any ParsableCommand.Type, _ output: OutputOptions, stop: (@Sendable () -> Void)? = nil,
    _ work: @escaping @Sendable () async throws -> ExitStatus
  ) async throws {
    try await CommandVocabulary.$current.withValue(CommandVocabulary(of: command)) {
      try await run(output, stop: stop, work)
    }
  }

  private static func run(
    _ output: OutputOptions, stop: (@Sendable () -> Void)?,
    _ work: @escaping @Sendable () async throws -> ExitStatus
  ) async throws {
    Interruption.ignoreWriteSignals()
    Warnings.warnAboutUnknownVariables(output)
    let status: ExitStatus
    do {
      status = try await Interruption.run(stop: stop, work)
    } catch let failure as Console.OutputFailure {
      Console.error(
        "\(output.messageStyle.red("error:")) standard output: "
          + "\(String(cString: strerror(failure.errorNumber)))\n"
      )
      throw ExitStatus.inputOutput.exitCode
    } catch {
      let failure = Failure(error)
      Console.error(FailureText.text(of: failure, style: output.messageStyle))
      throw ExitStatus(failure.kind).exitCode
    }
    guard status == .whole else { throw status.exitCode }
  }
}
