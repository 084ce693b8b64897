import DataManifests
package import Files
import Foundations
import FrontEnds
import Recognition

extension TrainingConfiguration {
  /// Reads what ``json`` gives; strict: whatever it holds, the result is a configuration that could have been
  /// asked for, or an error.
  ///
  /// - Parameters:
  ///   - json: the configuration.
  ///   - path: of the file that holds it.
  /// - Throws: `TrainedModelError`, or `FileError` for another version.
  package init(_ json: JSONValue, path: String) throws {
    do {
      let reader = TrainingFieldReader(json: json, path: path, prefix: "")
      guard json["kind"] == .string(Self.kind) else { throw reader.wrong("kind", expected: Self.kind) }
      try FieldReader(json: json, path: path).expect(version: Self.version)
      var classifier = FrameClassifierOptions()
      try reader.object("classifier").read(FrameClassifierOptions.settings, into: &classifier)
      var training = TrainingOptions()
      try reader.object("training").read(TrainingOptions.settings, into: &training)
      self.init(
        features: try reader.featureSpec(), classifier: classifier,
        phones: try PhoneSet(json: try reader.object("phones").json, path: path), classes: "",
        training: training, trainSplit: "", devSplit: "", includesCalibration: false, channel: nil,
        corpusSHA256: try reader.text("corpus_sha256"),
        arithmeticFingerprint: try reader.text("arithmetic_fingerprint"))
      try reader.object("data").read(Self.dataSettings, into: &self)
      guard let folding = phones.folding(named: classes) else {
        throw TrainedModelError.invalidField(
          path: path, field: "data.classes", expected: phones.columns.map(\.name).joined(separator: ", "),
          found: classes)
      }
      self.classifier.classCount = folding.classCount
      try self.classifier.check()
    } catch let error as TrainedModelError {
      throw error
    } catch let error as FileError {
      throw error
    } catch {
      // The file is at fault, not an option.
      throw TrainedModelError.invalidConfiguration(path: path, cause: error)
    }
  }
}

/// Reads fields of a `config.json` in their ranges, or throws an error that names the wrong one.
struct TrainingFieldReader {
  let json: JSONValue
  let path: String
  let prefix: String

  func wrong(_ name: String, expected: String) -> TrainedModelError {
    .invalidField(path: path, field: prefix + name, expected: expected, found: json[name]?.text)
  }

  func object(_ name: String) throws(TrainedModelError) -> TrainingFieldReader {
    guard let value = json[name], value.objectValue != nil else { throw wrong(name, expected: "an object") }
    return TrainingFieldReader(json: value, path: path, prefix: "\(prefix)\(name).")
  }

  func text(_ name: String) throws(TrainedModelError) -> String {
    guard let text = json[name]?.stringValue else { throw wrong(name, expected: "a text") }
    return text
  }

  func settingValue(_ name: String) throws(TrainedModelError) -> SettingValue {
    guard let value = json[name]?.settingValue else { throw wrong(name, expected: "a value") }
    return value
  }

  /// Reads where the features come from, and their options.
  func featureSpec() throws -> FeatureSpec {
    let name = try text("front_end")
    let values = try object("features")
    guard name.prefix(while: { $0 != ":" }) == ExternalFeatureSpec.name else {
      let request = try FrontEndRequest(parsing: name)
      var features = FeatureConfiguration()
      for option in request.kind.options {
        try option.set(try values.settingValue(option.name), in: &features)
      }
      return .frontEnd(try request.resolved(over: features))
    }
    var spec = ExternalFeatureSpec()
    try values.read(ExternalFeatureSpec.settings, into: &spec)
    guard name == spec.description else { throw wrong("front_end", expected: spec.description) }
    return .external(spec)
  }

  /// Reads all settings of a table.
  func read<Root>(_ table: [Setting<Root>], into root: inout Root) throws(TrainedModelError) {
    for setting in table {
      let value = try settingValue(setting.name)
      do throws(SettingError) {
        try setting.set(value, in: &root)
      } catch {
        throw .invalidSetting(
          path: path, field: prefix + setting.name, allowed: setting.kind, found: value.text)
      }
    }
  }
}
