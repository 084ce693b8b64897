import ArgumentParser
import CKernels
import Foundation
import Foundations
import Learning
import Recognition

/// Training steps, compared with PyTorch.
struct TrainingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "training",
    abstract:
      "Training steps of an MLP, a GRU and a learnable front end against PyTorch; K-matrices against dense"
      + " layers."
  )

  @OptionGroup var options: SharedOptions

  func run() throws {
    try options.report(pinned: true) { try TrainingSection(options).measure() }
  }
}

/// The trained models.
enum TrainingCases {
  private static let plainDescent = OptimizerOptions(method: .sgd(momentum: 0, nesterov: false))
  private static let adam = TrainingOptions().optimizer

  /// An MLP 440-1024-1024-1024-61.
  static func perceptron(jobs: Int = 1) throws -> TrainingCase {
    try TrainingCase(
      "MLP 440-1024-1024-1024-61, SGD", .mlp, frontEnd: "mel",
      classifier: FrameClassifierOptions(hiddenLayers: [1024, 1024, 1024], classCount: 61),
      optimizer: plainDescent, rate: 0.01, frames: 64, jobs: jobs)
  }

  /// A GRU on 184 frames after 16 rows of left context.
  static func recurrent(jobs: Int = 1) throws -> TrainingCase {
    try TrainingCase(
      "GRU 40-512-61, 16 segments of 200 rows, SGD", .gru, frontEnd: "mel",
      classifier: FrameClassifierOptions(kind: .gru, hiddenLayers: [512], classCount: 61),
      optimizer: plainDescent, rate: 0.01, frames: 184, jobs: jobs)
  }

  /// A K-matrix of 512 complex points, pooling, log, and an MLP 440-256-256-39.
  static func pooled(jobs: Int = 1) throws -> TrainingCase {
    try TrainingCase(
      "kaleidoscope-pooled with MLP 440-256-256-39, all learned, Adam", .pooled,
      frontEnd: "kaleidoscope-pooled",
      classifier: FrameClassifierOptions(hiddenLayers: [256, 256]), optimizer: adam, rate: 2e-3, frames: 64,
      jobs: jobs)
  }

  /// An MLP with the given hidden layers, trained by Adam.
  static func hidden(_ layers: [HiddenLayer]) throws -> TrainingCase {
    try TrainingCase(
      "MLP 440-\(layers.map(\.text).joined(separator: "-"))-39, Adam", .mlp, frontEnd: "mel",
      classifier: FrameClassifierOptions(hiddenLayers: layers), optimizer: adam, rate: 2e-3, frames: 64)
  }
}

struct TrainingSection {
  private let options: SharedOptions
  private let peer: TrainingPeer

  init(_ options: SharedOptions) throws {
    self.options = options
    peer = try TrainingPeer(peers: options.peers, scripts: options.scripts)
  }

  func measure() throws -> Section {
    var figures = [
      try againstPeer(TrainingCases.perceptron(), target: 1.05),
      try againstPeer(TrainingCases.recurrent(), target: 1),
      try againstPeer(TrainingCases.pooled(), target: nil),
    ]
    figures += try hiddenLayers()
    return Section(
      title: "Training steps, one thread",
      conditions: [
        "thread CPU time of a whole step (forward, loss, backward, update) per classified frame; float32;"
          + " contenders "
          + "alternate, each turn begins with an uncounted run; a batch of 16 segments, 1,024 frames (GRU:"
          + " 2,944)",
        "PyTorch \(peer.version), eager, with fused optimizers; same initial parameters and batch; the"
          + " losses of four "
          + "steps agree to 1e-4 before anything is timed",
        "MLP and GRU: PyTorch gets normalized rows, for the MLP also spliced; ours does both in each step",
        "kaleidoscope-pooled: from frames of samples; PyTorch's butterflies are complex tensor operations"
          + " over the "
          + "whole batch, one factor at a time, with autograd; same clipping",
        "ours: kernels \(String(cString: ck_layers_best().pointee.name)), four gradient parts",
      ],
      figures: figures)
  }

