import Foundation
import Foundations
import FrontEnds
import Learning
import Recognition
import Signal

/// A model with a batch of noise and a trainer.
final class TrainingCase: @unchecked Sendable {
  // Invariant behind @unchecked Sendable: used by one thread at a time.

  let name: String
  let frames: Int
  private let kind: Kind
  private let recognizer: FrameRecognizer
  private let options: TrainingOptions
  private let batch: SegmentBatch
  private let values: ModelValues
  private let trainer: Trainer

  /// The kinds of models for PyTorch: an MLP or GRU over features, or a learnable front end with an MLP.
  enum Kind: String {
    case mlp
    case gru
    case pooled
  }

  /// - Parameters:
  ///   - frontEnd: its request.
  ///   - frames: frames per segment.
  ///   - jobs: tasks per step.
  init(
    _ name: String, _ kind: Kind, frontEnd: String, classifier: FrameClassifierOptions,
    optimizer: OptimizerOptions, rate: Double, segments: Int = 16, frames: Int, jobs: Int = 1
  ) throws {
    self.name = name
    self.kind = kind
    self.frames = segments * frames
    recognizer = try FrameRecognizer(
      features: .frontEnd(try FrontEndSpec(parsing: frontEnd)), classifier: classifier, seed: 1)
    var options = TrainingOptions()
    options.optimizer = optimizer
    options.learningRate = rate
    self.options = options
    let width = recognizer.features.source.channels
    batch = SegmentBatch(segments: segments, frames: frames, context: recognizer.context, width: width)
    var generator = SeededGenerator(seed: 1, stream: .order)
    // Int16-valued samples, or features of about unit variance.
    let size: Float = recognizer.features.layer == nil ? 1.5 : 1000
    for i in 0..<batch.rows.count { batch.rows.base[i] = Float.random(in: -size...size, using: &generator) }
    for i in batch.labels.indices {
      batch.labels[i] = Int32.random(in: 0..<Int32(classifier.classCount), using: &generator)
    }
    for segment in 0..<segments { batch.padding[segment] = PaddingRows() }
    values = ModelValues(recognizer.declaration)
    trainer = Trainer(
      recognizer, options: options, values: values,
      optimizer: Optimizer(optimizer, declaration: recognizer.declaration), jobs: jobs)
  }

  var parameterCount: Int { recognizer.parameterCount }

  /// The classifier, frozen with its current parameters.
  func makePosteriorStream() -> PosteriorStream {
    PosteriorStream(recognizer.classifier, values: ModelValues(copying: values))
  }

  /// Runs steps on the same batch and returns the losses, each before its update.
  func steps(_ count: Int) async throws -> [Double] {
    var losses: [Double] = []
    for _ in 0..<count {
      // The trainer only reads the batch, and nothing else uses it meanwhile.
      nonisolated(unsafe) let batch = batch
      guard let loss = await trainer.step(batch, rate: options.learningRate) else {
        throw BenchmarkError.resultsDiffer("\(name): non-finite loss")
      }
      losses.append(loss.mean)
    }
    return losses
  }

  /// The mean CPU nanoseconds of a step that runs on one thread throughout.
  func nanosecondsOnOneThread(repeats: Int) throws -> Double {
    try waitFor {
      let start = ThreadClock.now()
      _ = try await self.steps(repeats)
      return (ThreadClock.now() - start) / Double(repeats)
    }
  }

  /// The mean wall-clock nanoseconds of a step.
  func wallNanoseconds(repeats: Int) throws -> Double {
    try waitFor {
      let start = WallClock.now()
      _ = try await self.steps(repeats)
      return (WallClock.now() - start) / Double(repeats)
    }
  }

  // MARK: Peer

  /// Loads the same parameters and batch into the peer, and compares the losses of the first steps.
  ///
  /// - Throws: `resultsDiffer`.
  func load(into peer: TrainingPeer) throws {
    let folder = NSTemporaryDirectory() + "/kaleido-bench-training-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func write(_ bytes: UnsafeRawBufferPointer, _ name: String) throws -> String {
      try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
      return "\(folder)/\(name)"
    }
    let parameters = recognizer.declaration.parameters
    let numbers = parameters.flatMap { parameter in
      Array(UnsafeBufferPointer(start: values.parameter(parameter.tensor), count: parameter.tensor.count))
    }
    let (bands, points) = try pooling()
    try peer.load(
      .init(
        name: name, kind: kind.rawValue, segments: batch.shape.segments, rows: batch.shape.rows,
        width: batch.rows.columns, context: recognizer.context.left, adam: isAdam,
        rate: options.learningRate, clip: options.optimizer.maximumGradientNorm ?? 0,
        tensors: parameters.map {
          .init(name: $0.tensor.name, shape: $0.tensor.shape, rate: Double($0.group.rateFactor))
        }, parameters: try numbers.withUnsafeBytes { try write($0, "parameters") },
        batch: try write(UnsafeRawBufferPointer(batch.rows.values), "batch"),
        labels: try write(UnsafeRawBufferPointer(batch.labels), "labels"), bands: bands, points: points))
    let theirs = try peer.losses(name, steps: 4)
    let ours = try waitFor { try await self.steps(4) }
    guard theirs.count == ours.count,
      zip(ours, theirs).allSatisfy({ abs($0 - $1) < 1e-4 * max(1, abs($1)) })
    else { throw BenchmarkError.resultsDiffer("\(name): losses \(ours), PyTorch's \(theirs)") }
  }

  private var isAdam: Bool { if case .adam = options.optimizer.method { true } else { false } }

  /// The points of each band by the rule of the front end: those of the mel filter and some more on both
  /// sides.
  private func pooling() throws -> (bands: [[Int]], points: Int) {
    guard kind == .pooled else { return ([], 0) }
    let features = FeatureConfiguration()
    var frame = features.frameOptions
    frame.roundsToPowerOfTwo = true
    let mel = try MelWeights(features.mel, frame: frame)
    let points = mel.points + 1
    guard case .integer(let reach) = try FeatureOption.named("band").defaultValue else { return ([], points) }
    let bands = mel.triangles.map { triangle in
      let first = max(0, triangle.firstPoint - reach)
      return [first, min(points, triangle.firstPoint + triangle.weights.count + reach) - first]
    }
    return (bands, points)
  }
}
