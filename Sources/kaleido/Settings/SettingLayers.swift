import Files
import Foundations
import FrontEnds

/// Settings of one command, looked up in all layers: flags over environment over file over default.
///
/// The file is the JSON that `--print-config` writes: an object by setting name, whose values are plain or
/// `{"value": …, "origin": …}`. The environment's names are `KALEIDO_` and the setting's name in capitals.
struct SettingLayers: Sendable {
  /// One setting and its origin.
  struct Entry: Sendable, Equatable {
    let name: String
    let value: SettingValue
    let origin: SettingOrigin
  }

  /// A setting that was given but does nothing.
  struct UnusedSetting: Sendable, Equatable {
    /// The choice that leaves it without effect.
    enum Reason: Sendable, Equatable {
      case kind(FrontEndKind)
      case setting(String, value: String)
    }

    let name: String
    let origin: SettingOrigin
    let reason: Reason
  }

  /// A value as it was given.
  struct Given: Sendable {
    let text: String
    let source: SettingSource
  }

  let environment: [String: String]
  private let file: [String: JSONValue]
  private let filePath: String
  let flags: [String: String]
  /// Settings in the order in which they were looked up, for `--print-config`.
  private(set) var entries: [Entry] = []
  /// Settings of file or environment that have no effect beside the other settings.
  var unused: [UnusedSetting] = []

  /// - Parameters:
  ///   - flags: what the command line sets, by setting name.
  ///   - configuration: the file of `--config`.
  /// - Throws: ``Failure`` for a file that cannot be read or names an unknown setting.
  init(
    flags: [String: String], environment: [String: String], configuration: String?,
    known: [String] = SettingTables.names + SettingTables.aliases.values.joined()
  ) throws(Failure) {
    self.flags = flags
    self.environment = environment
    filePath = configuration ?? ""
    file = try configuration.map { path throws(Failure) in try Self.fields(of: path, known) } ?? [:]
  }

  private static func fields(of path: String, _ known: [String]) throws(Failure) -> [String: JSONValue] {
    let remedy: Remedy = "Make one with --print-config."
    let bytes: [UInt8]?
    let json: JSONValue?
    do {
      bytes = try FileStore().contents(of: path)
      json = try bytes.map { try JSONParser.parse($0, path: path) }
    } catch {
      throw Failure(error)
    }
    guard let json else {
      throw Failure(
        .noInput, code: "missing-file", subject: path, expected: "a configuration file", found: "nothing",
        remedy: remedy)
    }
    guard let fields = json.objectValue else {
      throw Failure(
        .badInput, code: "bad-config", subject: path, expected: "a JSON object", remedy: remedy)
    }
    var values: [String: JSONValue] = [:]
    for field in fields {
      guard known.contains(field.name) else {
        let suggestion = NearestName.of(field.name, among: known)
        throw Failure(
          .unknownSetting(name: field.name, known: known, suggestion: suggestion),
          from: .field(field.name, file: path))
      }
      // Settings of a front end or a model are part of it; beside another it would be wrong.
      if let text = field.value["origin"]?.stringValue {
        guard let origin = SettingOrigin(rawValue: text) else {
          throw Failure(
            .badInput, code: "bad-config", subject: path, location: "origin of \(field.name)",
            expected: "one of \(SettingOrigin.allCases.map(\.rawValue).joined(separator: ", "))", found: text,
            remedy: remedy)
        }
        if origin == .frontEnd || origin == .model { continue }
      }
      values[field.name] = field.value["value"] ?? field.value
    }
    return values
  }

  // MARK: Looking up

  /// The value that is given for a setting in the strongest layer that has one.
  func given(_ name: String) -> Given? {
    if let text = flags[name] { return Given(text: text, source: .option(name)) }
    let names = [name] + SettingTables.aliases[name, default: []]
    for variable in names.map(EnvironmentVariable.named) {
      if let text = environment[variable], !text.isEmpty {
        return Given(text: text, source: .variable(variable))
      }
    }
    for name in names {
      if let value = file[name] {
        return Given(text: Self.text(value), source: .field(name, file: filePath))
      }
    }
    return nil
  }

  private static func text(_ value: JSONValue) -> String {
    if let text = value.stringValue { return text }
    if let parts = value.arrayValue { return parts.map(\.text).joined(separator: ":") }
    return value.text
  }

  /// Sets all settings of a table that are given, in the order of the table, and records all of them.
  ///
  /// - Parameter trials: values that are tried over the given ones; a setting is used if one of them uses it.
  /// - Returns: The values that were set.
  /// - Throws: ``Failure`` for an invalid value, or one of the command line that has no effect.
  @discardableResult
  mutating func apply<Root>(
    _ table: [Setting<Root>], to root: inout Root, trials: [[String: SettingValue]] = [[:]]
  ) throws(Failure) -> [String: SettingValue] {
    var values: [String: SettingValue] = [:]
    for setting in table {
      var origin = SettingOrigin.default
      if let given = given(setting.name) {
        do throws(SettingError) {
          let value = try setting.parse(given.text)
          var isUsed = false
          for trial in trials {
            var tried = root
            try table.apply(trial, to: &tried)
            isUsed = isUsed || value == setting.value(in: tried) || table.hasEffect(setting, in: tried)
          }
          if isUsed {
            try setting.set(value, in: &root)
            values[setting.name] = value
            origin = given.source.origin
          }
        } catch {
          throw Failure(error, from: given.source)
        }
        if values[setting.name] == nil { try refuse(setting, given.source, in: table, root) }
      }
      record(setting.name, setting.value(in: root), origin)
    }
    return values
  }

  /// Notes a setting without effect; one of the command line was typed for a reason, and is refused.
  private mutating func refuse<Root>(
    _ setting: Setting<Root>, _ source: SettingSource, in table: [Setting<Root>], _ root: Root
  ) throws(Failure) {
    guard let requirement = setting.requirement, let other = table.named(requirement.setting) else { return }
    let found = other.value(in: root).text
    guard source.origin != .flag else {
      throw Failure(
        .usage, code: "no-effect", source,
        expected: "--\(other.name) \(requirement.values.joined(separator: " or "))", found: found)
    }
    unused.append(
      UnusedSetting(
        name: setting.name, origin: source.origin, reason: .setting(other.name, value: found)))
  }

  /// Records a setting in force; what several tables share is printed once.
  mutating func record(_ name: String, _ value: SettingValue, _ origin: SettingOrigin) {
    entries.removeAll { $0.name == name }
    entries.append(Entry(name: name, value: value, origin: origin))
  }

  /// Every setting that was looked up, as the JSON that `--config` reads.
  var printed: String {
    let fields = entries.map { entry in
      JSONField(
        entry.name,
        .object([
          JSONField("value", JSONValue(entry.value)), JSONField("origin", .string(entry.origin.rawValue)),
        ]))
    }
    var bytes: [UInt8] = []
    JSONValue.object(fields).appendIndented(to: &bytes)
    return String(decoding: bytes, as: UTF8.self) + "\n"
  }

  /// The value of a setting in each layer that has one, from the weakest to the strongest.
  func layers(of name: String) -> [Given] {
    var layers: [Given] = []
    if let value = file[name] {
      layers.append(Given(text: Self.text(value), source: .field(name, file: filePath)))
    }
    let variable = EnvironmentVariable.named(name)
    if let text = environment[variable], !text.isEmpty {
      layers.append(Given(text: text, source: .variable(variable)))
    }
    if let text = flags[name] { layers.append(Given(text: text, source: .option(name))) }
    return layers
  }
}
