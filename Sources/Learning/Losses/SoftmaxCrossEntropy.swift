/// Loss and accuracy summed over frames.
package struct FrameLoss: Sendable, Hashable {
  /// The sum of the losses of labeled frames, in nats.
  package var sum: Double
  /// Frames with a label.
  package var frames: Int
  /// Labeled frames whose largest logit, the first of equal ones, is that of the label.
  package var correct: Int

  package init(sum: Double = 0, frames: Int = 0, correct: Int = 0) {
    self.sum = sum
    self.frames = frames
    self.correct = correct
  }

  /// The mean loss of a labeled frame; 0 if there is none.
  package var mean: Double { frames == 0 ? 0 : sum / Double(frames) }

  /// The fraction of labeled frames that are wrong; 0 if there is none.
  package var errorRate: Double { frames == 0 ? 0 : Double(frames - correct) / Double(frames) }

  package static func + (a: Self, b: Self) -> Self {
    Self(sum: a.sum + b.sum, frames: a.frames + b.frames, correct: a.correct + b.correct)
  }
}

/// −Σ_k t_k ln p_k of p = softmax(logits) with t_k = (1 − s)·[k = label] + s/K: PyTorch's `CrossEntropyLoss`.
///
/// Rows with a negative label have no loss and a gradient of 0. A logit of −∞ is a class of probability 0;
/// NaN or +∞ gives a loss of NaN.
package struct SoftmaxCrossEntropy: Sendable, Hashable {
  /// s, the fraction of the target that is spread over all classes, 0 ≤ s < 1.
  package let labelSmoothing: Float

  package init(labelSmoothing: Float = 0) {
    precondition(labelSmoothing >= 0 && labelSmoothing < 1)
    self.labelSmoothing = labelSmoothing
  }

  /// Computes the summed loss and, unless `gradient` is nil, ∂(gradientScale · Σ loss)/∂logits.
  ///
  /// The sum runs in double precision, frame by frame. Allocates one row.
  ///
  /// - Parameters:
  ///   - logits: `[frames, classes]`.
  ///   - labels: `[frames]`, each below `classes`.
  ///   - gradient: `[frames, classes]`, overwritten; may be the memory of the logits.
  ///   - gradientScale: the inverse of the step's number of labeled frames, for the gradient of the mean
  ///     loss.
  package func evaluate(
    logits: Matrix, labels: UnsafeBufferPointer<Int32>, gradient: Matrix?, gradientScale: Float
  ) -> FrameLoss {
    let classes = logits.columns
    precondition(labels.count == logits.rows && classes > 0)
    precondition(gradient.map { $0.rows == logits.rows && $0.columns == classes } ?? true)
    var loss = FrameLoss()
    withUnsafeTemporaryAllocation(of: Float.self, capacity: classes) { scratch in
      guard let spare = scratch.baseAddress else { return }
      for frame in 0..<logits.rows {
        let row = UnsafePointer(logits.row(frame))
        let target = gradient?.row(frame)
        guard labels[frame] >= 0 else {
          target?.update(repeating: 0, count: classes)
          continue
        }
        let label = Int(labels[frame])
        precondition(label < classes, "label \(label) of \(classes) classes")
        let best = Self.firstMaximum(row, count: classes)
        loss.frames += 1
        if best == label { loss.correct += 1 }
        let own = Double(row[label])
        let mean = labelSmoothing > 0 ? Self.mean(row, count: classes) : 0
        let maximum = row[best]
        let output = target ?? spare
        let sum = Exponentials.exponentiate(row, count: classes, minus: maximum, into: output)
        let normalizer = Double(maximum) + Exponentials.logarithm(Double(sum))
        let smoothing = Double(labelSmoothing)
        loss.sum +=
          labelSmoothing > 0
          ? (1 - smoothing) * (normalizer - own) + smoothing * (normalizer - mean) : normalizer - own
        guard let target else { continue }
        let factor = gradientScale / sum
        let spread = gradientScale * (labelSmoothing / Float(classes))
        for k in 0..<classes { target[k] = target[k] * factor - spread }
        target[label] -= gradientScale * (1 - labelSmoothing)
      }
    }
    return loss
  }

  /// The index of the first maximum; NaN is never one, unless all values are NaN.
  static func firstMaximum(_ row: UnsafePointer<Float>, count: Int) -> Int {
    var best = 0
    for k in 1..<max(count, 1) where row[k] > row[best] || row[best].isNaN { best = k }
    return best
  }

  private static func mean(_ row: UnsafePointer<Float>, count: Int) -> Double {
    var sum = 0.0
    for k in 0..<count { sum += Double(row[k]) }
    return sum / Double(count)
  }
}
