import Foundation
import Foundations
import FrontEnds
import Learning
import StructuredMaps
import TestSupport
import Testing

@Suite("The front end kaleidoscope-patch")
struct KaleidoscopePatchTests {
  /// The definition in double precision from mel energies `[frames][40]`, batch normalization with a mean of
  /// 0 and a variance of 1.
  ///
  /// - Parameter matrix: W, `[27][coefficient · 8 + band]`.
  private func definition(_ energies: [[Double]], matrix: [[Double]], shift: [Double]) -> [[Double]] {
    let frames = energies.count
    let levels = energies.map { $0.reduce(0) { $0 + log(1 + $1) } / 40 }
    let gain = exp(15.6 - levels.reduce(0, +) / Double(frames))
    var roots = energies.map { $0.map { (pow($0 * gain + 1, 0.1) - 1) / 0.1 } }
    for band in 0..<40 {
      let mean = roots.reduce(0) { $0 + $1[band] } / Double(frames)
      for frame in 0..<frames { roots[frame][band] -= mean }
    }
    let normalization = 1 / (1 + 1e-5).squareRoot()
    return (0..<frames).map { frame in
      // [coefficient][band]: the orthonormal DCT-II over frames t − 15 ... t + 16 under a Hamming window.
      let plane = (0..<16).map { i in
        (0..<40).map { band in
          let scale = ((i == 0 ? 1.0 : 2.0) / 32).squareRoot()
          return normalization
            * (0..<32).reduce(0.0) { sum, n in
              let window = 0.54 - 0.46 * cos(2 * .pi * Double(n) / 31)
              let row = roots[min(max(frame - 15 + n, 0), frames - 1)]
              return sum + scale * window * cos(.pi * Double(i) * (Double(n) + 0.5) / 32) * row[band]
            }
        }
      }
      let patches = (0..<17).map { position in
        matrix.enumerated().map { row, weights in
          let product = weights.enumerated().reduce(0.0) { sum, weight in
            sum + weight.element * plane[weight.offset / 8][2 * position + weight.offset % 8]
          }
          return normalization * product + shift[row]
        }
      }
      return (0..<8).flatMap { pair in
        let (a, b) = (patches[2 * pair], patches[2 * pair + 1])
        return (0..<27).map { max(a[$0], b[$0], 0) } + (0..<27).map { max(-a[$0], -b[$0], 0) }
      }
    }
  }

  /// W₀: the lowest 27 of the orthonormal DCT-II over the eight bands of each of 16 coefficients.
  private var transform: [[Double]] {
    let order = (0..<128).sorted { a, b in
      func key(_ index: Int) -> Double {
        pow(Double(index / 8) / 16, 2) + pow(1.5 * Double(index % 8) / 8, 2)
      }
      return (key(a), a) < (key(b), b)
    }
    return order.prefix(27).map { index -> [Double] in
      let (coefficient, frequency) = (index / 8, Double(index % 8))
      let scale = ((frequency == 0 ? 1.0 : 2.0) / 8).squareRoot()
      var row = [Double](repeating: 0, count: 128)
      for band in 0..<8 {
        row[8 * coefficient + band] = scale * cos(.pi * frequency * (Double(band) + 0.5) / 8)
      }
      return row
    }
  }

  private func expectDefinition(_ setup: LearnableSetup, matrix: [[Double]], shift: [Double]) throws {
    let samples = testSamples(count: 9000)
    let rows = try FrontEndSpec(parsing: "mel:no-use-log").makeFrontEnd().features(of: samples)
    let energies = stride(from: 0, to: rows.count, by: 40).map { rows[$0..<($0 + 40)].map { Double($0) } }
    let found = setup.frontEnd.frozen(setup.values).features(of: samples)
    let expected = Array(definition(energies, matrix: matrix, shift: shift).joined())
    #expect(found.count == expected.count && setup.frontEnd.channels == 432)
    #expect(zip(found, expected).allSatisfy { abs(Double($0) - $1) < 1e-3 * max(1, $1) })
  }

