import ArgumentParser
import Corpus
import Foundations
import FrontEnds
import Workflows

/// The command that repeats a comparison or a report, from the settings in force, wherever they were set.
///
/// The number of workers, messages and paths make no difference to the results: CORPUS, LABELS, PHONES and
/// DIR are written for paths.
struct RepeatingCommand {
  private var arguments: [String]

  /// - Parameter frontEnds: as they were given.
  init(frontEnds: [String], _ options: ComparisonOptions, _ settings: SettingLayers) {
    let operands = zip(frontEnds, options.contenders).map { text, contender in
      if case .trained = contender { text } else { contender.name }
    }
    arguments =
      ["kaleido", "compare"] + operands + ["--corpus", "CORPUS", "--seeds", "\(options.seedCount)"]
    let tried = tried(options.trials)
    for setting in tried { add("--try", "\(setting.name)=\(setting.values.joined(separator: ","))") }
    add(
      settings, of: CompareCommand.self, without: ["seeds"] + tried.map(\.name),
      features: options.contenders)
  }

  init(_ options: ReportOptions, _ settings: SettingLayers) {
    let operands = options.runs.map { String(Contender.runs([$0]).name.dropFirst(4)) }
    arguments = ["kaleido", "report"] + operands + ["--corpus", "CORPUS"]
    add(settings, of: ReportCommand.self)
  }

  /// Adds the settings of command line, environment and file that have an effect and are options of the
  /// command, in the order of their names.
  ///
  /// - Parameter contenders: those whose feature options are among them.
  private mutating func add(
    _ settings: SettingLayers, of command: any ParsableCommand.Type, without excluded: [String] = [],
    features contenders: [Contender] = []
  ) {
    let offered = CommandVocabulary(of: command).options.subtracting(excluded + ["jobs"])
    var values: [String: String] = [:]
    for entry in settings.entries where [.flag, .environment, .file].contains(entry.origin) {
      values[entry.name] = entry.value.text
    }
    for option in FeatureOption.all where contenders.contains(where: { $0.uses(option) }) {
      values[option.name] = settings.given(option.name)?.text
    }
    for (name, value) in values.sorted(by: { $0.key < $1.key }) where offered.contains(name) {
      switch (name, value) {
      case (_, "true"): arguments.append("--\(name)")
      case (_, "false"): arguments.append("--no-\(name)")
      case (CorpusOptions.labelsName, _): add("--\(name)", "LABELS")
      case (CorpusOptions.phonesName, _) where PhoneSetChoice(value)?.isFile == true:
        add("--\(name)", "PHONES")
      default: add("--\(name)", value)
      }
    }
  }

  private mutating func add(_ name: String, _ value: String) { arguments += [name, value] }

  private func tried(_ trials: [[TriedSetting]]) -> [(name: String, values: [String])] {
    var tried: [(name: String, values: [String])] = []
    for setting in trials.joined() {
      if let index = tried.firstIndex(where: { $0.name == setting.name }) {
        if !tried[index].values.contains(setting.value.text) {
          tried[index].values.append(setting.value.text)
        }
      } else {
        tried.append((setting.name, [setting.value.text]))
      }
    }
    return tried
  }

  var text: String { (arguments + ["--out", "DIR"]).map(Self.quoted).joined(separator: " ") }

  /// A word as a shell reads it.
  private static func quoted(_ word: String) -> String {
    let plain = word.utf8.allSatisfy {
      (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
        || "-_=:,./%+".utf8.contains($0)
    }
    if plain, !word.isEmpty { return word }
    return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
