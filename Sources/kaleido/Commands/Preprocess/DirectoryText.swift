import Archives
import Workflows

/// What `status`, `verify` and `finish` tell a person.
enum DirectoryText {
  /// What `status` and `verify` end with, for their help.
  static let exitCodes = """
    Ends with 0 if the directory is whole, 65 if something committed is wrong, 75 if shards are missing; the same \
    preprocess command makes anew what is wrong and does what is missing.
    """

  static func status(_ state: DirectoryState) -> ExitStatus {
    if !state.wrong.isEmpty { return .badInput }
    return state.isWhole ? .whole : .interrupted
  }

  static func lines(_ state: DirectoryState, style: Style) -> String {
    var lines = [
      "\(state.directory): \(state.format.rawValue), \(state.committed) of \(state.shardsTotal) shards committed",
      "\(state.utterances) of \(state.utterancesTotal) utterances, \(state.frames) frames, "
        + "\(Quantity.bytes(Int(clamping: state.bytes))), \(state.rejects) rejected, \(state.warnings) warnings",
    ]
    if !state.missing.isEmpty {
      lines.append(
        "missing: " + state.missing.prefix(20).map(String.init).joined(separator: " ")
          + (state.missing.count > 20 ? " and \(state.missing.count - 20) more" : ""))
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
      "\(report.directory): wrote \(written); \(report.unchanged.count) indexes were as they should be"
    return ([head] + report.notes.map { "note: \($0.text)" }).joined(separator: "\n") + "\n"
  }
}
