import Archives
import Corpus
import DataManifests
import FrontEnds
import StageGraph

/// The front of every graph that trains or recognises: utterances of a corpus to blocks of features with frame labels.
///
///     Corpus -Utterance-> AudioReader -AudioBlock-> FrontEnd -FeatureBlock->
///
/// or, of a fixed row, from what `preprocess` has stored; normalised where that was asked for.
struct FeatureSource: Sendable {
  let catalog: CorpusCatalog
  let phoneSet: PhoneSet
  let frontEnd: any FrontEnd
  let folding: Folding
  let channel: Int?
  let jobs: Int
  /// Where the rows are read from instead of audio.
  var stored: StoredFeatures?
  /// Features that another tool made, in the place of audio and front end.
  var given: GivenFeatures?
  var normalisation: FeatureNormalisation?
  private let blockSamples: Int

  /// - Throws: ``FrontEndError`` for a front end whose blocks would not fit into memory.
  init(
    catalog: CorpusCatalog, phoneSet: PhoneSet, frontEnd: any FrontEnd, folding: Folding, channel: Int?,
    jobs: Int
  ) throws(FrontEndError) {
    self.catalog = catalog
    self.phoneSet = phoneSet
    self.frontEnd = frontEnd
    self.folding = folding
    self.channel = channel
    self.jobs = jobs
    blockSamples = BlockSize.samples(for: frontEnd)
    try BlockSize.check(frontEnd, samples: blockSamples)
  }

  /// What audio must be to be taken.
  var requirements: AudioRequirements {
    AudioRequirements(
      sampleRateHertz: frontEnd.timing.sampleRateHertz, channel: channel,
      minimumSampleCount: frontEnd.timing.minimumSampleCount)
  }

  /// Adds the stages to a graph.
  ///
  /// - Parameter places: places in the catalogue, in the order in which the utterances come.
  func join(to blueprint: GraphBlueprint, places: [Int]) -> Outlet<FeatureBlock> {
    let work = places.map { UtteranceWork(place: $0, shard: 0, isFirstOfShard: false, isLastOfShard: false) }
    let utterances = blueprint.add(Source<UtteranceWork>.each("Corpus", of: work))
    let features: Outlet<FeatureBlock>
    if let given {
      features = blueprint.join(utterances, to: given.stage(source: self, workers: jobs), capacity: 16)
    } else if let stored {
      features = blueprint.join(utterances, to: stored.stage(source: self, workers: jobs), capacity: 16)
    } else {
      let audio = blueprint.join(utterances, to: reading.stage(workers: jobs), capacity: 16)
      features = blueprint.join(audio, to: extraction.stage(workers: jobs), capacity: 4)
    }
    guard let normalisation else { return features }
    return blueprint.join(features, to: normalisation.stage(workers: jobs), capacity: 4)
  }

  /// Why an utterance cannot be used.
  struct Rejection: Error { let finding: Finding }

  /// Opens an utterance with its phones, or says why it cannot be used; throws what is wrong with the system.
  func open(_ place: Int) throws(CorpusError) -> Result<OpenUtterance, Rejection> {
    let utterance = catalog.utterances[place]
    do throws(CorpusError) {
      let opened = try catalog.open(
        utterance, requirements: requirements, annotations: .phones, phones: phoneSet,
        clippingSamples: frontEnd.timing.frameShiftSamples)
      if let finding = AudioReading.unstorable(
        utterance, opened.audio.info, timing: frontEnd.timing, channels: frontEnd.channels)
      {
        return .failure(Rejection(finding: finding))
      }
      return .success(opened)
    } catch {
      guard case .rejected(let finding) = error else { throw error }
      return .failure(Rejection(finding: finding))
    }
  }

  /// The number of rows of an utterance.
  ///
  /// Throws ``Failure``, ``ArchiveError`` for features made elsewhere that are not there or do not fit its frames.
  func rowCount(_ place: Int, samples: Int) throws -> Int {
    guard let given else { return frontEnd.timing.rowCount(samples: samples) }
    return try given.frames(catalog.utterances[place].key, samples: samples, timing: frontEnd.timing).rows
  }

  /// The labels of the first rows of an utterance; empty where it has none.
  func labels(_ phones: PhoneTrack?, folding: Folding, rows: Int) -> [Int32] {
    guard let phones else { return [] }
    return UtteranceLabels(phones, phoneSet: phoneSet, folding: folding, timing: frontEnd.timing)
      .labels(ofRows: 0..<rows)
  }

  private var reading: AudioReading {
    AudioReading(
      catalog: catalog, warningsOfUtterance: [:], phoneSet: phoneSet, timing: frontEnd.timing,
      channels: frontEnd.channels, requirements: requirements, annotations: .phones,
      blockSamples: blockSamples,
      int16Pool: BufferPool(elementsPerBuffer: blockSamples),
      floatPool: BufferPool(elementsPerBuffer: blockSamples))
  }

  private var extraction: FeatureExtraction {
    let rows = frontEnd.maximumRows(ofBlock: blockSamples)
    return FeatureExtraction(
      frontEnd: frontEnd, phoneSet: phoneSet, foldings: [folding],
      rowPool: BufferPool(elementsPerBuffer: rows * frontEnd.channels),
      labelPool: BufferPool(elementsPerBuffer: rows))
  }
}

extension FrameTiming {
  /// The smallest number of samples that gives a row.
  var minimumSampleCount: Int {
    var (low, high) = (1, frameLengthSamples + frameShiftSamples)
    while rowCount(samples: high) == 0, high < 1 << 40 { high *= 2 }
    while low < high {
      let middle = (low + high) / 2
      if rowCount(samples: middle) > 0 { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
