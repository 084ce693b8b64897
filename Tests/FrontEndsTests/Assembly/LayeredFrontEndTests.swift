import Foundation
import Foundations
import FrontEnds
import Learning
import Signal
import TestSupport
import Testing

private func makeFrontEnd(_ frontEnd: String) throws -> any FrontEnd {
  try FrontEndSpec(parsing: frontEnd).makeFrontEnd()
}

@Suite("Learned front ends")
struct LayeredFrontEndTests {
  /// Log powers of a matrix, dense or structured.
  static let matrixKinds = ["dense", "low-rank", "sparse", "circulant"]
  static let matrixRows =
    matrixKinds + ["low-rank:rank=200,frame-length=20", "sparse:density=0,frame-length=3.1"]

  /// The other kinds of the registry that learn, with their defaults.
  static let kinds = FrontEndKind.all.filter(\.isLearnable).map(\.name).filter { !matrixKinds.contains($0) }

  static let rows =
    kinds + [
      "kaleidoscope:init=unitary", "kaleidoscope:init=identity,frame-length=20",
      "kaleidoscope:expansion=2,width=2", "kaleidoscope-pooled:frame-length=15.1,bins=12",
      "kaleidoscope-pooled:compression=root,raw,bins=23", "mel-pooled:compression=root",
      "kaleidoscope-pooled:compression=pcen,bins=19", "kaleidoscope-time:learn=compression+time",
      "kaleidoscope-time:bins=13,no-snip-edges", "kaleidoscope-pooled:no-snip-edges,dither=1",
      "kaleidoscope-pooled:gain=utterance,dither=1,bins=9", "leaf:gain=running,bins=5",
      "kaleidoscope-time:gain=running,running-window=0.3,no-snip-edges,bins=7",
      "kaleidoscope-patch:gain=running,mean=running,bins=23", "kaleidoscope-patch:patch-matrix=monarch",
      "kaleidoscope-patch:patch-matrix=dense,patch-bands=4,patch-stride=3,patch-rows=9,gain=none,bins=17",
    ]

  @Test(
    "Whole, in pieces, live, as Int16 or as floats: the same bits, also of a stream used before",
    arguments: rows + [
      "mel:time=dct", "kaleidoscope-time:fixed,deltas=1,subsample=2", "kaleidoscope:cmvn=sliding",
      "mfcc:gain=utterance,mean=utterance,use-energy", "fft:gain=running,no-snip-edges,dither=1",
      "kaleidoscope-time:fixed,gain=utterance,mean=utterance", "mel:time=dct,mean=running,deltas=1",
      "kaleidoscope-patch:fixed",
    ],
    0..<2 as Range<UInt64>)
  func chunking(request: String, seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let frontEnd = try makeFrontEnd(request)
    for count in [0, 80, 400, 3200, 20_011] {
      let samples = testSamples(count: count, seed: seed)
      let measures = frontEnd.measures(of: samples, utterance: "A_1")
      let whole = frontEnd.features(of: samples, utterance: "A_1")
      #expect(whole.count == frontEnd.timing.rowCount(samples: count) * frontEnd.channels, "\(count)")
      #expect(whole.allSatisfy { $0.isFinite })
      let stream = frontEnd.makeStream(utterance: "B_2")
      _ = run(stream, testSamples(count: 7777), parts: [7777])
      for largest in [37, 160, 5000] where largest > 37 || count < 4000 {
        stream.reset(utterance: "A_1")
        stream.set(measures)
        let parts = randomParts(of: count, upTo: largest, using: &generator)
        let output = run(stream, samples, parts: parts, asFloats: Bool.random(using: &generator))
        #expect(bits(output) == bits(whole), "seed \(seed), \(count) samples, parts up to \(largest)")
      }
      // Given up in the middle of an utterance.
      stream.reset(utterance: "C_3")
      let given = samples.prefix(count / 2)
      var rows = [Float](
        repeating: 0, count: stream.maximumFrames(accepting: given.count) * stream.outputChannels)
      _ = rows.withUnsafeMutableBufferPointer { rows in
        Array(given).withUnsafeBufferPointer { stream.accept($0, into: rows) }
      }
      stream.reset(utterance: "A_1")
      stream.set(measures)
      #expect(bits(run(stream, samples, parts: [count])) == bits(whole))
    }
  }

  @Test(
    "A block gives no more frames than the maximum of the front end", arguments: rows + matrixRows,
    [1, 160, 1000, 9000])
  func blockRows(request: String, block: Int) throws {
    let frontEnd = try makeFrontEnd(request)
    let samples = testSamples(count: block < 100 ? 2000 : 11_111)
    #expect(frameCount(frontEnd, samples, block: block) == frontEnd.timing.rowCount(samples: samples.count))
  }

