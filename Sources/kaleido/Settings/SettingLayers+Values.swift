import Archives
import Corpus
import Foundations
import FrontEnds
import TrainedModels
import Workflows

extension SettingLayers {
  /// Looks up a setting that has two states.
  mutating func flag(_ name: String) throws(Failure) -> Bool {
    let text = try value(name, default: "false")
    guard let flag = Bool(text) else {
      throw Self.invalid(name, expected: "true or false", found: text)
    }
    return flag
  }

  /// Looks up a whole number.
  mutating func count(
    _ name: String, default defaultValue: Int, in range: ClosedRange<Int>
  ) throws(Failure) -> Int {
    let text = try value(name, default: "\(defaultValue)")
    guard let count = Int(text), range.contains(count) else {
      throw Self.invalid(
        name, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)", found: text)
    }
    return count
  }

  /// Looks up one of a few names.
  mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ name: String, default defaultValue: Choice
  ) throws(Failure) -> Choice {
    let text = try value(name, default: defaultValue.rawValue)
    guard let choice = Choice(rawValue: text) else {
      let names = Choice.allCases.map(\.rawValue)
      throw Self.invalid(
        name, expected: "one of \(names.joined(separator: ", "))", found: text,
        remedy: NearestName.of(text, among: names).map { "Did you mean \($0)?" })
    }
    return choice
  }

  /// Looks up the channel to take from files of several, from 1; nil, written 0, takes only mono.
  mutating func channel() throws(Failure) -> Int? {
    let channel = try count(SettingName.channel.rawValue, default: 0, in: 0...1024)
    return channel == 0 ? nil : channel
  }

  /// Looks up how many workers each stage that computes has.
  mutating func jobs(cores: Int) throws(Failure) -> Int {
    try count(SettingName.jobs.rawValue, default: min(max(1, cores), 256), in: 1...256)
  }

  /// Looks up a number.
  mutating func number(
    _ name: String, default defaultValue: Double, in range: ClosedRange<Double>
  ) throws(Failure) -> Double {
    let text = try value(name, default: SettingValue.real(defaultValue).text)
    guard let number = Double(text), range.contains(number) else {
      throw Self.invalid(
        name,
        expected:
          "a number from \(SettingValue.real(range.lowerBound).text) to \(SettingValue.real(range.upperBound).text)",
        found: text)
    }
    return number
  }

  /// How many bad utterances are allowed.
  mutating func rejectLimit() throws(Failure) -> RejectLimit {
    let text = try value(SettingName.maxBad.rawValue, default: "0")
    guard let allowance = RejectLimit(text) else {
      throw Self.invalid(
        SettingName.maxBad.rawValue, expected: "a number such as 10, or a percentage such as 2%", found: text)
    }
    return allowance
  }

  /// The front end with the feature options that are in force for it.
  ///
  /// - Parameter name: the setting that names the front end.
  mutating func frontEnd(_ name: SettingName = .frontEnd) throws(Failure) -> FrontEndSpec {
    let said: FrontEndRequest
    do {
      said = try FrontEndRequest(parsing: try value(name.rawValue, default: FrontEndKind.mel.name))
    } catch {
      throw Failure(error)
    }
    let request = try withoutOverridden(said, saidBy: name)
    let preset = try value(SettingName.preset.rawValue, default: "none")
    return try frontEnd(request, preset: preset == "none" ? nil : preset)
  }

  /// The front end of a model, or, without one, that of the settings.
  mutating func frontEnd(of model: LoadedModel?) throws(Failure) -> FrontEndSpec {
    guard let model else { return try frontEnd() }
    return try frontEnd(ofModel: model.configuration.frontEnd, at: Sanitized.path(model.path))
  }

  /// A value that an option does not take.
  static func invalid(
    _ name: String, expected: String, found: String, remedy: String? = nil
  ) -> Failure {
    Failure(
      .usage, code: "invalid-value", subject: "--\(name)", expected: expected, found: found, remedy: remedy)
  }
}

extension ShardPart {
  /// Reads `i/n`, i from 1.
  ///
  /// Throws ``Failure``.
  init(parsing text: String) throws(Failure) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let index = parts[0], let count = parts[1], count >= 1,
      (1...count).contains(index)
    else {
      throw SettingLayers.invalid("shard", expected: "i/n with i from 1 to n, such as 1/4", found: text)
    }
    self.init(index: index, count: count)
  }
}
