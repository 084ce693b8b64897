import DataManifests
import Foundations
import FrontEnds
import Recognition
import Scoring
import TestSupport

@testable import Workflows

/// A seeded generator of comparison reports without any training.
struct SampleReport {
  var names = [
    "mel", "kaleidoscope-time", "mel-pooled:bins=23,scale=bark", "mfcc:deltas=2", "dense:fixed",
  ]
  /// The increase of each contender's error probability.
  var effects = [0.0, -0.035, 0.004, 0.05, 0.001]
  var seeds: [UInt64] = [1, 2, 3]
  var speakerCount = 24
  var utterancesPerSpeaker = 2
  var excerptCount = 3
  var isSingleRuns = false
  var hasResponses = true
  /// Text appended to every name that comes from outside.
  var hostileText = ""
  var generatorSeed: UInt64 = 7

  private static let phoneSet: PhoneSet = {
    guard let data = try? DataManifests.locate(environment: [:]) else {
      preconditionFailure("no data folder")
    }
    return data.phoneSet
  }()
  static let phones = phoneSet.identity
  static let classes = phoneSet.lastFolding

  func make() throws -> ComparisonReport {
    let speakers = (0..<speakerCount).map {
      TestSpeaker(name: "\($0 < 10 ? "M" : "F")AB\($0)\(hostileText)", voice: isSingleRuns ? "voice" : nil)
    }
    let sorted = speakers.sorted { $0.name < $1.name }
    let contenders = try names.indices.map { try contender($0, speakers: sorted) }
    var report = ComparisonReport(
      programVersion: "1.2.3", corpus: "so762_adults\(hostileText)", trainSplit: "train", devSplit: "dev",
      testSplit: "test\(hostileText)", trainUtterances: 2320, devUtterances: 240, testUtterances: 1250,
      testSpeakers: sorted, testVoiceCount: Set(sorted.map(\.voice)).count,
      command:
        "kaleido compare \(names.joined(separator: " ")) --corpus CORPUS --seeds \(seeds.count) --epochs 12"
        + hostileText,
      measure: .phonesStrict, seeds: seeds,
      settings: [
        NamedSetting(name: "classifier", value: "mlp, 3 × 512\(hostileText)"),
        NamedSetting(name: "epochs", value: "12"),
        NamedSetting(name: "batch segments", value: "16"),
      ],
      differences: [
        .init(field: "mel bins\(hostileText)", values: names.indices.map { $0 == 2 ? "23" : "40" }),
        .init(
          field: "learning rate",
          values: names.indices.map { $0 == 3 ? nil : "0.00\($0 + 1)\(hostileText)" }),
      ],
      phones: Self.phones, classes: Self.classes, contenders: contenders,
      comparisons: [], seedTests: [],
      excerpts: [])
    if !isSingleRuns { try compare(&report) }
    report.excerpts = (0..<excerptCount).map { SampleExcerpt(number: $0, sample: self).make() }
    return report
  }

  /// A report with each of the four verdicts.
  func makeWithAllVerdicts() throws -> ComparisonReport {
    var report = try make()
    let verdicts: [Verdict] = [.better, .worse, .noDifferenceShown, .tooFewSpeakers]
    for index in report.comparisons[0].comparison.contenders.indices {
      report.comparisons[0].comparison.contenders[index].verdict = verdicts[index % 4]
    }
    return report
  }

  func name(_ contender: Int) -> String { names[contender] + hostileText }

  // MARK: Contenders

  private func contender(_ index: Int, speakers: [TestSpeaker]) throws -> ContenderResult {
    let learns = index > 0
    let results = try seeds.indices.map { try result(index, seedIndex: $0, speakers: speakers) }
    var cost = ContenderCost()
    cost.trainingFramesPerSecond = seeds.map { 41_000 + Double($0) * 300 }
    cost.streamingTimesRealTime = 92.4 - Double(index)
    cost.frontEndNanosecondsPerFrame = 10_400 + 900 * Double(index)
    cost.peakMemoryBytes = 240 << 20
    return ContenderResult(
      name: name(index),
      frontEnd: learns
        ? "power spectrum, 40 learned bands, logarithm\(hostileText)" : "40 mel bins, logarithm",
      classifier: "MLP of 3 × 512, context 11\(hostileText)", frontEndParameters: learns ? 10_280 : 0,
      parameters: 812_391 + (learns ? 10_280 : 0), channels: 40,
      operationsPerFrame: index == 3 ? nil : 41_216,
      classifierOperationsPerFrame: 1_624_064, latencyFrames: index == 4 ? nil : 5,
      trials: [
        Trial(
          settings: [NamedSetting(name: "learning rate", value: "0.001\(hostileText)")], seed: 1,
          outcome: .trained(devFrameErrorRate: 0.351, devPhoneErrorRate: 0.312), isChosen: true),
        Trial(
          settings: [], seed: 1, outcome: .trained(devFrameErrorRate: 0.362, devPhoneErrorRate: 0.322)),
      ], seeds: results, cost: cost, responses: hasResponses ? responses(index) : nil)
  }

