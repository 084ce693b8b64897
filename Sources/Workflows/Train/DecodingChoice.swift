import Corpus
import DataManifests
import Foundations
import Learning
import Recognition
import Scoring
import StageGraph
import Stages

/// The decoder's weights that give the fewest phone errors on dev speakers, silence counted like any phone
/// (strict).
struct DecodingChoice: Sendable {
  /// The weights that are tried.
  struct Trial: Sendable {
    let options: PhoneDecodingOptions
    var errors = 0
    var referencePhones = 0
  }

  private(set) var trials: [Trial]

  /// The weights that are tried, in this order.
  static let grid: [PhoneDecodingOptions] = [0, 0.3, 0.6].flatMap { prior in
    [1, 2, 4].flatMap { language in
      [-4, 0, 3, 6].flatMap { penalty in
        [1, 2, 3].map { frames in
          PhoneDecodingOptions(
            priorWeight: prior, languageWeight: language, insertionPenalty: penalty, minimumFrames: frames)
        }
      }
    }
  }

  private struct Counts: GraphMessage {
    let trials: [(errors: Int, referencePhones: Int)]
  }

  /// The first of the best.
  var best: Trial { trials.min { $0.errors < $1.errors } ?? Trial(options: PhoneDecodingOptions()) }

  /// Decodes each dev utterance with every trial, block by block; a worker holds the phones of one utterance.
  init(
    _ plan: TrainPlan, values: ModelValues, source: FeatureSource, classes: ScoredClasses, indices: [Int],
    progress: WorkProgress
  ) async throws {
    let loops = Self.grid.map { plan.recognizer.phoneLoop(values, options: $0) }
    let scorer = try PhoneScorer(table: classes.table, convention: .strict)
    progress.enter(.choosing, items: indices.count)
    let blueprint = GraphBlueprint("choose")
    let graph = try plan.recognition(values, source, loop: nil)
    let features = graph.source.join(to: blueprint, indices: indices)
    let posteriors = blueprint.join(
      features, to: graph.classification.stage(workers: plan.options.jobs), capacity: 4)
    let decoder = Stage<PosteriorBlock, Counts>.grouped(
      "Trials", workers: plan.options.jobs, state: { loops.map { TrialDecoder($0) } },
      begin: { trials in for trial in trials { trial.begin() } },
      each: { trials, block, sender in
        if let rejection = block.rejection { throw StageError.rejected(rejection) }
        guard let phones = block.context.content?.phones else { return }
        let reference = classes.reference(phones)
        let limit = TrialDecoder.hearingLimit(reference: reference.count { $0 >= 0 })
        for trial in trials {
          try Task.checkCancellation()
          trial.accept(block, classes, limit: limit)
        }
        guard block.isLast else { return }
        let counts = try trials.map { trial in
          try Task.checkCancellation()
          return try trial.counts(block.context.utterance, reference: reference, scorer)
        }
        try await sender.send(Counts(trials: counts))
      })
    let counted = blueprint.join(posteriors, to: decoder, capacity: 4)
    let sums = Guarded(Self.grid.map { Trial(options: $0) })
    blueprint.join(
      counted,
      to: Sink<Counts>.each("Sums") { counts in
        sums.withLock { sums in
          for (index, count) in counts.trials.enumerated() {
            sums[index].errors += count.errors
            sums[index].referencePhones += count.referencePhones
          }
        }
        progress.finishItem(rejected: false)
      })
    _ = try await blueprint.run()
    try Task.checkCancellation()
    trials = sums.withLock { $0 }
  }
}

/// One trial's decoder, and the phones that it hears in an utterance.
private final class TrialDecoder {
  private let decoder: PhoneDecoder
  // Among the scored classes, no deleted ones; none once they are too many.
  private var heard: [Int32] = []
  private var heardCount = 0
  private var hearsTooMuch = false

  init(_ loop: PhoneLoop) { decoder = PhoneDecoder(loop) }

  /// The most phones that are aligned with a reference of some length.
  ///
  /// More than twice the reference are worse than none, so such a trial needs no alignment to lose. As many
  /// as a table of 2²⁸ cells has room for are aligned all the same.
  static func hearingLimit(reference: Int) -> Int { max(2 * reference, (1 << 28) / (reference + 1) - 1) }

  func begin() {
    decoder.reset()
    heard.removeAll(keepingCapacity: true)
    (heardCount, hearsTooMuch) = (0, false)
  }

  func accept(_ block: PosteriorBlock, _ classes: ScoredClasses, limit: Int) {
    block.logPosteriors.withUnsafeBufferPointer { values in
      if let base = values.baseAddress {
        take(classes.hypothesis(decoder.accept(base, count: block.frameCount)), limit: limit)
      }
    }
    if block.isLast { take(classes.hypothesis(decoder.finish()), limit: limit) }
  }

  private func take(_ phones: [Int32], limit: Int) {
    let scored = phones.lazy.filter { $0 >= 0 }
    heardCount += scored.count
    if heardCount > limit {
      (heard, hearsTooMuch) = ([], true)
    } else {
      heard += scored
    }
  }

  /// Errors and reference phones; an utterance in which too much is heard has an error for each phone heard.
  func counts(
    _ utterance: Utterance, reference: [Int32], _ scorer: PhoneScorer
  ) throws -> (errors: Int, referencePhones: Int) {
    guard !hearsTooMuch else { return (heardCount, reference.count { $0 >= 0 }) }
    let scored = try scorer.score(
      utterance: utterance.key, speaker: utterance.speaker, reference: reference, hypothesis: heard)
    return (scored.alignment.errorCount, scored.alignment.referenceCount)
  }
}
