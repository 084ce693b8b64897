package import DataManifests
package import Scoring

/// The result of a comparison of front ends, or, of `report`, of single runs: all that a page shows.
///
/// Rates are shares, not per cent. Everything but ``ContenderResult/cost`` follows from corpus, options and
/// seeds.
package struct ComparisonReport: Sendable {
  /// Name of the program's version.
  package var programVersion: String
  /// The last part of the corpus's path.
  package var corpus: String
  package var trainSplit: String
  package var devSplit: String
  package var testSplit: String
  package var trainUtterances: Int
  package var devUtterances: Int
  package var testUtterances: Int
  /// Other sets of contenders and seeds that were compared on the same test speakers in the same directory
  /// before.
  package var earlierTestUses = 0
  /// The utterances that could not be used, test speakers' one by one.
  package var leftOut = LeftOut()
  /// In the order of their names, as every contender's ``ContenderResult/speakers``.
  package var testSpeakers: [TestSpeaker]
  /// Speakers of natural speech, base voices of synthetic.
  package var testVoiceCount: Int
  /// The command that repeats it, with CORPUS for the corpus's path.
  package var command: String
  /// The measure of the primary test and of the choice of trials.
  package var measure: ErrorMeasure
  package var seeds: [UInt64]
  /// The settings of the training that all contenders share, by name, in a fixed order.
  package var settings: [NamedSetting]
  /// Settings in which contenders differ, with each contender's value.
  package var differences: [SettingDifference]
  /// The phones of the corpus, and the classes that are scored.
  package var phones: Folding
  package var classes: Folding
  /// The baseline first.
  package var contenders: [ContenderResult]
  /// The primary measure's first, then the others; empty for single runs.
  package var comparisons: [MeasuredComparison]
  /// Secondary tests by contender (the baseline left out) and seed; empty for single runs.
  package var seedTests: [ContenderSeedTests]
  /// The utterances that changed most between the baseline and the best other contender, both of the first
  /// seed, and the worst ones.
  package var excerpts: [Excerpt]

  /// The baseline.
  package var baseline: ContenderResult { contenders[0] }
}

/// Utterances of the splits that no contender was trained, chosen or tested on.
package struct LeftOut: Sendable, Equatable {
  package var train = 0
  package var dev = 0
  package var test: [Utterance] = []

  /// A test utterance, and why.
  package struct Utterance: Sendable, Equatable {
    package var key: String
    package var reason: String

    package init(key: String, reason: String) {
      self.key = key
      self.reason = reason
    }
  }

  package init() {}
}

/// A setting as the command line names it, and its value as text.
package struct NamedSetting: Sendable, Equatable {
  package var name: String
  package var value: String

  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

/// A setting in which contenders differ.
package struct SettingDifference: Sendable, Equatable {
  package var field: String
  /// By contender, in their order; nil where a contender has no such setting.
  package var values: [String?]
}

/// The errors that are counted.
package enum ErrorMeasure: String, Sendable, CaseIterable {
  /// Errors of phones over phones of the reference, silence a phone like any other.
  case phonesStrict = "phones-strict"
  /// A deleted silence costs nothing.
  case phonesForgiving = "phones-forgiving"
  /// Runs of silence are one.
  case phonesMerged = "phones-merged"
  /// Frames not of the right class.
  case frames

  /// The convention of a phone error rate; nil for frames.
  package var convention: PhoneScoringConvention? {
    switch self {
    case .phonesStrict: .strict
    case .phonesForgiving: .forgiving
    case .phonesMerged: .merged
    case .frames: nil
    }
  }

  /// The name for people.
  package var title: String {
    switch self {
    case .phonesStrict: "phone error rate (strict)"
    case .phonesForgiving: "phone error rate (silence forgiven)"
    case .phonesMerged: "phone error rate (silence merged)"
    case .frames: "frame error rate"
    }
  }
}

/// Contenders against the baseline by one measure.
package struct MeasuredComparison: Sendable {
  package var measure: ErrorMeasure
  package var comparison: Comparison
}

/// The secondary tests of a contender against the baseline.
package struct ContenderSeedTests: Sendable {
  package var contender: String
  package var seed: UInt64
  package var tests: SeedComparison
  /// The difference of pooled rates under this seed, over voices; negative is better.
  package var bootstrap: Bootstrap
}
