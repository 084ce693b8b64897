import ArgumentParser
import Glibc
import Workflows

/// How every command behaves at its edges: signals, failures, exit codes.
enum Conduct {
  /// Runs a command's work: signals cancel it, failures become text on standard error and an exit code.
  ///
  /// - Parameter stop: what the first signal does; it cancels the work if nil.
  static func run(
    _ output: OutputOptions, stop: (@Sendable () -> Void)? = nil,
    _ work: @escaping @Sendable () async throws -> ExitStatus
  ) async throws {
    Interruption.ignoreWriteSignals()
    SettingText.tellUnknownVariables(output)
    let status: ExitStatus
    do {
      status = try await Interruption.run(stop: stop, work)
    } catch let failure as Console.OutputFailure {
      Console.error(
        "\(output.messageStyle.red("error:")) standard output: \(String(cString: strerror(failure.errorNumber)))\n"
      )
      throw ExitStatus.inputOutput.exitCode
    } catch let exit as ExitCode {
      throw exit
    } catch {
      let failure = Failure(error)
      Console.error(
        FailureText.lines(for: failure, style: output.messageStyle).joined(separator: "\n") + "\n")
      throw ExitStatus(failure.kind).exitCode
    }
    guard status == .whole else { throw status.exitCode }
  }
}