  private func againstPeer(_ model: TrainingCase, target: Double?) throws -> Figure {
    try model.load(into: peer)
    let summaries = try options.rounds.time([
      Contender("ours") { try model.nanosecondsOnOneThread(repeats: $0) },
      Contender("PyTorch") { [peer] in try peer.time(model.name, repeats: $0) },
    ]).map { $0.mapped { Double(model.frames) / $0 * 1e9 } }
    let ratio = summaries[0].median / summaries[1].median
    return Figure(
      model.name, unit: "frames/s", ours: summaries[0],
      peer: Peer(name: "PyTorch", summary: summaries[1]), ratio: ratio, ratioMeaning: "ours ÷ peer",
      target: target.map { Target(.atLeast, $0, of: ratio) })
  }

  /// Training and inference of K-matrices, compared with dense layers of the same width.
  private func hiddenLayers() throws -> [Figure] {
    let models = try Self.hidden.map { try TrainingCases.hidden($0) }
    let speeds = try HiddenLayerSpeed(models)
    let training = try options.rounds.time(
      models.map { model in Contender(model.name) { try model.nanosecondsOnOneThread(repeats: $0) } }
    ).enumerated().map { index, time in time.mapped { Double(models[index].frames) / $0 * 1e9 } }
    let inference = try options.rounds.time(speeds.contenders)
      .map { $0.mapped { Double(speeds.frames) / $0 * 1e9 } }
    return models.indices.dropFirst().flatMap { index in
      [("training step", training), ("inference", inference)].map { phase, speeds in
        let ratio = speeds[index].median / speeds[0].median
        return Figure(
          "\(models[index].name), \(models[index].parameterCount) parameters: \(phase)", unit: "frames/s",
          ours: speeds[index],
          peer: Peer(name: "dense layers, \(models[0].parameterCount) parameters", summary: speeds[0]),
          ratio: ratio, ratioMeaning: "K ÷ dense")
      }
    }
  }

  private static let hidden: [[HiddenLayer]] = [
    [1024, 1024, 1024],
    [1024, HiddenLayer(.kaleidoscope, units: 1024), HiddenLayer(.kaleidoscope, units: 1024)],
    [
      HiddenLayer(.kaleidoscope, units: 1024), HiddenLayer(.kaleidoscope, units: 1024),
      HiddenLayer(.kaleidoscope, units: 1024),
    ],
  ]
}

/// Inference of frozen classifiers on features, as in `evaluate` and `stream`.
struct HiddenLayerSpeed {
  let frames = 2048
  let contenders: [Contender]

  init(_ models: [TrainingCase]) throws {
    let frames = frames
    contenders = models.map { model in
      let stream = model.makePosteriorStream()
      let rows = AlignedBuffer<Float>(count: frames * 40)
      var generator = SeededGenerator(seed: 2, stream: .order)
      for i in 0..<rows.count { rows.base[i] = Float.random(in: -2...2, using: &generator) }
      let posteriors = AlignedBuffer<Float>(count: (frames + 64) * stream.classCount)
      return .here(model.name) {
        let input = UnsafeBufferPointer(rebasing: rows.values[..<(frames * stream.inputChannels)])
        let written = stream.accept(input, into: posteriors.values)
        let rest = posteriors.values[(written * stream.classCount)...]
        _ = stream.finish(into: UnsafeMutableBufferPointer(rebasing: rest))
      }
    }
  }
}

/// Training steps on two cores.
struct ScalingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "training-cores", abstract: "Training steps of two tasks against one, on two cores.")

  @OptionGroup var options: SharedOptions

  func run() throws {
    try options.report(pinned: false) {
      let makers: [(Int) throws -> TrainingCase] = [
        TrainingCases.perceptron, TrainingCases.recurrent, TrainingCases.pooled,
      ]
      let figures = try makers.map { make in
        let models = [try make(2), try make(1)]
        let summaries = try options.rounds.time(
          models.map { model in Contender(model.name) { try model.wallNanoseconds(repeats: $0) } }
        ).map { $0.mapped { Double(models[0].frames) / $0 * 1e9 } }
        let ratio = summaries[0].median / summaries[1].median
        return Figure(
          models[0].name, unit: "frames/s", ours: summaries[0],
          peer: Peer(name: "one task", summary: summaries[1]), ratio: ratio,
          ratioMeaning: "two tasks ÷ one", target: Target(.atLeast, 1.8, of: ratio))
      }
      return Section(
        title: "Training steps, two cores",
        conditions: [
          "wall-clock time of whole steps, with two tasks and one task in turn; both give the same bits",
          "processors: \(ProcessInfo.processInfo.activeProcessorCount)",
        ], figures: figures)
    }
  }
}
