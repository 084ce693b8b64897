import Foundations

extension FeatureOption {
  /// Every feature option: framing, bins and columns, then those of the kinds in the order in which kinds
  /// name them first, then context and normalization.
  package static let all: [FeatureOption] = {
    var names: Set<String> = []
    let ofKinds = FrontEndKind.all.flatMap(\.ownOptions).filter { names.insert($0.name).inserted }
    return sharedBeforeOwn + ofKinds + sharedAfterOwn
  }()

  /// The option of a name or a short form.
  ///
  /// - Throws: ``FrontEndError/unknownOption(name:known:suggestion:)``.
  package static func named(_ name: String) throws(FrontEndError) -> FeatureOption {
    guard let option = byName[name] else {
      let known = all.map(\.name)
      let candidates =
        known + all.flatMap(\.shortForms) + all.filter { $0.kind == .flag }.map { "no-\($0.name)" }
      // Short forms are accepted, but the full name is suggested.
      let nearest = NearestName.of(name, among: candidates).map { byName[$0]?.name ?? $0 }
      throw .unknownOption(name: name, known: known, suggestion: nearest)
    }
    return option
  }

  private static let byName: [String: FeatureOption] = {
    var options: [String: FeatureOption] = [:]
    for option in all {
      for name in [option.name] + option.shortForms { options[name] = option }
    }
    return options
  }()
}
