import Foundations
import Workflows

/// The values of `--try`: `NAME=VALUE[,VALUE...]`, each one of the settings that may be tuned.
struct TrialArguments {
  /// All combinations, each one trial.
  private(set) var trials: [[TriedSetting]] = [[]]

  /// - Throws: ``Failure``.
  init(_ texts: [String]) throws(Failure) {
    for text in texts { try add(text) }
  }

  private mutating func add(_ text: String) throws(Failure) {
    let tunable = TrainOptions.settings.filter(\.isTunable)
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let name = parts.first, let setting = tunable.named(name) else {
      let names = tunable.map(\.name)
      throw Self.invalid(
        "one of \(names.joined(separator: ", "))", found: text,
        remedy: parts.first.flatMap { NearestName.of($0, among: names) }.map { "Did you mean \($0)?" })
    }
    let texts = parts.count == 2 ? parts[1].split(separator: ",", omittingEmptySubsequences: false) : []
    var values: [SettingValue] = []
    for text in texts {
      do { values.append(try setting.parse(String(text))) } catch {
        throw Failure(error, from: .option("try \(name)"))
      }
    }
    guard !values.isEmpty, Set(values).count == values.count else {
      throw Self.invalid("\(name)=VALUE,VALUE with different values", found: text)
    }
    guard !trials[0].contains(where: { $0.name == name }) else {
      throw Failure(
        .usage, code: "option-twice", subject: "--try \(name)", expected: "the setting once", found: "twice")
    }
    trials = trials.flatMap { trial in values.map { trial + [TriedSetting(name: name, value: $0)] } }
    guard trials.count <= ComparisonOptions.maximumTrials else {
      throw Self.invalid("at most \(ComparisonOptions.maximumTrials) trials", found: "\(trials.count)")
    }
  }

  private static func invalid(_ expected: String, found: String, remedy: Remedy? = nil) -> Failure {
    Failure(
      .usage, code: "invalid-value", .option("try"), expected: expected, found: found, remedy: remedy)
  }
}
