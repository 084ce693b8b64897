import FrontEnds
import Learning
import Recognition
import TestSupport
import Testing

/// Batches of made-up segments whose label is the one of their values that is largest.
private struct MadeUpBatches: BatchSource {
  let recognizer: FrameRecognizer
  let batches: Int
  let segments: Int
  var blemish: Float = 0

  func forEachBatch(
    ofEpoch epoch: Int, _ take: @escaping @Sendable (sending SegmentBatch) async throws -> Void
  ) async throws {
    for index in 0..<batches { try await take(makeBatch(index)) }
  }

  func makeBatch(_ index: Int) -> sending SegmentBatch {
    let (frames, width) = (8, recognizer.frontEnd.source.channels)
    let batch = SegmentBatch(
      segments: segments, frames: frames, context: recognizer.context, width: width)
    var generator = SplitMix64(seed: UInt64(index) + 1)
    for i in 0..<batch.rows.count { batch.rows.base[i] = Float.random(in: -1...1, using: &generator) }
    for segment in 0..<segments {
      batch.outside[segment] = OutsideRows()
      for frame in 0..<frames {
        let row = batch.rows.row(segment * batch.shape.rows + recognizer.context.left + frame)
        let label = Int.random(in: 0..<recognizer.classCount, using: &generator)
        row[label] += 3
        batch.labels[segment * frames + frame] = Int32(label)
      }
    }
    batch.rows.base[0] += blemish
    return batch
  }
}

@Suite("Training")
struct TrainingTests {
  private func recognizer(_ options: FrameClassifierOptions) throws -> FrameRecognizer {
    try FrameRecognizer(
      row: try Row(parsing: "mel:bins=12"), features: FeatureConfiguration(), classifier: options, seed: 3)
  }

  private func classifiers() -> [FrameClassifierOptions] {
    [
      FrameClassifierOptions(hiddenLayers: [24], contextFrames: 1, classCount: 6),
      FrameClassifierOptions(
        hiddenLayers: [24], contextFrames: 0, normalization: .batch, dropout: 0.1, classCount: 6),
      FrameClassifierOptions(
        architecture: .tdnn, hiddenLayers: [16, 16], contextFrames: 1, normalization: .layer, classCount: 6),
      FrameClassifierOptions(
        architecture: .gru, hiddenLayers: [16], normalization: .layer, isBidirectional: true, classCount: 6),
      FrameClassifierOptions(
        hiddenLayers: [.kaleidoscope(units: 24), .kaleidoscope(units: nil)], contextFrames: 1, classCount: 6),
      FrameClassifierOptions(
        architecture: .tdnn, hiddenLayers: [16, .kaleidoscope(units: nil)], contextFrames: 1,
        normalization: .batch, classCount: 6),
    ]
  }

  private func run(
    _ recognizer: FrameRecognizer, epochs: Int, segments: Int = 8, jobs: Int
  ) async throws -> TrainingRun {
    var options = TrainingOptions()
    options.learningRate = 0.02
    options.epochs = epochs
    let run = TrainingRun(
      recognizer, options: options, statistics: PhoneStatistics(classCount: recognizer.classCount),
      totalSteps: epochs * 4, jobs: jobs)
    let source = MadeUpBatches(recognizer: recognizer, batches: 4, segments: segments)
    for _ in 0..<epochs {
      try await run.runEpoch(source, observe: { _ in }) { _ in FrameErrorCount(errors: 1, frames: 2) }
    }
    return run
  }

