import Archives
package import Corpus
package import DataManifests
package import FrontEnds
package import Learning
package import StageGraph

/// The front of every graph that reads a corpus: utterances to blocks of features with frame labels.
///
///     Corpus -Utterance-> AudioReader -AudioBlock-> FrontEnd -FeatureBlock->
///
/// with a Resampler before the front end where the corpus is read so; or from features that are stored;
/// normalized where that was asked for.
package struct FeatureSource: Sendable {
  /// Where the rows come from.
  package enum Origin: Sendable {
    /// From audio, by a front end.
    case frontEnd(any FrontEnd)
    /// From a directory of `preprocess`, as a front end would compute them.
    case stored(StoredFeatures, of: any FrontEnd)
    /// From a folder that another tool filled.
    case external(ExternalFeaturePlan, in: ExternalFeatureFolder)

    /// The rows that a model takes.
    ///
    /// - Parameters:
    ///   - values: learned ones; nil for the rows that segments are cut from.
    ///   - folder: of another tool's features, for a model of such.
    /// - Throws: ``StageError/externalFolderUnnamed``.
    package init(
      _ features: TrainableFeatures, values: ModelValues?, folder: ExternalFeatureFolder?
    ) throws(StageError) {
      switch features {
      case .frontEnd(let frontEnd): self = .frontEnd(values.map(frontEnd.frozen) ?? frontEnd.source)
      case .external(let plan):
        guard let folder else { throw .externalFolderUnnamed }
        self = .external(plan, in: folder)
      }
    }

    var features: any FeatureProperties {
      switch self {
      case .frontEnd(let frontEnd), .stored(_, of: let frontEnd): frontEnd
      case .external(let plan, in: _): plan
      }
    }
  }

  package let opener: UtteranceOpener
  package var origin: Origin
  /// The classes whose labels each block carries.
  package let foldings: [Folding]
  package let jobs: Int
  /// Warnings of the catalog, which opens no file, by key.
  package var warningsOfUtterance: [String: [Finding]] = [:]
  package var normalization: FeatureNormalization?
  /// Whether utterances carry the sizes and digests of their files.
  package var recordsInputs = false

  package var features: any FeatureProperties { origin.features }
  package var catalog: CorpusCatalog { opener.catalog }

  /// The classes of a source that has labels of one folding.
  package var folding: Folding {
    precondition(foldings.count == 1, "labels of one folding")
    return foldings[0]
  }

  /// - Throws: ``FrontEndError`` for a front end whose blocks would not fit into memory.
  package init(
    catalog: CorpusCatalog, origin: Origin, foldings: [Folding], channel: Int?,
    annotations: CorpusCatalog.Annotations = .phones, jobs: Int
  ) throws(FrontEndError) {
    opener = UtteranceOpener(
      catalog: catalog, features: origin.features, audioChannel: channel, annotations: annotations)
    self.origin = origin
    self.foldings = foldings
    self.jobs = jobs
    if case .frontEnd(let frontEnd) = origin {
      try BlockSize.check(frontEnd, samples: BlockSize.samples(for: frontEnd))
    }
  }

  /// Adds the stages to a graph.
  ///
  /// - Parameter indices: indices in the catalog, in the order in which the utterances come.
  package func join(to blueprint: GraphBlueprint, indices: [Int]) -> Outlet<FeatureBlock> {
    let work = indices.map { UtteranceWork(index: $0) }
    let utterances = blueprint.add(Source<UtteranceWork>.each("Corpus", of: work))
    let features: Outlet<FeatureBlock>
    switch origin {
    case .external(_, in: let folder):
      features = blueprint.join(utterances, to: folder.stage(source: self, workers: jobs), capacity: 16)
    case .stored(let stored, of: _):
      features = blueprint.join(utterances, to: stored.stage(source: self, workers: jobs), capacity: 16)
    case .frontEnd(let frontEnd):
      var audio = blueprint.join(
        utterances, to: reading(for: frontEnd).stage(workers: jobs), capacity: 16)
      if catalog.options.resamples {
        let resampling = Resampling(for: frontEnd, blockSamples: BlockSize.samples(for: frontEnd))
        audio = blueprint.join(audio, to: resampling.stage(workers: jobs), capacity: 4)
      }
      features = blueprint.join(audio, to: extraction(by: frontEnd).stage(workers: jobs), capacity: 4)
    }
    guard let normalization else { return features }
    return blueprint.join(features, to: normalization.stage(workers: jobs), capacity: 4)
  }

  /// The number of rows of an utterance.
  ///
  /// - Parameter audio: its header.
  /// - Throws: `StageError`, `ArchiveError`, `FileError` for features made elsewhere that are not there
  ///   or do not fit its frames.
  package func rowCount(_ index: Int, of audio: AudioInfo) throws -> Int {
    let samples = opener.sampleCount(of: audio)
    guard case .external(let plan, in: let folder) = origin else {
      return features.timing.rowCount(samples: samples)
    }
    return try folder.frames(catalog.utterances[index].key, samples: samples, timing: plan.timing).rows
  }

  /// Refuses features made elsewhere that are those of `preprocess`, of audio that has changed since.
  ///
  /// - Parameter indices: the utterances that matter, by index in the catalog.
  package func requireFresh(_ indices: [Int], progress: WorkProgress) async throws {
    guard case .external(_, in: let features) = origin,
      let directory = try? OutputDirectory.open(at: features.folder, forWriting: false)
    else { return }
    try await directory.requireFresh(
      of: catalog, indices, roles: [.audio], path: features.folder, jobs: jobs, progress: progress)
  }

  /// The labels of the first rows of an utterance; empty where it has none.
  ///
  /// - Parameter rate: the sample rate that the track counts in.
  package func labels(_ phones: PhoneTrack?, rate: Int, folding: Folding, rows: Int) -> [Int32] {
    guard let phones else { return [] }
    return UtteranceLabels(phones, rate: rate, folding: folding, timing: features.timing)
      .labels(ofRows: 0..<rows)
  }

  private func reading(for frontEnd: any FrontEnd) -> AudioReading {
    AudioReading(
      opener, warningsOfUtterance: warningsOfUtterance, measuring: frontEnd.measuring,
      blockSamples: BlockSize.samples(for: frontEnd), digests: recordsInputs ? InputDigests() : nil)
  }

  private func extraction(by frontEnd: any FrontEnd) -> FeatureExtraction {
    FeatureExtraction(
      frontEnd: frontEnd, foldings: foldings, blockSamples: BlockSize.samples(for: frontEnd))
  }
}

extension OutputDirectory {
  /// Refuses a directory whose features of some utterances were made of other files than are there now.
  ///
  /// - Throws: ``StageError/storedFeaturesChanged(path:changes:)``.
  func requireFresh(
    of catalog: CorpusCatalog, _ indices: [Int], roles: Set<UtteranceInput.Role>, path: String, jobs: Int,
    progress: WorkProgress
  ) async throws {
    var stale = StaleInputs(directory: self, catalog: catalog, jobs: jobs, progress: progress)
    stale.roles = roles
    let changes = try await stale.find(in: Array(0..<shardCount), of: Set(indices)).changes
    guard changes.isEmpty else { throw StageError.storedFeaturesChanged(path: path, changes: changes) }
  }
}
