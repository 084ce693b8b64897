import Files
import Foundation
import Foundations
import Learning
import TestSupport
import Testing

@Suite("TrainingCheckpoint")
struct TrainingCheckpointTests {
  typealias Text = SafetensorsHeader.Text

  static let options = OptimizerOptions(method: .adam, weightDecay: 0.01, maximumGradientNorm: 5)

  static func declaration(hidden: Int = 3, statistic: String = "norm.mean") -> ModelDeclaration {
    var declaration = ModelDeclaration(seed: 1)
    _ = declaration.parameter(
      "hidden.weight", shape: [hidden, 5], group: ParameterGroup(decays: true),
      initialValues: (0..<5 * hidden).map { Float($0) / 7 - 1 })
    _ = declaration.parameter(
      "hidden.bias", shape: [hidden], group: ParameterGroup(rateFactor: 0.3),
      initialValues: (0..<hidden).map { Float($0) / 3 })
    _ = declaration.statistic(statistic, shape: [5], initialValue: 0.1)
    return declaration
  }

  /// A training that can stop after any step; its gradient is a function of the step and the parameters.
  struct Training {
    let declaration: ModelDeclaration
    var checkpoint: TrainingCheckpoint

    init(seed: UInt64, options: OptimizerOptions = TrainingCheckpointTests.options) {
      declaration = TrainingCheckpointTests.declaration()
      checkpoint = TrainingCheckpoint(
        values: ModelValues(declaration), optimizer: Optimizer(options, declaration: declaration),
        schedule: LearningRateProgress(.newbob(Newbob(initialRate: 0.1, threshold: 0.01))),
        position: TrainingPosition(seed: seed))
    }

    init(_ path: String, options: OptimizerOptions = TrainingCheckpointTests.options) throws {
      declaration = TrainingCheckpointTests.declaration()
      checkpoint = try TrainingCheckpoint(
        ModelFile(path: path), of: TrainingCheckpointTests.declaration(), optimizer: options)
    }

    mutating func run(steps: Int) {
      for _ in 0..<steps {
        let (values, position) = (checkpoint.values, checkpoint.position)
        var random = SplitMix64(seed: position.seed &+ UInt64(position.step))
        let gradient = AlignedBuffer<Float>(count: declaration.parameterCount)
        for tensor in declaration.parameters.map(\.tensor) {
          for i in tensor.offset..<tensor.offset + tensor.count {
            gradient.base[i] = values.parameters.base[i] + Float.random(in: -1...1, using: &random)
          }
        }
        checkpoint.optimizer.step(
          values, gradient: gradient, rate: checkpoint.schedule.rate(step: position.step))
        for i in 0..<5 { values.statistics.base[i] += gradient.base[i] / 10 }
        checkpoint.position.step += 1
        checkpoint.position.stepInEpoch += 1
        if checkpoint.position.stepInEpoch == 4 {
          let error = 1 / Double(3 + checkpoint.position.epoch / 2)
          _ = checkpoint.schedule.endEpoch(devError: error)
          checkpoint.position.best = TrainingPosition.Best(epoch: checkpoint.position.epoch, devError: error)
          checkpoint.position.epoch += 1
          checkpoint.position.stepInEpoch = 0
        }
      }
    }

    func write(_ path: String, metadata: [Text] = []) throws {
      try checkpoint.write(of: declaration, metadata: metadata, to: path)
    }
  }

  static func bits(_ storage: AlignedBuffer<Float>) -> [UInt32] { storage.values.map(\.bitPattern) }

  @Test(
    "a training resumed after any step ends with the same bits",
    arguments: 0...12,
    [
      OptimizerOptions(method: .adam, weightDecay: 0.01, maximumGradientNorm: 5),
      OptimizerOptions(method: .sgd(momentum: 0.9, nesterov: true)),
      OptimizerOptions(method: .sgd(momentum: 0, nesterov: false)),
      OptimizerOptions(method: .rmsprop(smoothing: 0.9, epsilon: 1e-8, momentum: 0.5)),
    ])
  func resume(stop: Int, options: OptimizerOptions) throws {
    let folder = try TemporaryFolder()
    var whole = Training(seed: 7, options: options)
    whole.run(steps: 12)
    try whole.write("\(folder.path)/whole")
    var first = Training(seed: 7, options: options)
    first.run(steps: stop)
    try first.write("\(folder.path)/part")
    var second = try Training("\(folder.path)/part", options: options)
    #expect(second.checkpoint.position == first.checkpoint.position)
    #expect(Self.bits(second.checkpoint.values.parameters) == Self.bits(first.checkpoint.values.parameters))
    second.run(steps: 12 - stop)
    try second.write("\(folder.path)/joined")
    let bytes = try folder.contents()
    #expect(bytes["whole"] == bytes["joined"] && bytes.count == 3)
  }

