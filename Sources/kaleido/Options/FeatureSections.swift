import FrontEnds

/// The feature options that a front end has or may have whether it learns or not.
struct FeatureSection: SettingSection {
  static let arguments = FeatureOption.all.filter { !$0.isOfLearnableKinds }.map(\.argument)
}

/// The options of features without the seed: that of a training is its own, and a comparison has several.
struct SeedlessFeatureSection: SettingSection {
  static let arguments = FeatureSection.arguments.filter { $0.name != "seed" }
}

/// The feature options of front ends that learn, and of their controls.
struct LearnableSection: SettingSection {
  static let arguments = FeatureOption.all.filter(\.isOfLearnableKinds).map(\.argument)
}

extension FeatureOption {
  fileprivate var isOfLearnableKinds: Bool {
    FrontEndKind.all.allSatisfy { $0.isLearnable || !$0.uses(self) }
  }

  fileprivate var argument: SettingArgument { SettingArgument(setting, default: defaultValue) }
}
