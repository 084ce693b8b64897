import ArgumentParser
import FrontEnds

/// The feature options that a front end has or may have whether it learns or not.
struct FeatureSection: SettingSection {
  static let arguments = FeatureOption.all.filter { !$0.isOfLearnableKinds }.map(\.argument)
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

/// The feature options on the command line.
struct FeatureArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Options of another toolkit to start from: kaldi, kaldi-timit.", valueName: "name"))
  var preset: String?

  @OptionGroup var common: SettingOptions<FeatureSection>

  @OptionGroup var learnable: SettingOptions<LearnableSection>

  /// What was given, by option name.
  var given: [String: String] { common.values.merging(learnable.values) { first, _ in first } }
}