  @Test("a model file has weights, statistics and metadata alone, and a checkpoint can replace it")
  func modelFile() throws {
    let folder = try TemporaryFolder()
    var training = Training(seed: 3)
    training.run(steps: 5)
    let metadata = [Text("row", "mel"), Text("options", #"{"bins":40}"#)]
    let values = training.checkpoint.values
    try ModelFile.write(values, of: training.declaration, metadata: metadata, to: "\(folder.path)/model")
    try training.write("\(folder.path)/checkpoint", metadata: metadata)
    for name in ["model", "checkpoint"] {
      let file = try ModelFile(path: "\(folder.path)/\(name)")
      #expect(file.text("row") == "mel" && file.metadata.suffix(2) == metadata)
      #expect(file.modelTensors.map(\.name) == ["hidden.weight", "hidden.bias", "norm.mean"])
      let read = try file.values(of: training.declaration)
      #expect(Self.bits(read.parameters) == Self.bits(values.parameters))
      #expect(Self.bits(read.statistics) == Self.bits(values.statistics))
    }
    #expect(try TrainingCheckpoint.position(in: ModelFile(path: "\(folder.path)/model")) == nil)
    let position = try TrainingCheckpoint.position(in: ModelFile(path: "\(folder.path)/checkpoint"))
    #expect(position == training.checkpoint.position)
    #expect(throws: CheckpointError.self) { try Training("\(folder.path)/model") }
  }

  @Test("another model is refused with the tensors that differ")
  func otherModel() throws {
    let folder = try TemporaryFolder()
    let training = Training(seed: 1)
    try training.write("\(folder.path)/c")
    let file = try ModelFile(path: "\(folder.path)/c")
    #expect(
      throws: CheckpointError.tensorsDiffer(
        path: "\(folder.path)/c",
        differences: [
          TensorDifference(name: "hidden.weight", expected: "F32 [4, 5]", found: "F32 [3, 5]"),
          TensorDifference(name: "hidden.bias", expected: "F32 [4]", found: "F32 [3]"),
        ])
    ) { try file.values(of: Self.declaration(hidden: 4)) }
    #expect(
      throws: CheckpointError.tensorsDiffer(
        path: "\(folder.path)/c",
        differences: [
          TensorDifference(name: "norm.scale", expected: "F32 [5]", found: nil),
          TensorDifference(name: "norm.mean", expected: nil, found: "F32 [5]"),
        ])
    ) { try file.values(of: Self.declaration(statistic: "norm.scale")) }
    let error = #expect(throws: CheckpointError.self) {
      try TrainingCheckpoint(file, of: training.declaration, optimizer: OptimizerOptions(method: .adamW))
    }
    guard case .metadata(_, "kaleidoscope.optimizer", _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("a value that is not finite is never written, and the last good file stays")
  func nonFinite() throws {
    let folder = try TemporaryFolder()
    let training = Training(seed: 1)
    try training.write("\(folder.path)/c")
    let before = try folder.contents()
    training.checkpoint.optimizer.slots[1].base[16] = .infinity
    #expect(
      throws: CheckpointError.notFinite(
        path: "\(folder.path)/c", tensor: "optimizer.second_moment.hidden.bias")
    ) { try training.write("\(folder.path)/c") }
    #expect(try folder.contents() == before)
  }

