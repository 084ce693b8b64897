import Foundations
import FrontEnds
import Learning
import TestSupport
import Testing

/// A K-matrix as a hidden layer, with values and rows of noise.
private final class LayerSetup {
  let layer: KaleidoscopeLayer
  let values: ModelValues
  let shape: SequenceShape
  let input: AlignedBuffer<Float>
  let step: StepContext
  /// L = Σ a y with fixed a, 0 for rows outside their utterance.
  let coefficients: AlignedBuffer<Float>

  init(inputs: Int, outputs: Int, hasBias: Bool = true, segments: Int = 3, rows: Int = 7) throws {
    var declaration = ModelDeclaration(seed: 5)
    layer = try KaleidoscopeLayer(
      "hidden", inputs: inputs, outputs: outputs, hasBias: hasBias, in: &declaration)
    values = ModelValues(declaration)
    var random = SplitMix64(seed: 9)
    for parameter in declaration.parameters {
      let p = values.parameter(parameter.tensor)
      for i in 0..<parameter.tensor.count { p[i] += Float.random(in: -0.2...0.2, using: &random) }
    }
    shape = SequenceShape(segments: segments, rows: rows)
    input = AlignedBuffer<Float>(count: shape.totalRows * inputs)
    for i in 0..<input.count { input.base[i] = Float.random(in: -1...1, using: &random) }
    let padding = (0..<segments).map { PaddingRows(leading: $0, trailing: $0) }
    step = StepContext(isTraining: true, seed: 1, step: 0, part: 0, padding: padding)
    coefficients = AlignedBuffer<Float>(count: shape.totalRows * outputs)
    for s in 0..<segments {
      for r in s..<(rows - s) {
        for c in 0..<outputs {
          coefficients.base[(s * rows + r) * outputs + c] = Float.random(in: -1...1, using: &random)
        }
      }
    }
  }

  var inputMatrix: Matrix { Matrix(input.base, rows: shape.totalRows, columns: layer.inputWidth) }

  /// The layer in double precision, factor by factor as the paper writes it.
  func reference(row: Int) -> [Double] {
    var size = 2
    while size < max(layer.inputWidth, layer.outputWidth) { size *= 2 }
    let log = size.trailingZeroBitCount
    let twiddle = values.parameter(layer.twiddle)
    var x = (0..<size).map { i in i < layer.inputWidth ? Double(inputMatrix.row(row)[i]) : 0 }
    for block in 0..<2 {
      for factor in 0..<log {
        // 𝓑* goes from the widest stride to the narrowest, 𝓑 back.
        let stride = block == 0 ? size >> (factor + 1) : 1 << factor
        var y = x
        for pair in 0..<(size / 2) {
          let (group, index) = pair.quotientAndRemainder(dividingBy: stride)
          let (upper, lower) = (2 * group * stride + index, 2 * group * stride + index + stride)
          let t = twiddle + ((block * log + factor) * (size / 2) + pair) * 4
          y[upper] = Double(t[0]) * x[upper] + Double(t[1]) * x[lower]
          y[lower] = Double(t[2]) * x[upper] + Double(t[3]) * x[lower]
        }
        x = y
      }
    }
    return (0..<layer.outputWidth).map { x[$0] + bias($0) }
  }

  private func bias(_ output: Int) -> Double { layer.bias.map { Double(values.parameter($0)[output]) } ?? 0 }

  func loss(_ pass: any LayerPass) -> Double {
    pass.forward(inputMatrix, values: values, step: step)
    return (0..<pass.output.count).reduce(0) {
      $0 + Double(coefficients.base[$1]) * Double(pass.output.base[$1])
    }
  }
}

@Suite("K-matrices as hidden layers")
struct KaleidoscopeLayerTests {
  static let widths = [[440, 256], [100, 130], [64, 64], [3, 5], [1, 1], [33, 7]]

  @Test("give the product of their factors and the bias", arguments: widths)
  func product(widths: [Int]) throws {
    let setup = try LayerSetup(inputs: widths[0], outputs: widths[1])
    let pass = setup.layer.makePass(setup.shape)
    pass.forward(setup.inputMatrix, values: setup.values, step: setup.step)
    for row in 0..<setup.shape.totalRows {
      let expected = setup.reference(row: row)
      let largest = expected.reduce(1e-3) { max($0, abs($1)) }
      for (column, value) in expected.enumerated() {
        #expect(abs(Double(pass.output.row(row)[column]) - value) < 3e-6 * largest)
      }
    }
  }

  @Test("begin orthogonal, with no bias")
  func start() throws {
    var declaration = ModelDeclaration(seed: 2)
    let layer = try KaleidoscopeLayer("hidden", inputs: 64, outputs: 64, in: &declaration)
    #expect(declaration.parameters.map(\.tensor.name) == ["hidden.twiddle", "hidden.bias"])
    #expect(declaration.parameters[0].tensor.shape == [1, 2, 6, 32, 2, 2])
    #expect(declaration.parameters[1].initialValues.allSatisfy { $0 == 0 })
    #expect(!declaration.parameters.contains { $0.group.decays })
    let stream = layer.makeStream(ModelValues(declaration))
    var random = SplitMix64(seed: 1)
    let x = (0..<64).map { _ in Float.random(in: -1...1, using: &random) }
    let y = x.withUnsafeBufferPointer { stream.outputFrames(of: $0) }
    #expect(y.count == 64)
    let (before, after) = (x.reduce(0) { $0 + $1 * $1 }, y.reduce(0) { $0 + $1 * $1 })
    #expect(abs(after - before) < 1e-4 * before && y != x)
  }

