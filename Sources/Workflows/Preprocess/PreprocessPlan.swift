package import Archives
package import Corpus
import DataManifests
import Files
import Foundations
package import FrontEnds
import Glibc
import Signal
package import Stages
import TrainedModels

/// Everything a run needs to know before it touches the output directory.
package struct PreprocessPlan: Sendable {
  package let options: PreprocessOptions
  package let catalog: CorpusCatalog
  /// The front end of the first pass: everything but normalization over more than a window.
  package let frontEnd: any FrontEnd
  package var features: FeatureConfiguration { options.frontEnd.configuration }
  package let layout: ShardLayout
  package let configuration: DirectoryConfiguration

  /// Audio and front end, with the labels of every folding.
  let source: FeatureSource
  /// The split of each utterance that is in one, by index in the catalog.
  let splitOfUtterance: [Int: String]

  /// Catalogs the corpus and checks the options; opens no audio and writes nothing.
  ///
  /// Canceling the task ends it promptly.
  package init(_ options: PreprocessOptions, progress: WorkProgress = WorkProgress()) throws {
    guard !options.outputDirectory.isEmpty else {
      throw WorkflowError.outputUnnamed
    }
    self.options = options
    let features = options.frontEnd.configuration
    let firstPass =
      features.cmvn == .sliding ? options.frontEnd : options.frontEnd.withoutNormalization
    frontEnd =
      if let model = options.model { try model.frontEnd(with: firstPass.configuration) } else {
        try firstPass.makeFrontEnd()
      }
    try Self.check(options, frontEnd)
    catalog = try options.corpus.open(progress: progress)
    guard !Self.areSame(catalog.root, options.outputDirectory) else {
      throw WorkflowError.outputIsCorpus(path: options.outputDirectory)
    }
    layout = try ShardLayout(
      keys: catalog.utterances.map(\.key), shardUtterances: options.shardUtterances)
    splitOfUtterance = catalog.splits().splitOfUtterance
    let foldings = catalog.utterances.contains(where: \.hasLabels) ? catalog.phoneSet.foldings : []
    var source = try FeatureSource(
      catalog: catalog, origin: .frontEnd(frontEnd), foldings: foldings, channel: options.channel,
      annotations: .all, jobs: options.jobs)
    source.warningsOfUtterance = catalog.warningsOfUtterance
    source.recordsInputs = true
    self.source = source
    let frontEndDigest = try options.model?.frontEndSHA256.map {
      [JSONField("front-end-sha256", .string($0))]
    }
    let digests =
      (frontEndDigest ?? []) + [
        JSONField("splits-sha256", .string(try sha256(catalog.canonicalSplits(splitOfUtterance)))),
        JSONField("dialect-regions-sha256", .string(try sha256(catalog.canonicalDialectRegions()))),
        JSONField("phones", foldings.isEmpty ? .null : try catalog.phoneSet.directoryJSON),
      ]
    // What the shards' bytes depend on beside the manifest: the options by name, then digests of what
    // decides the splits, regions and labels in the records.
    configuration = DirectoryConfiguration(
      format: options.format, channels: frontEnd.channels, isCompressed: options.isCompressed,
      labels: foldings.compactMap { LabelSet($0.name) },
      storesCmvnStatistics: true, normalizedFrom: Self.normalizationSource(features.cmvn),
      frameShiftSeconds: frontEnd.timing.rowShiftMilliseconds / 1000,
      shardUtterances: options.shardUtterances, utteranceCount: layout.keys.count,
      manifestSHA256: try sha256(catalog.canonicalManifest()),
      arithmeticFingerprint: frontEnd.fingerprint.text,
      options: .object(
        DirectoryOptions.fields(frontEnd: options.frontEnd, channel: options.channel) + digests))
  }

  private static func areSame(_ path: String, _ other: String) -> Bool {
    var (first, second) = (stat(), stat())
    return stat(path, &first) == 0 && stat(other, &second) == 0
      && (first.st_dev, first.st_ino) == (second.st_dev, second.st_ino)
  }

  /// Refuses what the front end can do but a directory cannot hold.
  private static func check(
    _ options: PreprocessOptions, _ frontEnd: any FrontEnd
  ) throws {
    guard !options.isCompressed || options.format.canCompress else {
      throw WorkflowError.notCompressible(options.format)
    }
    let allowed = min(PostprocessingOptions.maximumChannels - 1, options.format.maximumChannels)
    guard frontEnd.channels <= allowed else {
      throw PostprocessingError.tooLarge(channels: frontEnd.channels, allowed: allowed)
    }
  }

  /// Whether normalization needs statistics of more than what went before.
  static func needsSecondPass(_ scope: CMVNScope) -> Bool { normalizationSource(scope) != nil }

  /// The source of a second pass of normalization; nil if the first pass is enough.
  private static func normalizationSource(_ scope: CMVNScope) -> NormalizationSource? {
    switch scope {
    case .none, .sliding: nil
    case .utterance: .shard
    case .speaker, .global: .directory
    }
  }
}
