import Archives
import Corpus
import Foundations
package import FrontEnds
import Signal
import StageGraph

/// Cepstral mean (and variance) normalization of fixed features over utterances or speakers: statistics of a
/// first pass, and the stage that applies them.
///
/// The sums are those of preprocessing in the same order, so the rows have the same bits as its normalized
/// set.
package struct FeatureNormalization: Sendable {
  /// By index in the catalog.
  private let normalizations: [Int: CMVNNormalization]

  /// The scopes that a classifier may be trained on: over all utterances the input normalizer does it, and a
  /// sliding window is part of the row.
  ///
  /// - Throws: ``StageError`` for another scope; ``FrontEndError`` for a front end that learns.
  package static func check(_ features: FeatureSpec, learns: Bool) throws {
    // Another tool's features are taken as they are.
    guard let frontEnd = features.frontEnd else { return }
    switch frontEnd.configuration.cmvn {
    case .none, .sliding: return
    case .global:
      throw StageError.globalNormalization
    case .utterance, .speaker:
      if learns { throw FrontEndError.notWhileLearning(option: "cmvn", kind: frontEnd.kind.name) }
    }
  }

  /// Computes the statistics that some utterances need: their own, or those of all utterances of their
  /// speakers.
  ///
  /// - Returns: Nil for features that are not normalized over utterances or speakers.
  package static func make(
    _ features: FeatureSpec, indices: [Int], source: FeatureSource, progress: WorkProgress
  ) async throws -> FeatureNormalization? {
    guard let features = features.frontEnd?.configuration else { return nil }
    guard features.cmvn == .utterance || features.cmvn == .speaker else { return nil }
    let catalog = source.catalog
    var needed = Set(indices)
    if features.cmvn == .speaker {
      let speakers = Set(indices.map { catalog.utterances[$0].speaker })
      needed = Set(catalog.utterances.indices.filter { speakers.contains(catalog.utterances[$0].speaker) })
    }
    let statistics = try await Self.statistics(
      of: needed.filter { catalog.utterances[$0].rejection == nil }.sorted(), source: source,
      progress: progress)
    var matrices = statistics
    if features.cmvn == .speaker {
      var sums = CMVNSums(channels: source.features.channels)
      for index in statistics.keys.sorted() {
        if let values = statistics[index] { sums.add(values, speaker: catalog.utterances[index].speaker) }
      }
      for index in indices { matrices[index] = sums.values(speaker: catalog.utterances[index].speaker) }
    }
    var normalizations: [Int: CMVNNormalization] = [:]
    for index in indices {
      guard let matrix = matrices[index] else { continue }
      normalizations[index] = try CMVNNormalization(
        CMVNStatistics(matrix: matrix, rows: 2, columns: source.features.channels + 1),
        normalizesVariance: features.cmvnNormalizesVariance)
    }
    return FeatureNormalization(normalizations: normalizations)
  }

  /// The statistics of each of some utterances, those that cannot be used left out.
  private static func statistics(
    of indices: [Int], source: FeatureSource, progress: WorkProgress
  ) async throws -> [Int: [Double]] {
    progress.enter(.surveying, items: indices.count)
    let found = Guarded([Int: [Double]]())
    let blueprint = GraphBlueprint("statistics")
    let features = source.join(to: blueprint, indices: indices)
    blueprint.join(
      features,
      to: Sink<FeatureBlock>.each("Statistics") { block in
        guard block.isLast else { return }
        let (index, statistics) = (block.context.work.index, block.statistics)
        if let statistics { found.withLock { $0[index] = statistics } }
        progress.finishItem(rejected: statistics == nil)
      })
    _ = try await blueprint.run()
    try Task.checkCancellation()
    return found.withLock { $0 }
  }

  /// Normalizes each block's rows where they are.
  func stage(workers: Int) -> Stage<FeatureBlock, FeatureBlock> {
    .map("Normalizer", workers: workers) { block in
      switch block.rows {
      case .some(let rows):
        normalizations[block.context.work.index]?.apply(
          to: UnsafeMutableBufferPointer(start: rows.features.base, count: rows.features.count))
      case .none: break
      }
      return block
    }
  }
}