  @Test("is the definition, in double precision from mel energies, with and without shifts")
  func definition() throws {
    let setup = try LearnableSetup("kaleidoscope-patch")
    let shift = try #require(setup.declaration.parameters.last?.tensor)
    #expect(shift.name == "frontend.patch.shift" && shift.count == 27)
    for amount in [0, 0.25] {
      let shifts = (0..<27).map { amount * sin(Double($0)) }
      for (i, value) in shifts.enumerated() { setup.values.parameter(shift)[i] = Float(value) }
      try expectDefinition(setup, matrix: transform, shift: shifts)
    }
  }

  @Test(
    "multiplies by what was learned: a K-matrix, a Monarch matrix or any, as StructuredMaps defines them",
    arguments: ["kaleidoscope", "monarch", "dense"])
  func learned(structure: String) throws {
    let setup = try LearnableSetup("kaleidoscope-patch:patch-matrix=\(structure)")
    let tensors = Dictionary(
      uniqueKeysWithValues: setup.declaration.parameters.map { ($0.tensor.name, $0.tensor) })
    func values(_ name: String) throws -> [Double] {
      let tensor = try #require(tensors["frontend.patch.\(name)"])
      return (0..<tensor.count).map { Double(setup.values.parameter(tensor)[$0]) }
    }
    for (name, tensor) in tensors where !name.hasSuffix("shift") {
      let p = setup.values.parameter(tensor)
      for i in 0..<tensor.count { p[i] += 0.1 * Float(sin(Double(i) * 1.7 + 1)) }
    }
    let product: [[Double]]
    switch structure {
    case "dense":
      let weight = try values("weight")
      product = (0..<27).map { row in Array(weight[(row * 128)..<((row + 1) * 128)]) }
    case "monarch":
      var map = try MonarchMatrix<Double>(
        inputLength: 128, outputLength: 128, rows: 16, columns: 8, direction: .increasing, field: .real)
      map.parameters = try values("right") + values("left")
      product = times(transform, map.dense())
    default:
      let shape = try KaleidoscopeShape(inputLength: 128, outputLength: 128, field: .real)
      let map = try KaleidoscopeMatrix<Double>(shape: shape, parameters: values("twiddle"))
      product = times(transform, map.dense())
    }
    try expectDefinition(setup, matrix: product, shift: Array(repeating: 0, count: 27))
  }

  private func times(_ rows: [[Double]], _ square: DenseMatrix) -> [[Double]] {
    rows.map { row in
      (0..<128).map { column in (0..<128).reduce(0.0) { $0 + row[$1] * square[$1, column].real } }
    }
  }