  @Test("give a row the same bits in training, alone and in blocks of any size", arguments: widths)
  func bits(widths: [Int]) throws {
    let setup = try LayerSetup(inputs: widths[0], outputs: widths[1], segments: 1, rows: 150)
    let pass = setup.layer.makePass(setup.shape)
    pass.forward(setup.inputMatrix, values: setup.values, step: setup.step)
    let whole = pass.output.values.map(\.bitPattern)
    for sizes in [[1], [150], [64, 1, 85], [17, 16, 8, 9]] {
      let stream = setup.layer.makeStream(setup.values)
      let output = AlignedBuffer<Float>(count: whole.count)
      var (row, turn) = (0, 0)
      while row < 150 {
        let count = min(sizes[turn % sizes.count], 150 - row)
        let rows = setup.input.values[(row * widths[0])..<((row + count) * widths[0])]
        let room = output.values[(row * widths[1])...]
        row += stream.accept(
          UnsafeBufferPointer(rebasing: rows), into: UnsafeMutableBufferPointer(rebasing: room))
        turn += 1
      }
      #expect(stream.finish(into: output.values) == 0)
      #expect(output.values.map(\.bitPattern) == whole)
    }
  }

  @Test("have the gradients that differences give: twiddles, bias, input", arguments: widths, [true, false])
  func gradients(widths: [Int], hasBias: Bool) throws {
    let setup = try LayerSetup(inputs: widths[0], outputs: widths[1], hasBias: hasBias)
    let pass = setup.layer.makePass(setup.shape)
    _ = setup.loss(pass)
    let gradient = AlignedBuffer<Float>(count: setup.values.parameters.count)
    gradient.base.update(repeating: 0.5, count: gradient.count)
    let inputGradient = AlignedBuffer<Float>(count: setup.input.count)
    inputGradient.base.update(repeating: .nan, count: inputGradient.count)
    let given = AlignedBuffer<Float>(count: setup.coefficients.count)
    given.base.update(from: setup.coefficients.base, count: given.count)
    pass.backward(
      Matrix(given.base, rows: setup.shape.totalRows, columns: widths[1]), input: setup.inputMatrix,
      inputGradient: Matrix(inputGradient.base, rows: setup.shape.totalRows, columns: widths[0]),
      values: setup.values, gradient: gradient, step: setup.step)
    var random = SplitMix64(seed: 4)
    func check(_ what: String, _ numbers: UnsafeMutablePointer<Float>, _ found: (Int) -> Float, _ count: Int)
    {
      for _ in 0..<25 {
        let i = Int.random(in: 0..<count, using: &random)
        let (middle, distance) = (numbers[i], Float(0.05))
        numbers[i] = middle + distance
        let (after, right) = (setup.loss(pass), Double(numbers[i]))
        numbers[i] = middle - distance
        let (before, left) = (setup.loss(pass), Double(numbers[i]))
        numbers[i] = middle
        let slope = (after - before) / (right - left)
        #expect(abs(Double(found(i)) - slope) < 1e-3 + 2e-4 * abs(slope), "\(what) \(i)")
      }
    }
    let (twiddle, values) = (setup.layer.twiddle, setup.values)
    check("twiddle", values.parameter(twiddle), { gradient.base[twiddle.offset + $0] - 0.5 }, twiddle.count)
    if let bias = setup.layer.bias {
      check("bias", values.parameter(bias), { gradient.base[bias.offset + $0] - 0.5 }, bias.count)
    }
    check("input", setup.input.base, { inputGradient.base[$0] }, setup.input.count)
    // Rows outside an utterance have no share: their coefficients are 0.
    let width = widths[0]
    #expect((0..<width).allSatisfy { inputGradient.base[7 * width + $0] == 0 })
  }

  @Test(
    "allocate nothing in a step, nor in a stream that has run",
    .enabled(if: AllocationCount.works, "allocations are not counted under a sanitizer"))
  func allocations() throws {
    let setup = try LayerSetup(inputs: 440, outputs: 300)
    let pass = setup.layer.makePass(setup.shape)
    let gradient = AlignedBuffer<Float>(count: setup.values.parameters.count)
    let inputGradient = AlignedBuffer<Float>(count: setup.input.count)
    let inputGradientMatrix = Matrix(inputGradient.base, rows: setup.shape.totalRows, columns: 440)
    let upstream = Matrix(setup.coefficients.base, rows: setup.shape.totalRows, columns: 300)
    let stream = setup.layer.makeStream(setup.values)
    let output = AlignedBuffer<Float>(count: pass.output.count)
    let (input, values, step) = (setup.inputMatrix, setup.values, setup.step)
    func run() {
      pass.forward(input, values: values, step: step)
      pass.backward(
        upstream, input: input, inputGradient: inputGradientMatrix, values: values, gradient: gradient,
        step: step)
      let all = UnsafeBufferPointer(start: input.base, count: input.rows * input.columns)
      _ = stream.accept(UnsafeBufferPointer(rebasing: all[..<input.columns]), into: output.values)
      _ = stream.accept(all, into: output.values)
    }
    run()
    let before = AllocationCount.now
    run()
    #expect(AllocationCount.now == before)
  }
}
