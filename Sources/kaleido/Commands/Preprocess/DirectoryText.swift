import Archives
import Workflows

/// The results of `status`, `verify` and `finish` as text.
enum DirectoryText {
  /// The exit codes of `status` and `verify`, for their help.
  static let exitCodes = """
    Ends with 0 if the directory is whole, 65 if something committed is wrong or more utterances were \
    rejected than the last run allowed, 75 if shards are missing; the same preprocess command makes anew \
    what is wrong and does what is missing.
    """

  static func lines(_ state: DirectoryState, style: Style) -> String {
    var lines = [
      "\(state.directory): \(state.format.rawValue), \(state.committed) of "
        + "\(state.shardsTotal, "shard") committed",
      "\(state.utterances) of \(state.utterancesTotal, "utterance"), \(state.frames, "frame"), "
        + "\(Quantity.bytes(Int(clamping: state.bytes))), \(state.rejects.rejects) rejected, "
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
    lines += tooMany(state.rejects).map(style.red)
    lines.append(state.isWhole ? style.green("whole") : "not whole: run preprocess again")
    return lines.joined(separator: "\n") + "\n"
  }

  /// A line where more were rejected than allowed.
  private static func tooMany(_ tally: RejectTally) -> [String] {
    guard tally.isExceeded else { return [] }
    return [
      "\(tally.rejects) rejected, more than --max-bad \(tally.limit.text) of the last run allows: "
        + "rejects.jsonl names them"
    ]
  }

  static func lines(_ report: FinishedDirectory, style: Style) -> String {
    let written = report.written.isEmpty ? "nothing" : report.written.joined(separator: " ")
    let head =
      "\(report.directory): wrote \(written); \(report.unchanged.count, "index") unchanged"
    let notes = report.notes.map { "note: \($0.text)" } + tooMany(report.rejects).map(style.red)
    return ([head] + notes).joined(separator: "\n") + "\n"
  }
}

extension DirectoryState: CommandReport {
  func text(_ style: Style, isVerbose: Bool) -> String { DirectoryText.lines(self, style: style) }

  func jsonText() -> String { json }

  var exitStatus: ExitStatus {
    if !wrong.isEmpty || rejects.isExceeded { return .badInput }
    return isWhole ? .whole : .interrupted
  }
}

extension FinishedDirectory: CommandReport {
  func text(_ style: Style, isVerbose: Bool) -> String { DirectoryText.lines(self, style: style) }

  func jsonText() -> String { json }

  var exitStatus: ExitStatus { rejects.isExceeded ? .badInput : .whole }
}
