import Foundation
import Foundations
import Learning
import Testing

/// Inputs and outputs of PyTorch's layers, written by `Golden/make_golden.py`.
struct GoldenLayer: Decodable, Sendable, CustomTestStringConvertible {
  var name: String
  var rows: Int
  var tensors: [String: [Float]]
  var input: [Float]
  var output: [Float]
  var outputGradient: [Float]
  var inputGradient: [Float]
  var gradients: [String: [Float]]
  var buffers: [String: [Float]]
  var evaluated: [Float]

  var testDescription: String { name }

  static func all() throws -> [GoldenLayer] {
    let url = try #require(
      Bundle.module.url(forResource: "layers", withExtension: "json", subdirectory: "Golden"))
    return try JSONDecoder().decode([GoldenLayer].self, from: Data(contentsOf: url))
  }

  /// The corresponding layer of ours.
  func makeLayer(_ declaration: inout ModelDeclaration) throws -> any SequenceLayer {
    switch name {
    case "dense": Dense("m", inputs: 6, outputs: 4, in: &declaration)
    case "batch": BatchNormalization("m", width: 5, in: &declaration)
    case "batchWithoutScale": BatchNormalization("m", width: 3, isAffine: false, in: &declaration)
    case "layer": LayerNormalization("m", width: 7, in: &declaration)
    case "recurrent":
      GatedRecurrentUnit("m", inputs: 4, hidden: 5, isBidirectional: false, warmUpRows: 2, in: &declaration)
    case "recurrentBoth":
      GatedRecurrentUnit("m", inputs: 3, hidden: 4, isBidirectional: true, warmUpRows: 2, in: &declaration)
    default: try #require(nil as (any SequenceLayer)?, "no corresponding layer for \(name)")
    }
  }
}

@Suite("GoldenLayer")
struct GoldenLayerTests {
  @Test(
    "output, gradients, running statistics and the output with those are within 1e-5 of PyTorch's",
    arguments: try GoldenLayer.all())
  func golden(golden: GoldenLayer) throws {
    var declaration = ModelDeclaration(seed: 1)
    let layer = try golden.makeLayer(&declaration)
    let values = ModelValues(declaration)
    // Every tensor of PyTorch's is used, and every one of ours is set.
    var names = Set(golden.tensors.keys)
    for tensor in declaration.parameters.map(\.tensor) {
      let given = try #require(golden.tensors[String(tensor.name.dropFirst(2))])
      try #require(given.count == tensor.count)
      for (i, value) in given.enumerated() { values.parameter(tensor)[i] = value }
      names.remove(String(tensor.name.dropFirst(2)))
    }
    for tensor in declaration.statistics.map(\.tensor) {
      let given = try #require(golden.tensors[String(tensor.name.dropFirst(2))])
      for (i, value) in given.enumerated() { values.statistic(tensor)[i] = value }
      names.remove(String(tensor.name.dropFirst(2)))
    }
    #expect(names.isEmpty)

    // The utterance between padding of the layer's context, whose values would be noticed.
    let (left, rows) = (layer.context.left, golden.rows + layer.context.rows)
    let shape = SequenceShape(segments: 1, rows: rows)
    let step = StepContext(
      isTraining: true, seed: 1, step: 0, part: 0,
      padding: [PaddingRows(leading: left, trailing: layer.context.right)])
    let input = AlignedBuffer<Float>(count: rows * layer.inputWidth)
    input.base.update(repeating: 100, count: input.count)
    for (i, value) in golden.input.enumerated() { input.base[left * layer.inputWidth + i] = value }
    let inputMatrix = Matrix(input.base, rows: rows, columns: layer.inputWidth)
    let pass = layer.makePass(shape)
    pass.forward(inputMatrix, values: values, step: step)
    expectClose(Array(pass.output.values), golden.output, "output")

    let upstream = AlignedBuffer<Float>(count: golden.outputGradient.count)
    for (i, value) in golden.outputGradient.enumerated() { upstream.base[i] = value }
    let inputGradient = AlignedBuffer<Float>(count: input.count)
    let gradient = AlignedBuffer<Float>(count: values.parameters.count)
    pass.backward(
      Matrix(upstream.base, rows: golden.rows, columns: layer.outputWidth), input: inputMatrix,
      inputGradient: Matrix(inputGradient.base, rows: rows, columns: layer.inputWidth), values: values,
      gradient: gradient, step: step)
    pass.addWeightGradients(to: gradient)
    expectClose(
      Array(inputGradient.values[(left * layer.inputWidth)...].prefix(golden.inputGradient.count)),
      golden.inputGradient, "input gradient")
    for tensor in declaration.parameters.map(\.tensor) {
      let expected = try #require(golden.gradients[String(tensor.name.dropFirst(2))])
      expectClose(
        (0..<tensor.count).map { gradient.base[tensor.offset + $0] }, expected, "gradient of \(tensor.name)")
    }

    pass.updateStatistics(values)
    for tensor in declaration.statistics.map(\.tensor) {
      let expected = try #require(golden.buffers[String(tensor.name.dropFirst(2))])
      expectClose((0..<tensor.count).map { values.statistic(tensor)[$0] }, expected, "\(tensor.name)")
    }
    expectClose(
      LayerStreamTests.run(
        layer.makeStream(values), input.base + left * layer.inputWidth, rows: golden.rows,
        pieces: [2, golden.rows]), golden.evaluated, "evaluated")
  }

  private func expectClose(_ given: [Float], _ expected: [Float], _ name: Comment) {
    #expect(given.count == expected.count, name)
    let scale = max(1, expected.map(abs).max() ?? 0)
    let worst = zip(given, expected).map { abs($0 - $1) }.max() ?? .infinity
    #expect(worst <= 1e-5 * scale, name)
  }
}
