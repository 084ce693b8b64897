import Foundations
import Workflows

/// The command that repeats a comparison or a report, from the options in force.
///
/// The number of workers, what is shown and where things lie make no difference to the results, so CORPUS and
/// DIR stand for paths.
struct RepeatingCommand {
  private var words: [String]

  /// Settings that come before the others, and the number of workers.
  private static let ordered: Set<String> = ["jobs", "seeds", "first-seed", "measure", "label-shift"]

  private init(_ name: String, operands: [String]) {
    words = ["kaleido", name] + operands + ["--corpus", "CORPUS"]
  }

  private mutating func add(_ flags: [String: String]) {
    for (name, value) in flags.sorted(by: { $0.key < $1.key }) where !Self.ordered.contains(name) {
      switch value {
      case "true": words.append("--\(name)")
      case "false": words.append("--no-\(name)")
      default: add("--\(name)", value)
      }
    }
  }

  /// - Parameter rows: as they were given.
  init(rows: [String], _ options: ComparisonOptions, flags: [String: String]) {
    let operands = zip(rows, options.contenders).map { text, contender in
      if case .trained = contender { text } else { contender.name }
    }
    self.init("compare", operands: operands)
    add("--seeds", "\(options.seedCount)")
    if options.firstSeed != 1 { add("--first-seed", "\(options.firstSeed)") }
    if options.measure != .phonesStrict { add("--measure", options.measure.rawValue) }
    for setting in tried(options.trials) {
      add("--try", "\(setting.name)=\(setting.values.joined(separator: ","))")
    }
    if let shift = options.labelShift { add("--label-shift", "\(shift)") }
    add(flags)
  }

  init(_ options: ReportOptions, flags: [String: String]) {
    let operands = options.runs.map { String(Contender.runs([$0]).name.dropFirst(4)) }
    self.init("report", operands: operands)
    add(flags)
  }

  private mutating func add(_ name: String, _ value: String) { words += [name, value] }

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

  var text: String { (words + ["--out", "DIR"]).map(Self.quoted).joined(separator: " ") }

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