  @Test("every kind of classifier learns what can be learnt", arguments: 0..<6)
  func learns(index: Int) async throws {
    let run = try await run(try recognizer(classifiers()[index]), epochs: 12, jobs: 2)
    let (first, last) = (try #require(run.history.epochs.first), try #require(run.history.epochs.last))
    #expect(last.loss < 0.5 * first.loss)
    #expect(last.accuracy > 0.9)
    #expect(last.steps == 48 && last.frames == 4 * 8 * 8)
  }

  @Test("the bits depend on neither jobs nor a batch that the parts share unevenly", arguments: [8, 6, 3, 1])
  func jobs(segments: Int) async throws {
    let recognizer = try recognizer(classifiers()[1])
    let one = try await run(recognizer, epochs: 2, segments: segments, jobs: 1)
    for jobs in [2, 4, 9] {
      let other = try await run(recognizer, epochs: 2, segments: segments, jobs: jobs)
      #expect(other.values.parameters.values.elementsEqual(one.values.parameters.values))
      #expect(other.values.statistics.values.elementsEqual(one.values.statistics.values))
      #expect(other.history == one.history)
    }
  }

  @Test("nor do those of a classifier of K-matrices")
  func kaleidoscopeJobs() async throws {
    let recognizer = try recognizer(classifiers()[4])
    let one = try await run(recognizer, epochs: 2, jobs: 1)
    let other = try await run(recognizer, epochs: 2, jobs: 4)
    #expect(other.values.parameters.values.elementsEqual(one.values.parameters.values))
  }

  @Test("a K-matrix alone is as wide as the square that holds what it takes")
  func kaleidoscopeWidths() throws {
    let options = FrameClassifierOptions(
      hiddenLayers: [.kaleidoscope(units: nil), .kaleidoscope(units: 24), 5], contextFrames: 1, classCount: 6)
    // 12 bins, 3 frames.
    #expect(options.hiddenWidths(channels: 12, contextFrames: 1) == [64, 24, 5])
    let recognizer = try recognizer(options)
    func count(_ name: String) -> Int? {
      recognizer.declaration.parameters.first { $0.tensor.name == "classifier.hidden.\(name)" }?.tensor.count
    }
    #expect(count("0.twiddle") == 4 * 64 * 6 && count("0.bias") == 64)
    #expect(count("1.twiddle") == 4 * 64 * 6 && count("1.bias") == 24)
    #expect(count("2.weight") == 24 * 5)
    #expect(options.weightCount(channels: 12, contextFrames: 1) == 2 * 4 * 64 * 6 + 24 * 5 + 5 * 6)
  }

  @Test("layers are read as they are written", arguments: ["256", "kaleidoscope", "kaleidoscope-300", "1"])
  func layerText(text: String) { #expect(HiddenLayer(text)?.text == text) }

  @Test(
    "what is no layer is refused",
    arguments: [
      "", "0", "8193", "kaleidoscope-", "kaleidoscope-0", "kaleidoscope-8193", "kaleidoscope256", "k",
    ])
  func noLayer(text: String) { #expect(HiddenLayer(text) == nil) }

  @Test("a loss that is not finite stops the training and moves nothing")
  func nonFinite() async throws {
    let recognizer = try recognizer(classifiers()[0])
    let run = TrainingRun(
      recognizer, options: TrainingOptions(), statistics: PhoneStatistics(classCount: 6), totalSteps: 4,
      jobs: 2)
    let before = ModelValues(copying: run.values)
    let source = MadeUpBatches(recognizer: recognizer, batches: 1, segments: 4, blemish: .infinity)
    await #expect(throws: TrainingError.nonFiniteLoss(epoch: 1, step: 1)) {
      try await run.runEpoch(source, observe: { _ in }) { _ in FrameErrorCount(errors: 0, frames: 1) }
    }
    #expect(run.values.parameters.values.elementsEqual(before.parameters.values))
    #expect(run.values.statistics.values.elementsEqual(before.statistics.values))
    #expect(run.history.epochs.isEmpty)
  }

  @Test("the best epoch is the first with the fewest dev errors; patience counts from it")
  func history() {
    func epoch(_ number: Int, _ errors: Int) -> EpochRecord {
      EpochRecord(
        epoch: number, steps: number, frames: 1, loss: 1, accuracy: 0, devErrors: errors, devFrames: 10,
        learningRate: 1, movement: [])
    }
    var options = TrainingOptions()
    options.epochs = 9
    options.patience = 2
    var history = TrainingHistory()
    #expect(history.best == nil && !history.isFinished(options))
    for (index, errors) in [5, 3, 4].enumerated() { history.epochs.append(epoch(index + 1, errors)) }
    #expect(history.best?.epoch == 2 && history.idleEpochs == 1 && !history.isFinished(options))
    history.epochs.append(epoch(4, 3))
    #expect(history.best?.epoch == 2 && history.idleEpochs == 2 && history.isFinished(options))
    options.patience = 0
    #expect(!history.isFinished(options))
    options.epochs = 4
    #expect(history.isFinished(options))
  }

  @Test("a classifier of too many weights is refused before it is made")
  func tooLarge() throws {
    let options = FrameClassifierOptions(hiddenLayers: Array(repeating: 8192, count: 16))
    #expect(throws: RecognizerError.self) { try recognizer(options) }
    // As wide as what they take, each four times the one before.
    let growing = FrameClassifierOptions(
      architecture: .tdnn, hiddenLayers: Array(repeating: .kaleidoscope(units: nil), count: 16))
    #expect(throws: RecognizerError.self) { try recognizer(growing) }
  }

  @Test("the default context is none where a row holds its own")
  func context() throws {
    func context(_ row: String, _ architecture: FrameClassifierOptions.Architecture) throws -> FrameContext {
      try FrameRecognizer(
        row: try Row(parsing: row), features: FeatureConfiguration(),
        classifier: FrameClassifierOptions(architecture: architecture), seed: 1
      ).context
    }
    #expect(try context("mel", .mlp) == FrameContext(left: 5, right: 5))
    #expect(try context("mel:time=dct", .mlp) == FrameContext())
    #expect(try context("fft", .mlp) == FrameContext(left: 5, right: 5))
    #expect(try context("mel", .tdnn) == FrameContext(left: 7, right: 7))
  }
}
