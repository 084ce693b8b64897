import Foundations

/// One signal on its way to another sample rate.
///
/// Samples are accepted in pieces of any size and outputs are read as they become known; the bits depend on
/// neither. Beyond its ends the signal is zero. Memory does not grow with the signal as long as outputs are
/// read. Used by one thread at a time.
package final class ResamplingStream {
  private let plan: ResamplingPlan
  /// Samples from `first` on, those that are needed still.
  private var samples: [Float] = []
  /// The position of `samples[0]` in the signal.
  private var first = 0
  private var acceptedCount = 0
  private var isFinished = false
  /// The next output, and its time in input samples: whole part and phase.
  private var output = 0
  private var whole = 0
  private var phase = 0

  package init(_ plan: ResamplingPlan) {
    self.plan = plan
    reset()
  }

  /// Begins another signal.
  package func reset() {
    samples.removeAll(keepingCapacity: true)
    samples.append(contentsOf: repeatElement(0, count: plan.reach - 1))
    first = -(plan.reach - 1)
    (acceptedCount, isFinished, output, whole, phase) = (0, false, 0, 0, 0)
  }

  /// Adds the next samples.
  ///
  /// - Precondition: ``finish()`` was not called.
  package func accept(_ piece: UnsafeBufferPointer<Float>) {
    precondition(!isFinished, "samples after the end")
    dropUsed()
    samples.append(contentsOf: piece)
    acceptedCount += piece.count
  }

  /// Adds the next samples.
  ///
  /// - Precondition: ``finish()`` was not called.
  package func accept(_ piece: UnsafeBufferPointer<Int16>) {
    precondition(!isFinished, "samples after the end")
    dropUsed()
    samples.append(contentsOf: piece.lazy.map { Float($0) })
    acceptedCount += piece.count
  }

  /// Ends the signal: the rest of the outputs becomes known.
  package func finish() {
    guard !isFinished else { return }
    isFinished = true
    samples.append(contentsOf: repeatElement(0, count: plan.reach))
  }

  /// Whether an output can be read.
  package var hasOutput: Bool {
    isFinished
      ? output < plan.outputCount(inputCount: acceptedCount) : whole + plan.reach < acceptedCount
  }

  /// Whether every output of the whole signal was read.
  package var isAtEnd: Bool { isFinished && !hasOutput }

  /// Computes the next outputs, as many as are known and fit.
  package func read(into target: UnsafeMutableBufferPointer<Float>) -> Int {
    let end = isFinished ? plan.outputCount(inputCount: acceptedCount) : .max
    let known = isFinished ? .max : acceptedCount
    let taps = 2 * plan.reach
    var count = 0
    // Weights are read past the taps, where they are zero, so samples must be there, too.
    let missing = max(0, plan.weightStride - taps)
    samples.append(contentsOf: repeatElement(0, count: missing))
    defer { samples.removeLast(missing) }
    samples.withUnsafeBufferPointer { samples in
      guard let base = samples.baseAddress else { return }
      while count < target.count, output < end, whole + plan.reach < known {
        let start = whole - plan.reach + 1 - first
        target[count] = Self.product(
          base + start, plan.weights.base + phase * plan.weightStride, count: plan.weightStride)
        count += 1
        output += 1
        phase += plan.inputsPerPeriod
        whole += phase / plan.phases
        phase %= plan.phases
      }
    }
    return count
  }

  /// The sum of products in sixteen lanes, added in pairs; the order is the same on every processor.
  private static func product(
    _ samples: UnsafePointer<Float>, _ weights: UnsafePointer<Float>, count: Int
  ) -> Float {
    var lanes = SIMD16<Float>.zero
    for index in stride(from: 0, to: count, by: 16) {
      let x = UnsafeRawPointer(samples + index).loadUnaligned(as: SIMD16<Float>.self)
      let h = UnsafeRawPointer(weights + index).loadUnaligned(as: SIMD16<Float>.self)
      lanes += x * h
    }
    let eight = lanes.lowHalf + lanes.highHalf
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    return two.x + two.y
  }

  /// Drops samples before the next output's first.
  private func dropUsed() {
    let used = min(whole - plan.reach + 1 - first, samples.count)
    guard used > 0 else { return }
    samples.removeFirst(used)
    first += used
  }
}
