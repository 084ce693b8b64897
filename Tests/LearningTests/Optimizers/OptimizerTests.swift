import Foundations
import Learning
import TestSupport
import Testing

@Suite("Optimizer")
struct OptimizerTests {
  static let cases: [(name: String, options: OptimizerOptions)] = [
    ("adam", OptimizerOptions(method: .adam)),
    ("adam decay", OptimizerOptions(method: .adam(beta1: 0.8, beta2: 0.99, epsilon: 1e-6), weightDecay: 0.1)),
    ("adamw", OptimizerOptions(method: .adamW, weightDecay: 0.1)),
    ("sgd", OptimizerOptions(method: .sgd(momentum: 0, nesterov: false))),
    ("momentum", OptimizerOptions(method: .sgd(momentum: 0.9, nesterov: false), weightDecay: 0.1)),
    ("nesterov", OptimizerOptions(method: .sgd(momentum: 0.9, nesterov: true))),
    ("rmsprop", OptimizerOptions(method: .rmsprop)),
    (
      "rmsprop momentum",
      OptimizerOptions(method: .rmsprop(smoothing: 0.99, epsilon: 1e-6, momentum: 0.9), weightDecay: 0.1)
    ),
  ]

  static func declaration() -> ModelDeclaration {
    var declaration = ModelDeclaration(seed: 1)
    _ = declaration.parameter(
      "a", shape: [5], group: ParameterGroup(decays: true), initialValues: [0.5, -1.25, 2, 0.03125, -0.75])
    _ = declaration.parameter(
      "b", shape: [3], group: ParameterGroup(rateFactor: 0.25), initialValues: [1, -2, 0.25])
    return declaration
  }

  static func gradient(_ step: Int, of declaration: ModelDeclaration) -> AlignedBuffer<Float> {
    let storage = AlignedBuffer<Float>(count: declaration.parameterCount)
    let (a, b) = (declaration.parameters[0].tensor, declaration.parameters[1].tensor)
    for i in 0..<5 { storage.base[a.offset + i] = Float((7 * i + 3 * step) % 11 - 5) / 8 }
    for i in 0..<3 { storage.base[b.offset + i] = Float((5 * i + 2 * step) % 7 - 3) / 4 }
    return storage
  }

  @Test("seven steps with rates and decay by group equal those of PyTorch", arguments: cases.indices)
  func golden(index: Int) throws {
    let (name, options) = Self.cases[index]
    let declaration = Self.declaration()
    let values = ModelValues(declaration)
    let optimizer = Optimizer(options, declaration: declaration)
    for step in 0..<7 {
      optimizer.step(
        values, gradient: Self.gradient(step, of: declaration), rate: 0.01 * Double(step + 1))
    }
    #expect(optimizer.steps == 7 && optimizer.slots.count == options.method.slots.count)
    let found = declaration.parameters.flatMap { p in
      (0..<p.tensor.count).map { values.parameter(p.tensor)[$0] }
    }
    let expected = try #require(TorchGolden.values[name])
    #expect(found.count == expected.count)
    for (a, b) in zip(found, expected) { #expect(abs(Double(a) - b) <= 4e-7 * max(1, abs(b)), "\(name)") }
    // The padding between tensors never changes.
    #expect((5..<16).allSatisfy { values.parameters.base[$0] == 0 })
  }

  @Test("the update of a parameter does not depend on its index or its neighbors", arguments: cases.indices)
  func indexIndependent(index: Int) {
    var random = SplitMix64(seed: UInt64(index))
    let start = (0..<37).map { _ in Float.random(in: -1...1, using: &random) }
    let slopes = (0..<37).map { _ in Float.random(in: -1...1, using: &random) }
    func updated(_ range: Range<Int>) -> [Float] {
      var declaration = ModelDeclaration(seed: 1)
      let tensor = declaration.parameter(
        "w", shape: [range.count], group: ParameterGroup(decays: true), initialValues: Array(start[range]))
      let values = ModelValues(declaration)
      let optimizer = Optimizer(Self.cases[index].options, declaration: declaration)
      for _ in 0..<3 {
        let gradient = AlignedBuffer<Float>(count: declaration.parameterCount)
        for (i, slope) in slopes[range].enumerated() { gradient.base[i] = slope }
        optimizer.step(values, gradient: gradient, rate: 0.1)
      }
      return (0..<range.count).map { values.parameter(tensor)[$0] }
    }
    #expect(updated(0..<37) == updated(0..<10) + updated(10..<11) + updated(11..<37))
  }

  @Test("clipping is that of PyTorch, and keeps gradients that are short or not finite")
  func clipping() throws {
    let gradient = AlignedBuffer<Float>(count: 2)
    gradient.base[0] = 3
    gradient.base[1] = 4
    let expected = try #require(TorchGolden.values["clip"])
    #expect(GradientReduction.clip(gradient, maximumNorm: 5.5) == 5 && gradient.base[0] == 3)
    #expect(GradientReduction.clip(gradient, maximumNorm: 2) == expected[0])
    #expect(
      abs(Double(gradient.base[0]) - expected[1]) < 2e-7 && abs(Double(gradient.base[1]) - expected[2]) < 2e-7
    )
    gradient.base[0] = .infinity
    #expect(GradientReduction.clip(gradient, maximumNorm: 1) == .infinity && gradient.base[1] > 1)
  }

