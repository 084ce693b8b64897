package import Archives
package import FrontEnds
package import TrainedModels

/// The options of `preprocess`.
package struct PreprocessOptions: Sendable {
  package var corpus: CorpusLocation
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
  package var shardUtterances = DirectoryConfiguration.defaultShardUtterances
  package var rejectLimit: RejectLimit = .count(0)
  /// Takes committed files as they are instead of checking their checksums.
  package var trustsCommitted = false
  /// Does shards again that hold rejected utterances.
  package var retriesRejects = false
  /// Gives up what another configuration left in the directory.
  package var replacesExisting = false
  package var usesRelativePaths = false
  /// The channel to take from files of several, from 1.
  package var channel: Int?
  /// The command as it was given, for `provenance.jsonl`.
  package var commandLine: [String] = []

  package init(corpus: CorpusLocation, outputDirectory: String, frontEnd: FrontEndSpec, jobs: Int = 1) {
    self.corpus = corpus
    self.outputDirectory = outputDirectory
    self.frontEnd = frontEnd
    self.jobs = jobs
  }
}

/// The options of `preprocess finish`.
package struct FinishOptions: Sendable {
  /// The folder that the audio paths are below; that of the last run if nil.
  package var corpusRoot: String?
  /// Whether paths in the indexes are relative to the directory; as in the last run if nil.
  package var usesRelativePaths: Bool?
  package var jobs = 1

  package init() {}

  /// The setting of the flag, which has no third value.
  var flagOfRelativePaths: Bool {
    get { usesRelativePaths ?? false }
    set { usesRelativePaths = newValue }
  }
}
