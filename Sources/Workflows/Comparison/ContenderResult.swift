package import Recognition
package import Scoring

/// A contender of a comparison: what it is, what it scored, what it costs.
package struct ContenderResult: Sendable {
  /// The front end as the command line writes it; for a RUN its path as given.
  package var name: String
  /// The front end in one line.
  package var frontEnd: String
  package var classifier: String
  /// Learned numbers of the front end, and of all.
  package var frontEndParameters: Int
  package var parameters: Int
  /// Floats in a row of features.
  package var channels: Int
  /// Multiplications and additions of the front end a frame, each counted as one; nil for features made
  /// elsewhere.
  package var operationsPerFrame: Int?
  /// Multiplications and additions of the classifier a frame.
  package var classifierOperationsPerFrame: Int
  /// Frames that a posterior waits for; nil where it waits for the end of the utterance.
  package var latencyFrames: Int?
  /// The trials on dev speakers, in order; one is chosen.
  package var trials: [Trial]
  /// By seed, in the comparison's order.
  package var seeds: [SeedResult]
  /// Speeds and memory, measured with a clock.
  package var cost: ContenderCost
  /// The responses of the learned bands or outputs, under the first seed; nil where there is nothing between
  /// samples and features.
  package var responses: FilterResponses?

  /// Rates of the seeds.
  package func rates(_ measure: ErrorMeasure) -> [Double] { seeds.map { $0.rate(measure) } }
}

/// A contender trained with one seed and scored on the test speakers.
package struct SeedResult: Sendable {
  package var seed: UInt64
  package var history: TrainingHistory
  package var decoding: PhoneDecodingOptions
  /// Strict error rate of the phones of dev speakers with these weights; nil where it is not known.
  package var devPhoneErrorRate: Double?
  /// Phone scores by convention, in the order of ``PhoneScoringConvention/allCases``.
  package var phones: [PhoneScores]
  /// Frames among the scored classes.
  package var frames: FrameScores
  /// Frames by `[phones of the reference, recognized classes]`.
  package var confusions: [Int]
  /// By key, in their order; alignments under the strict convention.
  package var utterances: [ScoredUtterance]

  /// Errors over what there was, by the measure.
  package func rate(_ measure: ErrorMeasure) -> Double {
    if let convention = measure.convention,
      let scores = phones.first(where: { $0.convention == convention })
    {
      return scores.total.errorRate ?? 0
    }
    return frames.total.errorRate ?? 0
  }

  /// Errors and what there was by speaker, in the order of names.
  package func errorCounts(_ measure: ErrorMeasure) -> [(speaker: String, count: ErrorCount)] {
    if let convention = measure.convention,
      let scores = phones.first(where: { $0.convention == convention })
    {
      return scores.errorCountsBySpeaker
    }
    return frames.errorCountsBySpeaker
  }
}

/// The cost of a contender on the machine that trained it: the only part of a report that is measured with a
/// clock.
package struct ContenderCost: Sendable, Equatable {
  /// Frames a second of wall time while training, one figure a training that was done here.
  package var trainingFramesPerSecond: [Double] = []
  /// Seconds of audio over seconds of time, one thread: 10 ms at a time through front end and classifier.
  package var streamingTimesRealTime: Double?
  /// Nanoseconds of the front end alone a frame, one thread, whole files.
  package var frontEndNanosecondsPerFrame: Double?
  /// The largest resident memory of the process while the contender trained, in bytes.
  package var peakMemoryBytes: Int?

  package init() {}
}

/// The response of a front end's first linear part to tones: energy `[filter, frequency]`.
///
/// The energy of a filter for a tone of unit amplitude, mean over two tones a quarter of a period apart.
package struct FilterResponses: Sendable, Equatable {
  package var frequenciesHertz: [Double]
  /// Before the training, `[filters][frequencies]`.
  package var start: [[Double]]
  /// After it.
  package var now: [[Double]]
}
