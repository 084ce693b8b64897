import Foundation
import Foundations
import Learning
import TestSupport
import Testing

@Suite("SoftmaxCrossEntropy")
struct SoftmaxCrossEntropyTests {
  /// The logits and labels of ``TorchGolden/script``.
  static let logits: [Float] = (0..<20).map { index -> Float in
    let halves: Int = (13 * (index / 5) + 7 * (index % 5)) % 17 - 8
    return Float(halves) / 2
  }
  static let labels: [Int32] = [2, 0, -1, 4]

  struct Evaluation {
    var loss: FrameLoss
    var gradient: [Float]
  }

  static func evaluate(
    _ logits: [Float], labels: [Int32], classes: Int, smoothing: Float = 0, scale: Float = 1,
    inPlace: Bool = false
  ) -> Evaluation {
    let storage = AlignedBuffer<Float>(count: logits.count)
    for (i, x) in logits.enumerated() { storage.base[i] = x }
    let gradient = inPlace ? storage : AlignedBuffer<Float>(count: logits.count)
    let loss = labels.withUnsafeBufferPointer {
      SoftmaxCrossEntropy(labelSmoothing: smoothing).evaluate(
        logits: Matrix(storage.base, rows: labels.count, columns: classes), labels: $0,
        gradient: Matrix(gradient.base, rows: labels.count, columns: classes), gradientScale: scale)
    }
    return Evaluation(loss: loss, gradient: Array(gradient.values))
  }

  @Test(
    "loss and gradient of the mean are those of PyTorch, with a frame left out",
    arguments: [0, 0.125] as [Float])
  func golden(smoothing: Float) throws {
    let found = Self.evaluate(
      Self.logits, labels: Self.labels, classes: 5, smoothing: smoothing, scale: 1 / 3)
    #expect(found.loss.frames == 3 && found.loss.correct == 3)
    let expected = try #require(TorchGolden.values["loss \(smoothing)"])
    #expect(abs(found.loss.mean - expected[0]) < 2e-7)
    let slopes = try #require(TorchGolden.values["gradient \(smoothing)"])
    for (a, b) in zip(found.gradient, slopes) { #expect(abs(Double(a) - b) < 6e-8) }
    #expect(found.gradient[10..<15].allSatisfy { $0 == 0 })
  }

  @Test("log softmax is that of PyTorch")
  func logSoftmaxGolden() throws {
    var rows = Self.logits
    rows.withUnsafeMutableBufferPointer { LogSoftmax.apply($0.baseAddress!, rows: 4, classes: 5) }
    for (a, b) in zip(rows, try #require(TorchGolden.values["log-softmax"])) {
      #expect(abs(Double(a) - b) < 1e-6)
    }
  }

  @Test(
    "log softmax is within 1e-6 + ½ ulp of double precision, for any class count and spread",
    arguments: 1...6 as ClosedRange<UInt64>)
  func accuracy(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for classes in [1, 2, 7, 8, 39, 48, 61, 100] {
      let spread = Float.random(in: 0.1...60, using: &random)
      let row = (0..<classes).map { _ in Float.random(in: -spread...spread, using: &random) }
      var found = row
      found.withUnsafeMutableBufferPointer { LogSoftmax.apply($0.baseAddress!, rows: 1, classes: classes) }
      let top = Double(row.max()!)
      let normalizer = top + log(row.reduce(0) { $0 + exp(Double($1) - top) })
      for (x, y) in zip(row, found) {
        let exact = Double(x) - normalizer
        #expect(
          abs(Double(y) - exact) <= 1e-6 + Double(Float(exact).ulp) / 2, "seed \(seed), \(classes) classes")
      }
    }
  }

  @Test(
    "the gradient equals finite differences",
    arguments: [(1, 0), (2, 0.1), (3, 0.3)] as [(UInt64, Float)])
  func gradientCheck(seed: UInt64, smoothing: Float) {
    var random = SplitMix64(seed: seed)
    let classes = 11
    let logits = (0..<3 * classes).map { _ in Float.random(in: -3...3, using: &random) }
    let labels: [Int32] = [4, -1, 10]
    let found = Self.evaluate(logits, labels: labels, classes: classes, smoothing: smoothing)
    for index in logits.indices {
      let step: Float = 1 / 64
      var (up, down) = (logits, logits)
      up[index] += step
      down[index] -= step
      let slope =
        (Self.evaluate(up, labels: labels, classes: classes, smoothing: smoothing).loss.sum
          - Self.evaluate(down, labels: labels, classes: classes, smoothing: smoothing).loss.sum)
        / Double(up[index] - down[index])
      #expect(abs(slope - Double(found.gradient[index])) < 1e-4, "seed \(seed), index \(index)")
    }
  }

  @Test("the gradient may overwrite the logits, and rows are independent")
  func inPlaceAndRowByRow() {
    let whole = Self.evaluate(Self.logits, labels: Self.labels, classes: 5, smoothing: 0.1, scale: 0.5)
    let inPlace = Self.evaluate(
      Self.logits, labels: Self.labels, classes: 5, smoothing: 0.1, scale: 0.5, inPlace: true)
    #expect(whole.gradient == inPlace.gradient && whole.loss == inPlace.loss)
    var sum = FrameLoss()
    for row in 0..<4 {
      let alone = Self.evaluate(
        Array(Self.logits[row * 5..<row * 5 + 5]), labels: [Self.labels[row]], classes: 5, smoothing: 0.1,
        scale: 0.5)
      #expect(alone.gradient == Array(whole.gradient[row * 5..<row * 5 + 5]))
      sum = sum + alone.loss
    }
    #expect(sum == whole.loss)
  }

  @Test("a logit of −∞ has probability 0; NaN and +∞ give a loss of NaN")
  func nonFinite() {
    let masked = Self.evaluate([0, -.infinity, 0], labels: [0], classes: 3)
    #expect(abs(masked.loss.sum - log(2)) < 1e-6 && masked.gradient[1] == 0)
    #expect(Self.evaluate([0, .nan, 1], labels: [2], classes: 3).loss.sum.isNaN)
    #expect(Self.evaluate([.nan, 0, 1], labels: [2], classes: 3).loss.sum.isNaN)
    #expect(Self.evaluate([0, .infinity, 1], labels: [2], classes: 3).loss.sum.isNaN)
    #expect(Self.evaluate([0, 1e30, -1e30], labels: [1], classes: 3).loss.sum == 0)
  }

  @Test("a tie counts for the first class")
  func ties() {
    #expect(Self.evaluate([1, 1], labels: [0], classes: 2).loss.correct == 1)
    #expect(Self.evaluate([1, 1], labels: [1], classes: 2).loss.correct == 0)
  }
}
