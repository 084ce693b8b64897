/// The log softmax of rows, for decoding.
package enum LogSoftmax {
  /// Overwrites logits, `[rows, classes]`, with ln p_k = x_k − ln Σ_j exp x_j.
  ///
  /// The error is at most 1e-6 + 0.5 ulp for up to a hundred classes, and the bits are the same on every
  /// machine. Allocates one row.
  package static func apply(_ logits: UnsafeMutablePointer<Float>, rows: Int, classes: Int) {
    precondition(rows >= 0 && classes > 0)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: classes) { scratch in
      guard let spare = scratch.baseAddress else { return }
      for r in 0..<rows {
        let row = logits + r * classes
        let maximum = row[SoftmaxCrossEntropy.firstMaximum(row, count: classes)]
        let sum = Exponentials.exponentiate(row, count: classes, minus: maximum, into: spare)
        let normalizer = Double(maximum) + Exponentials.logarithm(Double(sum))
        for k in 0..<classes { row[k] = Float(Double(row[k]) - normalizer) }
      }
    }
  }

  /// Overwrites the logits of a matrix, `[frames, classes]`.
  package static func apply(_ logits: Matrix) {
    apply(logits.base, rows: logits.rows, classes: logits.columns)
  }
}
