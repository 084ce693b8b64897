import Foundations
import FrontEnds
import TrainedModels

extension SettingLayers {
  /// The front end with the feature options that are in force for it.
  mutating func frontEnd() throws(Failure) -> FrontEndSpec {
    let request = try request()
    return try frontEnd(request, try features())
  }

  /// The front end of a model, or, without one, that of the settings.
  mutating func frontEnd(of model: LoadedModel?) throws(Failure) -> FrontEndSpec {
    guard let model else { return try frontEnd() }
    return try frontEnd(ofModel: model.frontEndSpec, at: Sanitized.path(model.path))
  }

  /// The preset and the feature options that are given, before it is known for which front end.
  mutating func features() throws(Failure) -> FeatureSettings {
    var (features, choice) = (FeatureSettings(), FrontEndChoice())
    try apply(FrontEndChoice.settings.filter { $0.name == FrontEndChoice.presetName }, to: &choice)
    features.preset = choice.preset
    for option in FeatureOption.all {
      for given in layers(of: option.name) {
        do {
          try features.set(option, to: given.text, origin: given.source.origin)
        } catch FrontEndError.setting(let error) {
          throw Failure(error, from: given.source)
        } catch {
          throw Failure(error)
        }
      }
    }
    return features
  }

  /// The front end of a request, with feature options; records those that it has.
  ///
  /// - Throws: ``Failure`` for an option of the command line that it does not have.
  mutating func frontEnd(
    _ request: FrontEndRequest, _ features: FeatureSettings
  ) throws(Failure) -> FrontEndSpec {
    do {
      let (spec, origins) = try features.resolve(request)
      let kind = spec.kind
      for option in features.options where !kind.uses(option) {
        let origin = origins[option.name] ?? .default
        guard origin != .flag else {
          throw FrontEndError.optionNotForKind(
            option: option.name, kind: kind.name, allowed: kind.options.map(\.name))
        }
        unused.append(UnusedSetting(name: option.name, origin: origin, reason: .kind(kind)))
      }
      for option in kind.options {
        record(option.name, option.value(in: spec.configuration), origins[option.name] ?? .default)
      }
      return spec
    } catch {
      throw Failure(error)
    }
  }

  /// The front end that is asked for, without those of its options that are set in a stronger layer.
  ///
  /// - Throws: ``Failure`` where one command line sets an option twice, in the request and beside it, to
  ///   different values.
  private mutating func request() throws(Failure) -> FrontEndRequest {
    let given = given(FrontEndChoice.requestName)
    let request: FrontEndRequest
    do {
      request =
        try given.map { given throws(FrontEndError) in try FrontEndRequest(parsing: given.text) }
        ?? FrontEndRequest(.mel)
    } catch {
      throw Failure(error)
    }
    let origin = given?.source.origin ?? .default
    record(FrontEndChoice.requestName, .string(given?.text ?? request.description), origin)
    if origin == .flag { try requireAgreement(with: request) }
    var overridden: Set<String> = []
    for name in request.settings.keys {
      if flags[name] != nil, origin != .flag { overridden.insert(name) }
      if origin == .file, environment[EnvironmentVariable.named(name)]?.isEmpty == false {
        overridden.insert(name)
      }
    }
    return request.dropping(overridden)
  }

  /// Refuses a request of the command line whose options are set to other values beside it.
  func requireAgreement(with request: FrontEndRequest) throws(Failure) {
    for (name, value) in request.settings.sorted(by: { $0.key < $1.key }) {
      guard let flag = flags[name], flag != value.text else { continue }
      throw Failure(
        .usage, code: "option-twice", subject: "--\(name)",
        expected: "\(value.text), as in \(request)", found: flag,
        remedy: "Set it once: in the front end or beside it.")
    }
  }

  /// The front end of a trained model.
  ///
  /// Settings of file and environment beside it have no effect.
  ///
  /// - Throws: ``Failure`` where the command line asks for something else than the model has.
  private mutating func frontEnd(
    ofModel spec: FrontEndSpec, at path: String
  ) throws(Failure) -> FrontEndSpec {
    func other(_ option: String, found: String, expected: String) -> Failure {
      Failure(
        .usage, code: "other-than-model", subject: "--\(option)", location: "--model \(path)",
        expected: expected, found: found, remedy: "Leave it out: the model has its own.")
    }
    let (requestName, presetName) = (FrontEndChoice.requestName, FrontEndChoice.presetName)
    if let preset = flags[presetName] { throw other(presetName, found: preset, expected: "none") }
    do {
      var asked = flags.filter { name, _ in FeatureOption.all.contains { $0.name == name } }
      if let text = flags[requestName] {
        let wanted = try FrontEndRequest(parsing: text)
        guard wanted.kind == spec.kind else {
          throw other(requestName, found: text, expected: spec.description)
        }
        for (name, value) in wanted.settings { asked[name] = value.text }
      }
      for option in FeatureOption.all {
        let isOption = spec.kind.uses(option)
        let own = option.value(in: spec.configuration)
        if let text = asked[option.name], try !isOption || option.parse(text) != own {
          throw other(
            option.name, found: text, expected: isOption ? own.text : "none on \(spec.kind)")
        }
        if isOption { record(option.name, own, .model) }
        if let given = given(option.name), given.source.origin != .flag {
          unused.append(
            UnusedSetting(name: option.name, origin: given.source.origin, reason: .kind(spec.kind)))
        }
      }
    } catch {
      throw Failure(error)
    }
    record(requestName, .string(spec.description), .model)
    return spec
  }
}