  @Test("learns a K-matrix of 3,584 numbers that begins as the identity, and shifts, at rates of their own")
  func parameters() throws {
    let setup = try LearnableSetup("kaleidoscope-patch")
    #expect(
      setup.declaration.parameters.map(\.tensor.name) == ["frontend.patch.twiddle", "frontend.patch.shift"])
    #expect(setup.declaration.parameters.map(\.tensor.count) == [3584, 27])
    #expect(setup.declaration.parameters.map(\.group.rateFactor) == [1, 2])
    #expect(
      setup.declaration.statistics.map(\.tensor.count) == [640, 640, 27, 27],
      "running mean and variance of the time coefficients, and of the outputs of all patches")
    #expect(setup.layer.context.left == 15 && setup.layer.context.right == 16)
    let start = ModelValues(copying: setup.values)
    setup.jiggle(0.1, seed: 2)
    let movement = setup.frontEnd.movement(from: start, to: setup.values)
    #expect(movement.map(\.part) == ["patch", "shift"])
    #expect(movement.allSatisfy { $0.relativeDistance > 0 })
  }

  @Test(
    "begins, whatever the matrix, with the bits of its fixed twin, whose batch statistics alone are found")
  func twin() throws {
    let samples = testSamples(count: 5000)
    func features(_ options: String) throws -> [UInt32] {
      bits(try FrontEndSpec(parsing: "kaleidoscope-patch:\(options)").makeFrontEnd().features(of: samples))
    }
    let twin = try features("fixed")
    for matrix in ["kaleidoscope", "monarch", "dense"] {
      #expect(try features("patch-matrix=\(matrix)") == twin, "\(matrix)")
    }
    let setup = try LearnableSetup("kaleidoscope-patch:fixed")
    #expect(setup.declaration.parameters.isEmpty && !setup.layer.isLearned)
    #expect(setup.declaration.statistics.map(\.tensor.count) == [640, 640, 27, 27])
    #expect(setup.frontEnd.movement(from: setup.values, to: setup.values).isEmpty)
  }

  @Test(
    "has running statistics of the batches it saw, by which its frozen form normalizes",
    arguments: ["", ":fixed"])
  func statistics(options: String) throws {
    let setup = try LearnableSetup("kaleidoscope-patch\(options)")
    let segments = Segments(
      setup.frontEnd, rows: 20 + setup.layer.context.rows, padding: [PaddingRows(), PaddingRows(leading: 20)])
    let pass = setup.layer.makePass(segments.shape)
    for _ in 0..<200 {
      pass.forward(segments.input, values: setup.values, step: segments.step)
      pass.updateStatistics(setup.values)
    }
    let trained = Array(pass.output.values)
    var step = segments.step
    step.isTraining = false
    pass.forward(segments.input, values: setup.values, step: step)
    // The variance of n − 1 instead of n, and what 200 steps leave of the start.
    for row in [0, 19, 35] {
      let (a, b) = (trained[(row * 432)..<((row + 1) * 432)], pass.output.row(row))
      for (i, value) in a.enumerated() { #expect(abs(value - b[i]) < 0.05 * max(1, abs(value))) }
    }
    withExtendedLifetime(segments) {}
  }

  @Test("has no gradient where the maximum is 0, and gives it to one position of a pair")
  func pooling() throws {
    let setup = try LearnableSetup("kaleidoscope-patch:gain=none,mean=none")
    let segments = Segments(setup.frontEnd, rows: 3 + setup.layer.context.rows, padding: [PaddingRows()])
    let pass = setup.layer.makePass(segments.shape)
    pass.forward(segments.input, values: setup.values, step: segments.step)
    let upstream = AlignedBuffer<Float>(count: pass.output.count)
    for i in 0..<upstream.count { upstream.base[i] = 1 }
    let gradient = AlignedBuffer<Float>(count: setup.declaration.parameterCount)
    let active = (0..<27).map { row in
      (0..<pass.output.rows).reduce(0) { count, frame in
        count
          + (0..<8).reduce(0) { count, pair in
            let at = pass.output.row(frame) + pair * 54
            return count + (at[row] > 0 ? 1 : 0) - (at[27 + row] > 0 ? 1 : 0)
          }
      }
    }
    pass.backward(
      Matrix(upstream.base, rows: pass.output.rows, columns: 432), input: segments.input, inputGradient: nil,
      values: setup.values, gradient: gradient, step: segments.step)
    let shift = setup.declaration.parameters[1].tensor
    for row in 0..<27 { #expect(gradient.base[shift.offset + row] == Float(active[row])) }
    withExtendedLifetime((segments, upstream)) {}
  }

  @Test(
    "refuses patches that do not fit",
    arguments: ["patch-bands=6", "patch-bands=64", "patch-rows=129", "patch-bands=32,patch-stride=9"])
  func refused(options: String) {
    #expect(throws: FrontEndError.self) {
      try FrontEndSpec(parsing: "kaleidoscope-patch:\(options)").makeFrontEnd()
    }
  }
}
