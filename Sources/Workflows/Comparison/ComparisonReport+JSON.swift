import DataManifests
import Files
import FrontEnds
import Recognition
import Scoring
import TrainedModels

extension ComparisonReport {
  /// The whole as JSON, indented, a newline at the end.
  package var json: String {
    var out: [UInt8] = []
    jsonValue.appendIndented(to: &out)
    return String(decoding: out, as: UTF8.self) + "\n"
  }

  /// The content of `comparison.json`: all but sounds and pictures.
  var jsonValue: JSONValue {
    .object([
      JSONField("version", 1), JSONField("kind", "kaleido-comparison-result"),
      JSONField("program", .string(programVersion)), JSONField("corpus", .string(corpus)),
      JSONField("command", .string(command)),
      JSONField(
        "splits",
        [
          "train": .string(trainSplit), "dev": .string(devSplit), "test": .string(testSplit),
          "train_utterances": .integer(Int64(trainUtterances)),
          "dev_utterances": .integer(Int64(devUtterances)),
          "test_utterances": .integer(Int64(testUtterances)),
        ]),
      JSONField(
        "left_out",
        [
          "train": .integer(Int64(leftOut.train)), "dev": .integer(Int64(leftOut.dev)),
          "test": .array(
            leftOut.test.map { ["key": .string($0.key), "reason": .string($0.reason)] }),
        ]),
      JSONField(
        "test_speakers",
        .array(testSpeakers.map { ["name": .string($0.name), "voice": .string($0.voice)] })),
      JSONField("earlier_test_uses", .integer(Int64(earlierTestUses))),
      JSONField("test_voices", .integer(Int64(testVoiceCount))),
      JSONField("measure", .string(measure.rawValue)),
      JSONField("seeds", .array(seeds.map { .integer(Int64(bitPattern: $0)) })),
      JSONField("settings", .object(settings.map { JSONField($0.name, .string($0.value)) })),
      JSONField(
        "differences",
        .object(
          differences.map { difference in
            JSONField(difference.field, .array(difference.values.map { $0.map { .string($0) } ?? .null }))
          })),
      JSONField("rows", .array(contenders.map { $0.json(classes.symbols) })),
      JSONField("comparisons", .array(comparisons.map(\.json))),
      JSONField("seed_tests", .array(seedTests.map(\.json))),
    ])
  }
}

