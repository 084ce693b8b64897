import Archives
package import Corpus
package import DataManifests
package import FrontEnds
package import StageGraph

/// The front of every graph that reads a corpus: utterances to blocks of features with frame labels.
///
///     Corpus -Utterance-> AudioReader -AudioBlock-> FrontEnd -FeatureBlock->
///
/// with a Resampler before the front end where the corpus is read so; or, of a front end that does not learn,
/// from what `preprocess` has stored; normalized where that was asked for.
package struct FeatureSource: Sendable {
  package let opener: UtteranceOpener
  package let frontEnd: any FrontEnd
  /// The phone sets whose labels each block carries.
  package let foldings: [Folding]
  package let jobs: Int
  /// Warnings of the catalog, which opens no file, by key.
  package var warningsOfUtterance: [String: [Finding]] = [:]
  /// Where the rows are read from instead of audio.
  package var stored: StoredFeatures?
  /// Features that another tool made, instead of audio and front end.
  package var external: ExternalFeatureFolder?
  package var normalization: FeatureNormalization?
  /// Whether utterances carry the sizes and digests of their files.
  package var recordsInputs = false
  /// Samples in a block of audio.
  package let blockSamples: Int

  package var catalog: CorpusCatalog { opener.catalog }
  package var phoneSet: PhoneSet { opener.phoneSet }

  /// The phone set of a source that has one.
  package var folding: Folding {
    precondition(foldings.count == 1, "labels of one phone set")
    return foldings[0]
  }

  /// - Throws: ``FrontEndError`` for a front end whose blocks would not fit into memory.
  package init(
    catalog: CorpusCatalog, phoneSet: PhoneSet, frontEnd: any FrontEnd, foldings: [Folding], channel: Int?,
    annotations: CorpusCatalog.Annotations = .phones, jobs: Int
  ) throws(FrontEndError) {
    opener = UtteranceOpener(
      catalog: catalog, phoneSet: phoneSet, frontEnd: frontEnd, audioChannel: channel,
      annotations: annotations)
    self.frontEnd = frontEnd
    self.foldings = foldings
    self.jobs = jobs
    blockSamples = BlockSize.samples(for: frontEnd)
    try BlockSize.check(frontEnd, samples: blockSamples)
  }

  /// Adds the stages to a graph.
  ///
  /// - Parameter indices: indices in the catalog, in the order in which the utterances come.
  package func join(to blueprint: GraphBlueprint, indices: [Int]) -> Outlet<FeatureBlock> {
    let work = indices.map { UtteranceWork(index: $0) }
    let utterances = blueprint.add(Source<UtteranceWork>.each("Corpus", of: work))
    let features: Outlet<FeatureBlock>
    if let external {
      features = blueprint.join(utterances, to: external.stage(source: self, workers: jobs), capacity: 16)
    } else if let stored {
      features = blueprint.join(utterances, to: stored.stage(source: self, workers: jobs), capacity: 16)
    } else {
      var audio = blueprint.join(utterances, to: reading.stage(workers: jobs), capacity: 16)
      if catalog.options.resamples {
        let resampling = Resampling(for: frontEnd, blockSamples: blockSamples)
        audio = blueprint.join(audio, to: resampling.stage(workers: jobs), capacity: 4)
      }
      features = blueprint.join(audio, to: extraction.stage(workers: jobs), capacity: 4)
    }
    guard let normalization else { return features }
    return blueprint.join(features, to: normalization.stage(workers: jobs), capacity: 4)
  }

  /// The number of rows of an utterance.
  ///
  /// - Parameter audio: what the header says of it.
  /// - Throws: `StageError`, `ArchiveError`, `FileError` for features made elsewhere that are not there
  ///   or do not fit its frames.
  package func rowCount(_ index: Int, of audio: AudioInfo) throws -> Int {
    let samples = opener.sampleCount(of: audio)
    guard let external else { return frontEnd.timing.rowCount(samples: samples) }
    return try external.frames(catalog.utterances[index].key, samples: samples, timing: frontEnd.timing).rows
  }

  /// Refuses features made elsewhere that are those of `preprocess`, of audio that has changed since.
  ///
  /// - Parameter indices: the utterances that matter, by index in the catalog.
  package func requireFresh(_ indices: [Int], progress: WorkProgress) async throws {
    guard let external, let directory = try? OutputDirectory.open(at: external.folder, forWriting: false)
    else { return }
    try await directory.requireFresh(
      of: catalog, indices, roles: [.audio], path: external.folder, jobs: jobs, progress: progress)
  }

  /// The labels of the first rows of an utterance; empty where it has none.
  ///
  /// - Parameter rate: the sample rate that the track counts in.
  package func labels(_ phones: PhoneTrack?, rate: Int, folding: Folding, rows: Int) -> [Int32] {
    guard let phones else { return [] }
    return UtteranceLabels(phones, rate: rate, phoneSet: phoneSet, folding: folding, timing: frontEnd.timing)
      .labels(ofRows: 0..<rows)
  }

  private var reading: AudioReading {
    AudioReading(
      opener, warningsOfUtterance: warningsOfUtterance, blockSamples: blockSamples,
      digests: recordsInputs ? InputDigests() : nil)
  }

  private var extraction: FeatureExtraction {
    FeatureExtraction(
      frontEnd: frontEnd, labels: .init(phoneSet: phoneSet, foldings: foldings),
      blockSamples: blockSamples)
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
