import Foundations

/// Options that make an utterance's level the same for all, and take the mean of each band off.
enum LevelNormalization {
  /// The frames that a level or a mean is taken over.
  enum Span: String, Sendable, CaseIterable {
    /// `utterance` for kinds that are defined so, `none` for the others.
    case auto
    case none
    /// All frames of the utterance, which a pass of its own finds first.
    case utterance
    /// The frames up to each frame, as far back as the window reaches.
    case running
  }

  static let gain = OptionKey<Span>.choice(
    "gain", default: .auto,
    help:
      "Frames over which the level is normalized; auto is what the front end is defined with, mostly none.")
  static let level = OptionKey.real(
    "gain-level", -100...100, default: 15.6,
    help: "Level that the gain leads to: the mean over frames and mel bins of ln(1 + E).")
  static let mean = OptionKey<Span>.choice(
    "mean", default: .auto,
    help: "Frames whose mean is subtracted from each compressed band, before any transform over time; "
      + "auto as in gain.")
  static let window = OptionKey.real(
    "running-window", 0.01...3600, unit: .seconds, default: 3, help: "Window of running gain and mean.")

  static let options = [gain.option, level.option, mean.option, window.option].map {
    FeatureOption($0.setting, group: .audio)
  }
}