  @Test(
    "Training and the frozen front end give the same bits", arguments: rows + matrixRows)
  func trainingAgainstFrozen(request: String) throws {
    let setup = try LearnableSetup(request)
    setup.jiggle(0.03, seed: 2)
    let samples = testSamples(count: 16_000)
    let frozen = setup.frontEnd.frozen(setup.values).features(of: samples, utterance: "A_1")
    let source = setup.frontEnd.source.features(of: samples, utterance: "A_1")
    let width = setup.frontEnd.source.channels
    let count = source.count / width
    let context = setup.layer.context
    let shape = SequenceShape(segments: 1, rows: count + context.rows)
    let storage = AlignedBuffer<Float>(count: shape.totalRows * width)
    for i in source.indices { storage.base[context.left * width + i] = source[i] }
    let pass = setup.layer.makePass(shape)
    pass.forward(
      Matrix(storage.base, rows: shape.totalRows, columns: width), values: setup.values,
      step: StepContext(
        // Batch statistics are not those of the frozen form.
        isTraining: setup.declaration.statistics.isEmpty, seed: 1, step: 0, part: 0,
        padding: [PaddingRows(leading: context.left, trailing: context.right)]))
    #expect(pass.output.count == frozen.count)
    let trained = withExtendedLifetime(pass) { Array(pass.output.values) }
    #expect(bits(trained) == bits(frozen))
  }

  @Test("Values learned later do not reach a frozen front end")
  func frozenStays() throws {
    let setup = try LearnableSetup("kaleidoscope-pooled:bins=8")
    let samples = testSamples(count: 2000)
    let frozen = setup.frontEnd.frozen(setup.values)
    let before = frozen.features(of: samples)
    setup.jiggle(0.1, seed: 1)
    #expect(bits(frozen.features(of: samples)) == bits(before))
    #expect(bits(setup.frontEnd.frozen(setup.values).features(of: samples)) != bits(before))
  }

  @Test(
    "A fixed twin, a front end without a model and one not yet trained are the same",
    arguments: (rows + matrixRows).filter { !$0.hasPrefix("kaleidoscope-patch") })
  func fixedTwin(request: String) throws {
    let samples = testSamples(count: 5000)
    let setup = try LearnableSetup(request)
    let fixedText = request.contains(":") ? "\(request),fixed" : "\(request):fixed"
    var declaration = ModelDeclaration(seed: 1)
    let twin = try FrontEndSpec(parsing: fixedText).makeTrainable(
      declaration: &declaration)
    #expect(twin.layer == nil && declaration.parameters.isEmpty)
    #expect(twin.channels == setup.frontEnd.channels)
    #expect(twin.operationsPerFrame == setup.frontEnd.operationsPerFrame && twin.operationsPerFrame > 0)
    let expected = bits(setup.frontEnd.frozen(setup.values).features(of: samples, utterance: "A"))
    #expect(bits(twin.frozen(ModelValues(declaration)).features(of: samples, utterance: "A")) == expected)
    #expect(bits(try makeFrontEnd(request).features(of: samples, utterance: "A")) == expected)
    #expect(bits(try makeFrontEnd(fixedText).features(of: samples, utterance: "A")) == expected)
    // Random initial values leave the generator where the learned front end leaves it.
    var (a, b) = (declaration.generator, setup.declaration.generator)
    #expect(a.next() == b.next())
  }

  @Test(
    "Channels, latency, parameters and summary",
    arguments: [
      ("kaleidoscope", 512, 0, 36_864), ("kaleidoscope:width=2,expansion=2", 512, 0, 163_840),
      ("dense", 512, 0, 409_600), ("low-rank", 512, 0, 36_480), ("sparse", 512, 0, 36_864),
      ("circulant", 512, 0, 1024), ("kaleidoscope-time", 440, 16, -1), ("kaleidoscope-pooled", 40, 0, -1),
      ("mel-pooled:bins=23", 23, 0, -1),
    ])
  func shape(request: String, channels: Int, latency: Int, parameters: Int) throws {
    let setup = try LearnableSetup(request)
    let frozen = setup.frontEnd.frozen(setup.values)
    #expect(frozen.channels == channels && setup.frontEnd.channels == channels)
    #expect(frozen.latencyFrames == latency && frozen.initialLatencyFrames == latency)
    #expect(setup.layer.context.right == latency)
    if parameters > 0 {
      #expect(setup.declaration.parameters.reduce(0) { $0 + $1.tensor.count } == parameters)
    }
    #expect(frozen.summary.hasPrefix("\(request.prefix { $0 != ":" }): "))
    #expect(frozen.summary.hasSuffix("; \(channels) channels"))
    #expect(request.hasPrefix("mel") || setup.frontEnd.source.channels == 400)
  }

