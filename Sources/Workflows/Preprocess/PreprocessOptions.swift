package import Archives
package import FrontEnds
package import TrainedModels

/// What `preprocess` is asked to do.
package struct PreprocessOptions: Sendable {
  /// A folder in TIMIT layout, or a `.jsonl` manifest.
  package var corpus: String
  /// What a manifest's paths are relative to; the manifest's folder if nil.
  package var root: String?
  /// The folder of the program's data, before the other places where it is looked for.
  package var dataFolder: String?
  package var outputDirectory: String
  package var frontEnd: FrontEndSpec
  /// The trained model whose front end is run; `frontEnd` is its own.
  package var model: LoadedModel?
  package var format: ArchiveFormat = .kaldi
  /// Kaldi's CM compression; holds one utterance's features in memory.
  package var isCompressed = false
  /// Workers of each stage that computes.
  package var jobs: Int
  package var part: ShardPart = .whole
  package var shardUtterances = 256
  package var maximumBad: BadAllowance = .count(0)
  /// Takes committed files as they are instead of checking their checksums.
  package var trustsCommitted = false
  /// Does shards again that hold rejected utterances.
  package var retriesRejects = false
  /// Gives up what another configuration left in the directory.
  package var discardsOther = false
  package var usesRelativePaths = false
  /// The channel to take from files of several, from 1.
  package var channel: Int?
  /// The command as it was given, for `provenance.jsonl`.
  package var commandLine: [String] = []

  package init(corpus: String, outputDirectory: String, frontEnd: FrontEndSpec, jobs: Int = 1) {
    self.corpus = corpus
    self.outputDirectory = outputDirectory
    self.frontEnd = frontEnd
    self.jobs = jobs
  }
}

/// How many utterances may be bad before a run counts as failed.
package enum BadAllowance: Sendable, Equatable {
  case count(Int)
  /// Of all utterances, 0 to 100.
  case percent(Double)

  /// Reads `12` or `2.5%`.
  package init?(_ text: String) {
    if text.hasSuffix("%") {
      guard let value = Double(text.dropLast()), (0...100).contains(value) else { return nil }
      self = .percent(value)
    } else {
      guard let value = Int(text), value >= 0 else { return nil }
      self = .count(value)
    }
  }

  package func allows(_ bad: Int, of total: Int) -> Bool {
    switch self {
    case .count(let most): bad <= most
    case .percent(let most): Double(bad) <= most / 100 * Double(total)
    }
  }
}
