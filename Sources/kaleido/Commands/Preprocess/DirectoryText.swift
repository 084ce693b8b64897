import Archives
import Workflows

/// The results of `status`, `verify` and `finish` as text.
enum DirectoryText {
  /// The exit codes of `status` and `verify`, for their help.
  static let exitCodes = """
    Ends with 0 if the directory is whole, 65 if something committed is wrong, 75 if shards are missing; \
    the same preprocess command makes anew what is wrong and does what is missing.
    """

  static func lines(_ state: DirectoryState, style: Style) -> String {
    var lines = [
      "\(state.directory): \(state.format.rawValue), \(state.committed) of "
        + "\(state.shardsTotal, "shard") committed",
      "\(state.utterances) of \(state.utterancesTotal, "utterance"), \(state.frames, "frame"), "
        + "\(Quantity.bytes(Int(clamping: state.bytes))), \(state.rejects) rejected, "
        + "\(state.warnings, "warning")",
    ]
    let listed = FindingText.listLimit
    if !state.missing.isEmpty {
      lines.append(
        "missing: " + state.missing.prefix(listed).map(String.init).joined(separator: " ")
          + (state.missing.count > listed ? " and \(state.missing.count - listed) more" : ""))
    }
    for wrong in state.wrong {
      for fault in wrong.faults { lines.append(style.red("wrong: shard \(wrong.shard): \(fault)")) }
    }
    lines.append(state.isWhole ? style.green("whole") : "not whole: run preprocess again")
    return lines.joined(separator: "\n") + "\n"
  }

  static func lines(_ report: FinishedDirectory) -> String {
    let written = report.written.isEmpty ? "nothing" : report.written.joined(separator: " ")
    let head =
      "\(report.directory): wrote \(written); \(report.unchanged.count, "index") unchanged"
    return ([head] + report.notes.map { "note: \($0.text)" }).joined(separator: "\n") + "\n"
  }
}

extension DirectoryState: CommandReport {
  func text(_ style: Style, isVerbose: Bool) -> String { DirectoryText.lines(self, style: style) }

  func jsonText() -> String { json }

  var exitStatus: ExitStatus {
    if !wrong.isEmpty { return .badInput }
    return isWhole ? .whole : .interrupted
  }
}

extension FinishedDirectory: CommandReport {
  func text(_ style: Style, isVerbose: Bool) -> String { DirectoryText.lines(self) }

  func jsonText() -> String { json }
}