  @Test(
    "Rates are factors on the classifier's, options of the front end, and names are paths under frontend.")
  func rates() throws {
    let expected: [String: Float] = [
      "frontend.frequency.twiddle": 0.03, "frontend.pooling.weight": 0.3, "frontend.compression.root": 0.3,
      "frontend.compression.offset": 3, "frontend.time.twiddle": 0.3,
    ]
    let setup = try LearnableSetup("kaleidoscope-time")
    let found = setup.declaration.parameters.map { ($0.tensor.name, $0.group.rateFactor) }
    #expect(Dictionary(uniqueKeysWithValues: found) == expected)
    #expect(setup.declaration.parameters.allSatisfy { !$0.group.decays })
    #expect(setup.declaration.parameters.last?.tensor.count == 640)
    let other = try LearnableSetup("kaleidoscope-time:rate-frequency=1,learn=all")
    #expect(other.declaration.parameters.first?.group.rateFactor == 1)
    let part = try LearnableSetup("kaleidoscope-time:learn=compression+time")
    #expect(part.declaration.parameters.map(\.tensor.name).allSatisfy { !$0.contains("frequency") })
    #expect(part.frontEnd.source.channels == 40)
  }

  @Test("Movement is measured for each part")
  func movement() throws {
    let setup = try LearnableSetup("kaleidoscope-time")
    let start = ModelValues(copying: setup.values)
    #expect(
      setup.frontEnd.movement(from: start, to: setup.values).map(\.part)
        == ["frequency", "pooling", "compression", "time"])
    let pooling = setup.declaration.parameters[1].tensor
    for i in 0..<pooling.count { setup.values.parameter(pooling)[i] *= 1.25 }
    let distances = setup.frontEnd.movement(from: start, to: setup.values).map(\.relativeDistance)
    #expect(distances[0] == 0 && abs(distances[1] - 0.25) < 1e-6 && distances[2] == 0 && distances[3] == 0)
  }

  @Test("Projection leaves no weight of the pooling below zero and no other where it was not")
  func projection() throws {
    let setup = try LearnableSetup("kaleidoscope-time")
    let start = ModelValues(copying: setup.values)
    for parameter in setup.declaration.parameters {
      let p = setup.values.parameter(parameter.tensor)
      for i in 0..<parameter.tensor.count { p[i] -= i % 3 == 0 ? 100 : 0 }
    }
    setup.layer.project(setup.values)
    let (twiddle, pooling, root, offset) = (
      setup.declaration.parameters[0].tensor, setup.declaration.parameters[1].tensor,
      setup.declaration.parameters[2].tensor, setup.declaration.parameters[3].tensor
    )
    let before = start.parameter(pooling)
    let after = setup.values.parameter(pooling)
    #expect((0..<pooling.count).allSatisfy { after[$0] == ($0 % 3 == 0 ? 0 : before[$0]) })
    #expect(setup.values.parameter(twiddle)[0] < -90)
    #expect((0..<root.count).allSatisfy { setup.values.parameter(root)[$0] > 0 })
    #expect((0..<offset.count).allSatisfy { setup.values.parameter(offset)[$0] >= -20 })
  }

  @Test("Steps after a front end have no gradient, and are refused while it learns")
  func steps() throws {
    for option in ["deltas=1", "splice=2", "subsample=3", "cmvn=sliding"] {
      var declaration = ModelDeclaration(seed: 1)
      let name = String(option.prefix { $0 != "=" })
      #expect(throws: FrontEndError.notWhileLearning(option: name, kind: "kaleidoscope-pooled")) {
        try FrontEndSpec(parsing: "kaleidoscope-pooled:\(option)").makeTrainable(
          declaration: &declaration)
      }
      let fixed = try FrontEndSpec(parsing: "kaleidoscope-pooled:fixed,\(option)").makeTrainable(
        declaration: &declaration)
      #expect(fixed.layer == nil)
    }
    #expect(throws: FrontEndError.self) { try makeFrontEnd("kaleidoscope:expansion=3") }
    #expect(throws: FrontEndError.self) { try makeFrontEnd("low-rank:rank=300") }
    #expect(throws: FrontEndError.self) { try makeFrontEnd("dense:frame-length=400") }
    #expect(throws: FrontEndError.self) { try makeFrontEnd("kaleidoscope-pooled:bins=300") }
    #expect(throws: FrontEndError.self) { try makeFrontEnd("kaleidoscope:frame-length=4000,width=8") }
  }
}
