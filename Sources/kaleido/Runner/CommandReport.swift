/// The result of a command: text for people or JSON for programs, what was left out, and the exit code.
protocol CommandReport: Sendable {
  /// The text, with a newline at its end.
  func text(_ style: Style, isVerbose: Bool) -> String

  /// The JSON, with a newline at its end.
  func jsonText() throws -> String

  /// Names on standard error what was left out and what was odd; never silent about a reject.
  func printFindings(_ output: OutputOptions)

  var exitStatus: ExitStatus { get }
}

extension CommandReport {
  func printFindings(_ output: OutputOptions) {}
  var exitStatus: ExitStatus { .whole }
}

extension OutputOptions {
  /// Prints a report as the options ask for it.
  func print(_ report: some CommandReport) throws -> ExitStatus {
    report.printFindings(self)
    if json {
      try Console.out(report.jsonText())
    } else if !quiet {
      try Console.out(report.text(tableStyle, isVerbose: verbose))
    }
    return report.exitStatus
  }
}
