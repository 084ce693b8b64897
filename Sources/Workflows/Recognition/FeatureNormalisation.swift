import Archives
import Corpus
import FrontEnds
import Signal
import StageGraph

/// Cepstral mean (and variance) normalisation of a fixed row over utterances or speakers: statistics of a first pass, and
/// the stage that applies them.
///
/// The same sums in the same order as `preprocess --cmvn`, so the rows have the same bits as its normalised set.
struct FeatureNormalisation: Sendable {
  /// What a place of the catalogue is normalised by.
  private let normalisations: [Int: CMVNNormalization]

  /// The scopes that a classifier may be trained on: over all utterances the input normaliser does it, and a sliding
  /// window is part of the row.
  ///
  /// Throws ``Failure`` for another scope, and for a row that learns.
  static func check(_ features: FeatureConfiguration, row: Row, learns: Bool) throws {
    switch features.cmvn {
    case .none, .sliding: return
    case .global:
      throw Failure(
        .usage, code: "global-cmvn", subject: "--cmvn", expected: "none, utterance, speaker or sliding",
        found: "global", remedy: "Leave it out: the classifier's input normaliser does the same.")
    case .utterance, .speaker:
      if learns { throw FrontEndError.notWhileLearning(option: "cmvn", row: row.name) }
    }
  }

  /// Computes the statistics that some utterances need: their own, or those of all utterances of their speakers.
  ///
  /// - Returns: Nil for features that are not normalised over utterances or speakers.
  static func make(
    _ features: FeatureConfiguration, places: [Int], source: FeatureSource, progress: WorkProgress
  ) async throws -> FeatureNormalisation? {
    guard features.cmvn == .utterance || features.cmvn == .speaker else { return nil }
    let catalog = source.catalog
    var needed = Set(places)
    if features.cmvn == .speaker {
      let speakers = Set(places.map { catalog.utterances[$0].speaker })
      needed = Set(catalog.utterances.indices.filter { speakers.contains(catalog.utterances[$0].speaker) })
    }
    let statistics = try await Self.statistics(
      of: needed.filter { catalog.utterances[$0].rejection == nil }.sorted(), source: source,
      progress: progress)
    var matrices = statistics
    if features.cmvn == .speaker {
      var sums = CmvnSums(channels: source.frontEnd.channels)
      for place in statistics.keys.sorted() {
        if let values = statistics[place] { sums.add(values, speaker: catalog.utterances[place].speaker) }
      }
      for place in places { matrices[place] = sums.values(speaker: catalog.utterances[place].speaker) }
    }
    var normalisations: [Int: CMVNNormalization] = [:]
    for place in places {
      guard let matrix = matrices[place] else { continue }
      normalisations[place] = try CMVNNormalization(
        CMVNStatistics(matrix: matrix, rows: 2, columns: source.frontEnd.channels + 1),
        normalizesVariance: features.cmvnNormalizesVariance)
    }
    return FeatureNormalisation(normalisations: normalisations)
  }

  /// The statistics of each of some utterances, those that cannot be used left out.
  private static func statistics(
    of places: [Int], source: FeatureSource, progress: WorkProgress
  ) async throws -> [Int: [Double]] {
    progress.enter(.surveying, items: places.count)
    let found = Guarded([Int: [Double]]())
    let blueprint = GraphBlueprint("statistics")
    let features = source.join(to: blueprint, places: places)
    blueprint.join(
      features,
      to: Sink<FeatureBlock>.each("Statistics") { block in
        guard block.isLast else { return }
        let (place, statistics) = (block.context.work.place, block.statistics)
        if let statistics { found.withLock { $0[place] = statistics } }
        progress.finishItem(rejected: statistics == nil)
      })
    _ = try await blueprint.run()
    try Task.checkCancellation()
    return found.withLock { $0 }
  }

  /// Normalises each block's rows where they are.
  func stage(workers: Int) -> Stage<FeatureBlock, FeatureBlock> {
    .map("Normaliser", workers: workers) { block in
      switch block.rows {
      case .some(let rows):
        normalisations[block.context.work.place]?.apply(
          to: UnsafeMutableBufferPointer(start: rows.features.base, count: rows.features.count))
      case .none: break
      }
      return block
    }
  }
}
