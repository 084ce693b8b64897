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
  /// What is tried.
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

  /// Decodes each dev utterance with every trial; posteriors of one utterance a worker are held.
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
      "Trials", workers: plan.options.jobs, state: { [Float]() },
      begin: { $0.removeAll(keepingCapacity: true) },
      each: { held, block, sender in
        held += block.logPosteriors
        if let rejection = block.rejection { throw StageError.rejected(rejection) }
        guard block.isLast, let phones = block.context.content?.phones else { return }
        let reference = classes.reference(phones)
        let counts = try loops.map { loop in
          try Task.checkCancellation()
          let hypothesis = classes.hypothesis(Self.decode(held, loop))
          let scored = try scorer.score(
            utterance: block.context.utterance.key, speaker: block.context.utterance.speaker,
            reference: reference, hypothesis: hypothesis)
          return (errors: scored.alignment.errorCount, referencePhones: scored.alignment.referenceCount)
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

  private static func decode(_ logPosteriors: [Float], _ loop: PhoneLoop) -> [DecodedPhone] {
    let decoder = PhoneDecoder(loop)
    return logPosteriors.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return [] }
      return decoder.accept(base, count: values.count / loop.classCount) + decoder.finish()
    }
  }
}