extension ContenderResult {
  fileprivate func json(_ symbols: [String]) -> JSONValue {
    func optional(_ value: Int?) -> JSONValue { value.map { .integer(Int64($0)) } ?? .null }
    func optional(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
    return .object([
      JSONField("row", .string(name)), JSONField("front_end", .string(frontEnd)),
      JSONField("classifier", .string(classifier)),
      JSONField("channels", .integer(Int64(channels))),
      JSONField("parameters", .integer(Int64(parameters))),
      JSONField("front_end_parameters", .integer(Int64(frontEndParameters))),
      JSONField("operations_per_frame", optional(operationsPerFrame)),
      JSONField("classifier_operations_per_frame", .integer(Int64(classifierOperationsPerFrame))),
      JSONField("latency_frames", optional(latencyFrames)),
      JSONField("filters", responses?.json ?? .null),
      JSONField("trials", .array(trials.map(\.json))),
      JSONField("seeds", .array(seeds.map { $0.json(symbols) })),
      JSONField(
        "cost",
        [
          "training_frames_per_second": .array(cost.trainingFramesPerSecond.map { .number($0) }),
          "streaming_times_real_time": optional(cost.streamingTimesRealTime),
          "front_end_ns_per_frame": optional(cost.frontEndNanosecondsPerFrame),
          "peak_memory_bytes": optional(cost.peakMemoryBytes),
        ]),
    ])
  }
}

extension FilterResponses {
  /// Center and bandwidth of each filter in hertz, before and after; null for one that answers to nothing.
  fileprivate var json: JSONValue {
    func shapes(_ responses: [[Double]]) -> JSONValue {
      .array(
        responses.map { response in
          FilterShape(response: response, frequenciesHertz: frequenciesHertz).map {
            [.number($0.centerHertz), .number($0.bandwidthHertz)]
          } ?? .null
        })
    }
    return ["start": shapes(start), "now": shapes(now)]
  }
}

extension SeedResult {
  fileprivate func json(_ symbols: [String]) -> JSONValue {
    let rates = ErrorMeasure.allCases.map { JSONField($0.rawValue, .number(rate($0))) }
    let speakers = errorCounts(.phonesStrict)
    let ofFrames = Dictionary(
      errorCounts(.frames).map { ($0.speaker, $0.count) }, uniquingKeysWith: { first, _ in first })
    func json(_ count: ErrorCount?) -> JSONValue {
      count.map { [.integer(Int64($0.errors)), .integer(Int64($0.total))] } ?? .null
    }
    let classes = symbols.indices.map { label -> JSONField in
      let counted = frames.total.counts(ofClass: label)
      let phone = phones[0].total.counts(ofClass: label)
      return JSONField(
        symbols[label],
        [
          "frames": [.integer(Int64(counted.correct)), .integer(Int64(counted.frames))],
          "phones": [
            .integer(Int64(phone.correct)), .integer(Int64(phone.substitutions)),
            .integer(Int64(phone.deletions)), .integer(Int64(phone.insertions)),
          ],
        ])
    }
    return [
      "seed": .integer(Int64(bitPattern: seed)), "rates": .object(rates),
      "best_epoch": .integer(Int64(history.best?.epoch ?? 0)),
      "dev_fer": history.best.map { .number($0.devErrorRate) } ?? .null,
      "dev_per_strict": devPhoneErrorRate.map { .number($0) } ?? .null,
      "epochs": .array(history.epochs.map(\.json)), "decoding": decoding.json,
      "by_speaker": .object(
        speakers.map { speaker in
          JSONField(
            speaker.speaker,
            ["phones_strict": json(speaker.count), "frames": json(ofFrames[speaker.speaker])])
        }),
      "by_class": .object(classes), "confusions": .array(confusions.map { .integer(Int64($0)) }),
    ]
  }
}

extension Interval {
  fileprivate var json: JSONValue { [.number(lower), .number(upper)] }
}

extension MeasuredComparison {
  fileprivate var json: JSONValue {
    let options = comparison.options
    return [
      "measure": .string(measure.rawValue), "baseline": .string(comparison.baseline),
      "options": [
        "seed": .integer(Int64(bitPattern: options.seed)),
        "bootstrap_draws": .integer(Int64(options.bootstrapDraws)),
        "sign_flip_draws": .integer(Int64(options.signFlipDraws)),
        "exact_sign_flip_voices": .integer(Int64(options.exactSignFlipSpeakers)),
        "significance_level": .number(options.significanceLevel),
        "confidence_level": .number(options.confidenceLevel),
        "minimum_voices": .integer(Int64(options.minimumVoices)),
      ],
      "rows": .array(comparison.contenders.map(\.json)),
    ]
  }
}

extension ContenderComparison {
  fileprivate var json: JSONValue {
    [
      "row": .string(contender), "verdict": .string(verdict.summary), "difference": .number(difference),
      "interval": interval.json, "p": .number(test.pValue), "adjusted_p": .number(adjustedP),
      "is_exact": .bool(test.isExact), "patterns": .integer(Int64(test.patternCount)),
      "voices": .integer(Int64(voiceCount)), "pooled_difference": .number(pooledDifference),
      "pooled_interval": pooledInterval.json,
      "probability_of_improvement": .number(probabilityOfImprovement),
      "by_speaker": .array(speakerDifferences.map { .number($0) }),
      "by_seed": .array(seedDifferences.map { .number($0) }),
    ]
  }
}

extension Verdict {
  /// The verdict in text, the same everywhere.
  package var summary: String {
    switch self {
    case .better: "better"
    case .worse: "worse"
    case .noDifferenceShown: "no difference shown"
    case .tooFewSpeakers: "too few speakers for a verdict"
    }
  }
}

extension ContenderSeedTests {
  fileprivate var json: JSONValue {
    let (pairs, sentences) = (tests.matchedPairs, tests.mcNemar)
    return [
      "row": .string(contender), "seed": .integer(Int64(bitPattern: seed)),
      "mapsswe": [
        "segments": .integer(Int64(pairs.segmentCount)), "mean": .number(pairs.mean), "z": .number(pairs.z),
        "p": .number(pairs.pValue),
      ],
      "mcnemar": [
        "row_only_wrong": .integer(Int64(sentences.firstOnlyWrong)),
        "baseline_only_wrong": .integer(Int64(sentences.secondOnlyWrong)),
        "p": .number(sentences.pValue),
      ],
      "sign_p": .number(tests.sign.pValue), "wilcoxon_p": .number(tests.wilcoxon.pValue),
      "bootstrap_interval": bootstrap.pooledInterval.json,
      "probability_of_improvement": .number(bootstrap.probabilityOfImprovement),
    ]
  }
}
