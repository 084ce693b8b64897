/// ln softmax of rows, for decoding.
package enum LogSoftmax {
  /// Overwrites each of `rows` rows of `classes` logits by ln p_k = x_k − ln Σ_j exp x_j.
  ///
  /// At most 1e-6 + 0.5 ulp off the exact value for up to a hundred classes. A row depends on nothing but itself; the
  /// bits are the same on every machine. Nothing is allocated but one row.
  package static func apply(_ logits: UnsafeMutablePointer<Float>, rows: Int, classes: Int) {
    precondition(rows >= 0 && classes > 0)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: classes) { scratch in
      guard let spare = scratch.baseAddress else { return }
      for r in 0..<rows {
        let row = logits + r * classes
        let maximum = row[SoftmaxCrossEntropy.firstMaximum(row, count: classes)]
        let sum = Exponentials.exponentiate(row, count: classes, minus: maximum, into: spare)
        let normaliser = Double(maximum) + Exponentials.logarithm(Double(sum))
        for k in 0..<classes { row[k] = Float(Double(row[k]) - normaliser) }
      }
    }
  }

  /// The same over a matrix `[frames, classes]`.
  package static func apply(_ logits: Matrix) {
    apply(logits.base, rows: logits.rows, classes: logits.columns)
  }
}