  private func result(_ index: Int, seedIndex: Int, speakers: [TestSpeaker]) throws -> SeedResult {
    var generator = SplitMix64(seed: generatorSeed &+ UInt64(index * 1000 + seedIndex))
    // The references are the same for all contenders and seeds.
    var references = SplitMix64(seed: generatorSeed)
    let table = try PhoneTable(symbols: Self.classes.symbols, silence: "sil")
    let classes = Self.classes.symbols.count
    var phones = PhoneScoringConvention.allCases.map { PhoneScores(classCount: classes, convention: $0) }
    var frames = FrameScores(classCount: classes)
    var confusions = [Int](repeating: 0, count: Self.phones.symbols.count * classes)
    var utterances: [ScoredUtterance] = []
    let luck = Double.random(in: -0.008...0.008, using: &generator)
    for (speakerIndex, speaker) in speakers.enumerated() {
      let error = 0.27 + effects[index] + luck + 0.03 * Double((speakerIndex * 7) % 5 - 2) / 2
      for utterance in 0..<utterancesPerSpeaker {
        let spoken = (0..<34).map { _ in Int.random(in: 0..<61, using: &references) }
        let heard = spoken.map { phone -> Int32 in
          guard Double.random(in: 0..<1, using: &generator) < error else {
            return Self.classes.classOfPhone[phone]
          }
          return Self.classes.classOfPhone[min(60, max(0, phone + (Bool.random(using: &generator) ? 1 : -1)))]
        }
        let reference = spoken.map { Self.classes.classOfPhone[$0] }
        for (convention, scores) in phones.enumerated() {
          let scored = try PhoneScorer(table: table, convention: scores.convention).score(
            utterance: "\(speaker.name)_\(utterance)", speaker: speaker.name, reference: reference,
            hypothesis: heard)
          try phones[convention].add(scored)
          if scores.convention == .strict { utterances.append(scored) }
        }
        // Six frames per phone.
        let frameReference = reference.flatMap { [Int32](repeating: $0, count: 6) }
        let frameHeard = heard.flatMap { [Int32](repeating: $0, count: 6) }
        try frames.add(speaker: speaker.name, reference: frameReference, hypothesis: frameHeard)
        for (phone, label) in zip(spoken, heard) where label >= 0 {
          confusions[phone * classes + Int(label)] += 6
        }
      }
    }
    return SeedResult(
      seed: seeds[seedIndex], history: history(index, &generator), decoding: PhoneDecodingOptions(),
      devPhoneErrorRate: 0.3 + effects[index], phones: phones,
      frames: frames, confusions: confusions, utterances: utterances)
  }

  private func history(_ index: Int, _ generator: inout SplitMix64) -> TrainingHistory {
    TrainingHistory(
      epochs: (1...12).map { epoch in
        let fall = 1 / (1 + 0.5 * Double(epoch))
        let noise = Double.random(in: -0.006...0.006, using: &generator)
        return EpochRecord(
          epoch: epoch, steps: epoch * 200, frames: 204_800, loss: 0.9 + 1.6 * fall + noise * 4,
          accuracy: 0.7 - 0.3 * fall, devErrors: Int(10_000 * (0.33 + effects[index] + 0.25 * fall + noise)),
          devFrames: 10_000, learningRate: 0.002 * (epoch < 5 ? Double(epoch) / 4 : Double(13 - epoch) / 8),
          movement: index == 0
            ? []
            : [
              PartMovement(part: "frequency\(hostileText)", relativeDistance: 0.11 * (1 - fall) + noise),
              PartMovement(part: "pooling", relativeDistance: 0.05 * (1 - fall)),
            ])
      })
  }

  private func responses(_ index: Int) -> FilterResponses {
    let frequencies = (0...128).map { Double($0) * 62.5 }
    func hertz(_ mel: Double) -> Double { 700 * (Scaling.exp(mel / 1127) - 1) }
    func filters(moved: Double) -> [[Double]] {
      (0..<40).map { filter in
        let top = 2840.0
        let center = hertz(top * Double(filter + 1) / 41) * (1 + moved * (filter % 3 == 0 ? 0.06 : -0.02))
        let width =
          (hertz(top * Double(filter + 2) / 41) - hertz(top * Double(filter) / 41)) / 2 * (1 + 0.3 * moved)
        return frequencies.map { frequency in
          let distance = (frequency - center) / max(width, 40)
          return max(0.0004 * moved, 1 - distance.magnitude)
        }
      }
    }
    return FilterResponses(
      frequenciesHertz: frequencies, start: filters(moved: 0), now: filters(moved: index == 0 ? 0 : 1))
  }

  // MARK: Tests

  private func compare(_ report: inout ComparisonReport) throws {
    var options = SignificanceOptions()
    options.bootstrapDraws = 300
    options.signFlipDraws = 2000
    for measure in ErrorMeasure.allCases {
      let errors = try report.contenders.map { contender in
        try ContenderErrors(
          name: contender.name, scores: contender.seeds.map { ($0.seed, $0.errorCounts(measure)) })
      }
      report.comparisons.append(
        MeasuredComparison(
          measure: measure,
          comparison: try Comparison(
            baseline: errors[0], contenders: Array(errors.dropFirst()), options: options)))
      guard measure == .phonesStrict else { continue }
      for (contender, own) in zip(report.contenders, errors).dropFirst() {
        let pair = try PairedContenders(baseline: errors[0], contender: own)
        for (seedIndex, seed) in contender.seeds.enumerated() {
          report.seedTests.append(
            ContenderSeedTests(
              contender: contender.name, seed: seed.seed,
              tests: try SeedComparison(
                contender: seed.utterances, baseline: report.contenders[0].seeds[seedIndex].utterances),
              bootstrap: try Bootstrap(pair, seedIndex: seedIndex, options: options)))
        }
      }
    }
  }

  /// The class, of 39, of a phone, of 61.
  static func folded(_ phone: Int) -> Int32 { classes.classOfPhone[phone] }
}