  @Test(
    "a checkpoint with damaged metadata is refused with the name of the field",
    arguments: [
      ("kaleidoscope.position", "{}"), ("kaleidoscope.position", ""),
      ("kaleidoscope.position", #"{"epoch":-1,"seed":1,"step":0,"stepInEpoch":0}"#),
      ("kaleidoscope.position", #"{"epoch":99999999999999999999,"seed":1,"step":0,"stepInEpoch":0}"#),
      ("kaleidoscope.schedule", #"{"factor":0,"idleEpochs":0,"schedule":{"constant":{"rate":1}}}"#),
      ("kaleidoscope.schedule", #"{"factor":1,"idleEpochs":0,"schedule":{"constant":{"rate":-1}}}"#),
      ("kaleidoscope.optimizer", #"{"options":{"method":{"adam":{}},"weightDecay":0},"steps":1}"#),
    ])
  func damagedMetadata(field: String, text: String) throws {
    let folder = try TemporaryFolder()
    var training = Training(seed: 1)
    training.run(steps: 2)
    try training.write("\(folder.path)/c")
    let reader = try SafetensorsReader(path: "\(folder.path)/c")
    let metadata = reader.header.metadata.filter { $0.name != SafetensorsHeader.checksumName }
      .map { $0.name == field ? Text(field, text) : $0 }
    let numbers = try reader.header.tensors.map { tensor in
      let storage = AlignedBuffer<Float>(count: tensor.count)
      try reader.readFloats(tensor, into: storage.values)
      return (tensor, storage)
    }
    try SafetensorsWriter.write(
      numbers.map {
        SafetensorsTensor($0.0.name, shape: $0.0.shape, .floats(UnsafeBufferPointer($0.1.values)))
      },
      metadata: metadata, to: "\(folder.path)/d")
    let error = #expect(throws: CheckpointError.self) { try Training("\(folder.path)/d") }
    guard case .metadata(_, field, _, text) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("a checkpoint with any bit flipped is refused", arguments: 0..<4)
  func flippedBits(seed: UInt64) throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/c"
    var training = Training(seed: 1)
    training.run(steps: 2)
    try training.write(path, metadata: [Text("config", #"{"sha256":"text"}"#)])
    let bytes = try Data(contentsOf: folder.appending("c"))
    var random = SplitMix64(seed: seed)
    for _ in 0..<200 {
      var changed = bytes
      let index = Int.random(in: 0..<bytes.count, using: &random)
      changed[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      try changed.write(to: folder.appending("c"))
      #expect(throws: CheckpointError.self, "byte \(index)") { try ModelFile(path: path) }
    }
    // What another program has written under our names has no digest.
    let name = Data(SafetensorsHeader.checksumName.utf8)
    try bytes.replacing(name, with: Data(String(repeating: "x", count: name.count).utf8)).write(
      to: folder.appending("c"))
    #expect(throws: CheckpointError.file(.checksumDiffers(path: path, recorded: nil, found: nil))) {
      try ModelFile(path: path)
    }
  }

  @Test("foreign safetensors, other files and values that are not finite are refused")
  func foreign() throws {
    let folder = try TemporaryFolder()
    try SafetensorsWriter.write([], metadata: [], to: "\(folder.path)/foreign")
    #expect(
      throws: CheckpointError.metadata(
        path: "\(folder.path)/foreign", field: "kaleidoscope.model", expected: "3", found: nil)
    ) { try ModelFile(path: "\(folder.path)/foreign") }
    let error = #expect(throws: CheckpointError.self) { try ModelFile(path: folder.path) }
    guard case .file(.malformed) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    try SafetensorsWriter.write(
      [], metadata: [Text("kaleidoscope.model", "2")], to: "\(folder.path)/earlier")
    #expect(
      throws: CheckpointError.file(.otherVersion(path: "\(folder.path)/earlier", expected: 3, found: "2"))
    ) { try ModelFile(path: "\(folder.path)/earlier") }
    let values = [Float.nan]
    try values.withUnsafeBufferPointer {
      try SafetensorsWriter.write(
        [SafetensorsTensor("w", shape: [1], .floats($0))], metadata: [Text("kaleidoscope.model", "3")],
        to: "\(folder.path)/nan")
    }
    let found = #expect(throws: CheckpointError.self) { try ModelFile(path: "\(folder.path)/nan") }
    guard case .file(.malformed) = found else {
      Issue.record("\(String(describing: found))")
      return
    }
  }
}
