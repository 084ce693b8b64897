import Archives
import Files
import Foundations
import FrontEnds
import Glibc
import Workflows

/// Settings of one command, looked up where they may be said: flags over environment over file over default.
///
/// The file is the JSON that `--print-config` writes: an object by option name, whose values stand alone or
/// as `{"value": …, "origin": …}`. The environment's names are `KALEIDO_` and the option's name in capitals.
struct SettingLayers: Sendable {
  /// One setting and where it was said.
  struct Setting: Sendable, Equatable {
    let name: String
    let value: String
    let origin: SettingOrigin
  }

  /// A feature option that was said but does nothing for the row.
  struct IdleSetting: Sendable, Equatable {
    let name: String
    let origin: SettingOrigin
    let kind: FrontEndKind
  }

  private let environment: [String: String]
  private let file: [String: JSONValue]
  private let filePath: String
  private var flags: [String: String]
  /// Settings in the order in which they were looked up, for `--print-config`.
  private(set) var settings: [Setting] = []
  /// What was said in file or environment and has no effect on the row that was chosen.
  private(set) var withoutEffect: [IdleSetting] = []

  /// - Parameters:
  ///   - flags: by option name, what was said on the command line.
  ///   - configuration: the file of `--config`.
  ///   - known: the names that a file may hold beside those of the feature options: by default those of every
  ///     command, since one file may serve several.
  ///
  /// Throws ``Failure`` when the file cannot be read or names an option that is not known.
  init(
    flags: [String: String], environment: [String: String], configuration: String?,
    known: [String] = SettingName.allCases.map(\.rawValue) + SettingName.aliases.values.joined()
  ) throws(Failure) {
    self.flags = flags
    self.environment = environment
    filePath = configuration ?? ""
    guard let configuration else {
      file = [:]
      return
    }
    do {
      guard let bytes = try FileStore().contents(of: configuration) else {
        throw Failure(
          .noInput, code: "missing-file", subject: configuration, expected: "a configuration file",
          found: "nothing", remedy: "Make one with --print-config.")
      }
      guard let fields = try JSONParser.parse(bytes, path: configuration).objectValue else {
        throw Failure(
          .badInput, code: "bad-config", subject: configuration, expected: "a JSON object",
          remedy: "Make one with --print-config.")
      }
      var values: [String: JSONValue] = [:]
      let names = known + FeatureOption.all.map(\.name)
      for field in fields {
        guard names.contains(field.name) else {
          throw Failure(
            .usage, code: "unknown-option", subject: configuration, place: "field \(field.name)",
            expected: "one of \(names.joined(separator: ", "))",
            remedy: NearestName.of(field.name, among: names).map { "Did you mean \($0)?" })
        }
        // What a row or a model said stands in it; beside another it would be a stranger.
        let origin = field.value["origin"]?.stringValue.flatMap { SettingOrigin(rawValue: $0) }
        if origin == .row || origin == .model { continue }
        values[field.name] = field.value["value"] ?? field.value
      }
      file = values
    } catch {
      throw Failure(error)
    }
  }

  /// The same layers with other words on the command line, and nothing looked up yet.
  func saying(_ flags: [String: String]) -> SettingLayers {
    var other = self
    other.flags = flags
    other.settings = []
    other.withoutEffect = []
    return other
  }

  /// Looks a setting up that is not a feature option.
  mutating func value(_ name: String, default defaultValue: String) throws(Failure) -> String {
    let (value, origin) = try lookUp(name) ?? (defaultValue, .default)
    // What a feature option and a setting share stands once.
    settings.removeAll { $0.name == name }
    settings.append(Setting(name: name, value: value, origin: origin))
    return value
  }

  /// The front end of a request with the feature options in force for it.
  mutating func frontEnd(
    _ request: FrontEndRequest, preset: String?
  ) throws(Failure) -> FrontEndSpec {
    do {
      var settings = FeatureSettings()
      if let preset { try settings.setPreset(named: preset) }
      for option in FeatureOption.all {
        if let value = file[option.name] { try settings.set(option, to: Self.text(value), origin: .file) }
      }
      try settings.take(environment: environment)
      for option in FeatureOption.all {
        if let text = flags[option.name] { try settings.set(option, to: text, origin: .flag) }
      }
      let (spec, origins) = try settings.resolve(request)
      let kind = spec.kind
      withoutEffect = settings.optionsWithoutEffect(on: [kind]).map { option in
        IdleSetting(name: option.name, origin: origins[option.name] ?? .default, kind: kind)
      }
      for option in kind.options {
        self.settings.append(
          Setting(
            name: option.name, value: option.value(in: spec.configuration).text,
            origin: origins[option.name] ?? .default))
      }
      for option in FeatureOption.all where flags[option.name] != nil && !kind.uses(option) {
        throw FrontEndError.optionNotForKind(
          option: option.name, kind: kind.name, allowed: kind.options.map(\.name))
      }
      return spec
    } catch {
      throw Failure(error)
    }
  }