  @Test("an optimizer with a maximum norm clips and returns the norm")
  func clippingStep() {
    let declaration = Self.declaration()
    let values = ModelValues(declaration)
    let optimizer = Optimizer(
      OptimizerOptions(method: .sgd(momentum: 0, nesterov: false), maximumGradientNorm: 0.5),
      declaration: declaration)
    let gradient = AlignedBuffer<Float>(count: declaration.parameterCount)
    gradient.base[0] = 3
    gradient.base[1] = -4
    #expect(optimizer.step(values, gradient: gradient, rate: 1) == 5)
    #expect(
      abs(values.parameters.base[0] - (0.5 - 0.3)) < 1e-6
        && abs(values.parameters.base[1] - (-1.25 + 0.4)) < 1e-6)
  }

  @Test("parts are added in order, whatever the ranges", arguments: [1, 2] as [UInt64])
  func reduction(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let count = 53
    let numbers = (0..<4).map { _ in (0..<count).map { _ in Float.random(in: -1e3...1e3, using: &random) } }
    func parts() -> [AlignedBuffer<Float>] {
      numbers.map { row in
        let part = AlignedBuffer<Float>(count: count)
        for (i, x) in row.enumerated() { part.base[i] = x }
        return part
      }
    }
    let expected = (0..<count).map { ((numbers[0][$0] + numbers[1][$0]) + numbers[2][$0]) + numbers[3][$0] }
    let whole = parts()
    GradientReduction.addInOrder(whole)
    #expect(Array(whole[0].values) == expected)
    let cut = parts()
    for range in [30..<53, 0..<7, 7..<30] { GradientReduction.addInOrder(cut, range: range) }
    #expect(Array(cut[0].values) == expected)
  }

  @Test("the norm is computed in double precision", arguments: [0, 1, 7, 8, 9, 1000])
  func norm(count: Int) {
    var random = SplitMix64(seed: UInt64(count))
    let gradient = AlignedBuffer<Float>(count: count)
    for i in 0..<count { gradient.base[i] = Float.random(in: -1...1, using: &random) }
    let expected = gradient.values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    #expect(abs(GradientReduction.norm(gradient) - expected) <= 1e-12 * max(1, expected))
  }

  @Test(
    "numbers outside the range of a formula are not usable",
    arguments: [
      OptimizerOptions(method: .adam(beta1: 1, beta2: 0.9, epsilon: 1e-8)),
      OptimizerOptions(method: .adam(beta1: 0.9, beta2: 0.9, epsilon: 0)),
      OptimizerOptions(method: .sgd(momentum: 0, nesterov: true)),
      OptimizerOptions(method: .rmsprop(smoothing: -0.1, epsilon: 1e-8, momentum: 0)),
      OptimizerOptions(weightDecay: -1), OptimizerOptions(weightDecay: .nan),
      OptimizerOptions(maximumGradientNorm: 0),
    ])
  func unusable(options: OptimizerOptions) {
    #expect(!options.isUsable)
    #expect(OptimizerOptions().isUsable)
  }
}
