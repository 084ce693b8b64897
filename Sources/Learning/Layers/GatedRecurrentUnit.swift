internal import CKernels

/// A gated recurrent unit, one-directional or bidirectional, with PyTorch's gates.
///
/// ```
/// r = σ(W_ir x + b_ir + W_hr h + b_hr)
/// z = σ(W_iz x + b_iz + W_hz h + b_hz)
/// n = tanh(W_in x + b_in + r ⊙ (W_hn h + b_hn))
/// h' = n + z ⊙ (h − n)
/// ```
///
/// A direction begins with h = 0 at the first valid row (last, if reversed) of a segment, or at the end of an
/// utterance. `context` warms the state up; gradients flow through those rows, too. A row's output is the
/// forward state, then the reversed one. Source: Cho and others (2014), with the reset gate after the product
/// as in PyTorch's `nn.GRU`.
package struct GatedRecurrentUnit: SequenceLayer {
  /// The tensors of a direction; the rows of the gates are in the order r, z, n.
  package struct Direction: Sendable {
    /// W_i, `[3 · hidden, inputs]`.
    package let inputWeight: TensorReference
    /// W_h, `[3 · hidden, hidden]`.
    package let recurrentWeight: TensorReference
    /// b_i, `[3 · hidden]`.
    package let inputBias: TensorReference
    /// b_h, `[3 · hidden]`.
    package let recurrentBias: TensorReference
    package let isReversed: Bool

    var inputMap: WeightMap { WeightMap(weight: inputWeight, bias: inputBias) }
    var recurrentMap: WeightMap { WeightMap(weight: recurrentWeight, bias: recurrentBias) }
  }

  package let inputWidth: Int
  package let hiddenWidth: Int
  package let context: FrameContext
  package let directions: [Direction]

  package var isBidirectional: Bool { directions.count == 2 }
  package var outputWidth: Int { hiddenWidth * directions.count }
  package var summary: String {
    "GRU \(inputWidth) → \(hiddenWidth)" + (isBidirectional ? ", both directions" : "")
  }

  /// Declares the tensors under the names of PyTorch's `nn.GRU`: `name.weight_ih_l0`, `weight_hh_l0`,
  /// `bias_ih_l0`, `bias_hh_l0`, and those with `_reverse`.
  ///
  /// - Parameters:
  ///   - name: of the layer.
  ///   - inputs: values of an input row.
  ///   - hidden: units of each direction.
  ///   - isBidirectional: whether a second direction reads backward.
  ///   - recurrentWeights: the initial recurrent weights, of each gate if orthogonal, else of all three
  ///     gates. Input weights and biases are uniform in ±1/√hidden, as in PyTorch.
  ///   - warmUpRows: context before a segment, and after it if bidirectional, in which the state settles.
  ///   - rateFactor: a factor on the learning rate.
  ///   - declaration: takes the tensors.
  package init(
    _ name: String, inputs: Int, hidden: Int, isBidirectional: Bool,
    recurrentWeights: InitialWeights = .orthogonal(), warmUpRows: Int = 16, rateFactor: Float = 1,
    in declaration: inout ModelDeclaration
  ) {
    precondition(inputs > 0 && hidden > 0)
    inputWidth = inputs
    hiddenWidth = hidden
    context = FrameContext(left: warmUpRows, right: isBidirectional ? warmUpRows : 0)
    let bound = 1 / Double(hidden).squareRoot()
    let matrix = ParameterGroup(rateFactor: rateFactor, decays: true)
    let vector = ParameterGroup(rateFactor: rateFactor)
    directions = (isBidirectional ? [false, true] : [false]).map { isReversed in
      let suffix = isReversed ? "l0_reverse" : "l0"
      let input = InitialWeights.uniform(
        count: 3 * hidden * inputs, bound: bound, using: &declaration.generator)
      var recurrent: [Float] = []
      if case .orthogonal = recurrentWeights {
        for _ in 0..<3 {
          recurrent += recurrentWeights.values(
            outputs: hidden, inputs: hidden, using: &declaration.generator)
        }
      } else {
        recurrent = recurrentWeights.values(
          outputs: 3 * hidden, inputs: hidden, using: &declaration.generator)
      }
      let biases = (0..<2).map { _ in
        InitialWeights.uniform(count: 3 * hidden, bound: bound, using: &declaration.generator)
      }
      return Direction(
        inputWeight: declaration.parameter(
          "\(name).weight_ih_\(suffix)", shape: [3 * hidden, inputs], group: matrix, initialValues: input),
        recurrentWeight: declaration.parameter(
          "\(name).weight_hh_\(suffix)", shape: [3 * hidden, hidden], group: matrix,
          initialValues: recurrent),
        inputBias: declaration.parameter(
          "\(name).bias_ih_\(suffix)", shape: [3 * hidden], group: vector, initialValues: biases[0]),
        recurrentBias: declaration.parameter(
          "\(name).bias_hh_\(suffix)", shape: [3 * hidden], group: vector, initialValues: biases[1]),
        isReversed: isReversed)
    }
  }

  package var weightMaps: [WeightMap] { directions.flatMap { [$0.inputMap, $0.recurrentMap] } }

  package func makePass(_ inputShape: SequenceShape) -> any LayerPass {
    GatedRecurrentPass(self, shape: inputShape)
  }

  package func makeStream(_ values: ModelValues) -> any LayerStream {
    isBidirectional
      ? BidirectionalRecurrentStream(self, values: values) : ForwardRecurrentStream(self, values: values)
  }
}

/// One step of the recurrence for one row.
enum GatedRecurrentStep {
  /// Computes the gates r, z, n and the next state.
  ///
  /// - Parameters:
  ///   - gates: W_i x + b_i, `[3 · width]`; overwritten with r, z and n.
  ///   - recurrent: W_h h + b_h, `[3 · width]`.
  ///   - next: h′; may be the memory of `state`.
  static func advance(
    gates: UnsafeMutablePointer<Float>, recurrent: UnsafePointer<Float>, state: UnsafePointer<Float>,
    width: Int, next: UnsafeMutablePointer<Float>
  ) {
    for i in 0..<(2 * width) { gates[i] += recurrent[i] }
    LayerKernels.best.sigmoid(gates, 2 * width, gates)
    let (reset, update, candidate) = (gates, gates + width, gates + 2 * width)
    let recurrentCandidate = recurrent + 2 * width
    for i in 0..<width { candidate[i] += reset[i] * recurrentCandidate[i] }
    LayerKernels.best.tanh(candidate, width, candidate)
    for i in 0..<width { next[i] = candidate[i] + update[i] * (state[i] - candidate[i]) }
  }
}