  /// The front end of a trained model.
  ///
  /// What file and environment say beside it has no effect. Throws ``Failure`` where the command line asks
  /// for something else than the model has.
  mutating func frontEnd(ofModel spec: FrontEndSpec, at path: String) throws(Failure) -> FrontEndSpec {
    func other(_ option: String, found: String, expected: String) -> Failure {
      Failure(
        .usage, code: "other-than-model", subject: "--\(option)", place: "--model \(path)",
        expected: expected, found: found, remedy: "Leave it out: the model's own holds.")
    }
    let (rowName, presetName) = (SettingName.frontEnd.rawValue, SettingName.preset.rawValue)
    if let preset = flags[presetName] { throw other(presetName, found: preset, expected: "none") }
    do {
      var said = flags.filter { name, _ in FeatureOption.all.contains { $0.name == name } }
      if let text = flags[rowName] {
        let wanted = try FrontEndRequest(parsing: text)
        guard wanted.kind == spec.kind else {
          throw other(rowName, found: text, expected: spec.description)
        }
        for (name, value) in wanted.settings { said[name] = value.text }
      }
      for option in FeatureOption.all {
        let isOption = spec.kind.uses(option)
        let own = option.value(in: spec.configuration)
        if let text = said[option.name], try !isOption || option.parse(text) != own {
          throw other(
            option.name, found: text, expected: isOption ? own.text : "none on \(spec.kind)")
        }
        if isOption { settings.append(Setting(name: option.name, value: own.text, origin: .model)) }
        if let (_, origin) = try lookUp(option.name), origin != .flag {
          withoutEffect.append(IdleSetting(name: option.name, origin: origin, kind: spec.kind))
        }
      }
    } catch {
      throw Failure(error)
    }
    settings.append(Setting(name: rowName, value: spec.description, origin: .model))
    return spec
  }

  /// The row without those of its options that are said in a stronger place than the row itself.
  ///
  /// Throws ``Failure`` where one command line says an option twice, in the row and beside it, with different
  /// values.
  func withoutOverridden(
    _ request: FrontEndRequest, saidBy name: SettingName
  ) throws(Failure) -> FrontEndRequest {
    let origin = settings.last { $0.name == name.rawValue }?.origin ?? .default
    var overridden: Set<String> = []
    for (name, value) in request.settings.sorted(by: { $0.key < $1.key }) {
      if let flag = flags[name] {
        guard origin == .flag else {
          overridden.insert(name)
          continue
        }
        if flag != value.text {
          throw Failure(
            .usage, code: "option-twice", subject: "--\(name)", expected: "\(value.text), as the row says",
            found: flag, remedy: "Say it once: in the row or beside it.")
        }
      } else if origin == .file, environment[EnvironmentVariable.named(name)]?.isEmpty == false {
        overridden.insert(name)
      }
    }
    return request.dropping(overridden)
  }

  /// Every setting that was looked up, as the JSON that `--config` reads.
  var printed: String {
    let fields = settings.map { setting in
      JSONField(
        setting.name,
        .object([
          JSONField("value", Self.json(setting.value)), JSONField("origin", .string(setting.origin.rawValue)),
        ]))
    }
    var bytes: [UInt8] = []
    JSONValue.object(fields).appendIndented(to: &bytes)
    return String(decoding: bytes, as: UTF8.self) + "\n"
  }

  private func lookUp(_ name: String) throws(Failure) -> (String, SettingOrigin)? {
    if let text = flags[name] { return (text, .flag) }
    let names = [name] + SettingName.aliases[name, default: []]
    for name in names {
      if let text = environment[EnvironmentVariable.named(name)], !text.isEmpty {
        return (text, .environment)
      }
    }
    for name in names { if let value = file[name] { return (Self.text(value), .file) } }
    return nil
  }

  private static func text(_ value: JSONValue) -> String {
    if let text = value.stringValue { return text }
    if let parts = value.arrayValue { return parts.map(\.text).joined(separator: ":") }
    return value.text
  }

  private static func json(_ text: String) -> JSONValue {
    if let flag = Bool(text) { return .bool(flag) }
    if let whole = Int64(text) { return .integer(whole) }
    if let number = Double(text), number.isFinite { return .number(number) }
    return .string(text)
  }
}
