import Learning
import Signal
import StructuredMaps

/// First values of the paper's comparison rows, as near to window and DFT as each structure comes.
extension LearnableRowBuilder {
  /// The complex matrix over the frame as it is, and the logarithm of its outputs' power.
  ///
  /// - `dense`: the windowed DFT, bins in natural order.
  /// - `low-rank`: V the windowed DFT at as many bins, equally spaced in mel; U copies to each output the nearest of
  ///   them.
  /// - `sparse`: as many entries in each row, at random columns that the options' seed draws, with the windowed DFT's
  ///   values there.
  /// - `circulant`: the filter that takes away negative frequencies, so that outputs are envelopes.
  func matrix(_ declaration: inout ModelDeclaration) throws(FrontEndError) -> LearnableRow {
    var result = try frames(isRaw: true)
    let rows = KaleidoscopeShape.paddedSize(configuration.frameOptions.frameLength)
    let columns = result.source.channels
    guard 2 * rows * columns <= Self.maximumParameters else {
      throw .structuredMap(
        .outOfRange(.parameters, found: 2 * rows * columns, allowed: 1...Self.maximumParameters))
    }
    let structure: MatrixParameters.Structure
    switch row {
    case .lowRank: structure = try lowRank(rows, columns, &declaration)
    case .sparse: structure = sparse(rows, columns, &declaration)
    case .circulant: structure = circulant(rows, &declaration)
    default:
      let entries = (0..<rows).flatMap { bin in (0..<columns).map { windowedDFT(bin, $0, rows) } }
      structure = .dense(declare("weight", shape: [rows, columns], entries, &declaration))
    }
    let matrix = MatrixParameters(rows: rows, columns: columns, structure: structure)
    let layer = MatrixPowerLayer(matrix: matrix)
    result.words.insert(layer.summary, at: 0)
    result.add(
      layer, part: "frequency", matrix.tensors, operations: matrix.operations + 3 * rows)
    return result
  }

  private func lowRank(
    _ rows: Int, _ columns: Int, _ declaration: inout ModelDeclaration
  ) throws(FrontEndError) -> MatrixParameters.Structure {
    let rank = configuration.learnable.rank
    let most = min(rows / 2, columns)
    guard rank <= most else { throw .structuredMap(.outOfRange(.rank, found: rank, allowed: 1...most)) }
    let nyquist = configuration.frameOptions.nyquistHertz
    let top = MelScale.htk.mel(hertz: nyquist)
    var bins: [Int] = []
    for i in 0..<rank {
      let hertz = MelScale.htk.hertz(mel: top * Double(i + 1) / Double(rank + 1))
      let bin = Int((hertz / nyquist * Double(rows / 2)).rounded())
      // All different, whatever the rank.
      bins.append(min(max(bin, (bins.last ?? -1) + 1), rows / 2 - (rank - i)))
    }
    let right = bins.flatMap { bin in (0..<columns).map { windowedDFT(bin, $0, rows) } }
    var left = [Complex](repeating: .zero, count: rows * rank)
    for output in 0..<rows {
      let bin = min(output, rows - output)
      let nearest = bins.indices.min { abs(bins[$0] - bin) < abs(bins[$1] - bin) } ?? 0
      left[output * rank + nearest] = .one
    }
    return .lowRank(
      left: declare("left", shape: [rows, rank], left, &declaration),
      right: declare("right", shape: [rank, columns], right, &declaration), rank: rank)
  }

  private func sparse(
    _ rows: Int, _ columns: Int, _ declaration: inout ModelDeclaration
  ) -> MatrixParameters.Structure {
    let entries = max(1, Int((configuration.learnable.density * Double(columns)).rounded()))
    // What the model's own seed draws is not kept in a checkpoint, the options are.
    var generator = SeededGenerator(seed: configuration.frame.seed, stream: .initialValues, index: 1)
    var support: [Int] = []
    support.reserveCapacity(rows * entries)
    for _ in 0..<rows {
      var places = Array(0..<columns)
      for i in 0..<entries { places.swapAt(i, i + generator.index(below: columns - i)) }
      support += places[..<entries].sorted()
    }
    let values = support.enumerated().map { windowedDFT($0.offset / entries, $0.element, rows) }
    return .sparse(
      declare("weight", shape: [rows, entries], values, &declaration), support: support)
  }

  private func circulant(
    _ rows: Int, _ declaration: inout ModelDeclaration
  ) -> MatrixParameters.Structure {
    // c_n = 1/P Σ_k d_k exp(2πikn/P), d = 1 at 0 and P/2, 2 between them, 0 elsewhere: in closed form.
    let filter = (0..<rows).map { n -> Complex in
      guard n > 0 else { return .one }
      guard n % 2 == 1 else { return .zero }
      let half = Complex.rootOfUnity(n, 2 * rows)
      return Complex(0, 2 / Double(rows) * half.real / half.imaginary)
    }
    return .circulant(declare("weight", shape: [rows], filter, &declaration))
  }

  private func declare(
    _ name: String, shape: [Int], _ values: [Complex], _ declaration: inout ModelDeclaration
  ) -> TensorReference {
    declaration.parameter(
      "frontend.frequency.\(name)", shape: [2] + shape,
      group: ParameterGroup(rateFactor: Float(configuration.learnable.frequencyRate)),
      initialValues: values.map { Float($0.real) } + values.map { Float($0.imaginary) })
  }
}
