import Signal

/// Our log-mel filter bank with Kaldi's defaults, with its stream and its rows made beforehand, as in a corpus run.
final class LogMel {
  let plan: FilterBankPlan
  private let stream: FeatureStream
  private(set) var rows: [Float] = []

  init(bins: Int) throws {
    var options = FilterBankOptions()
    options.mel.bins = bins
    plan = try FilterBankPlan(options)
    stream = plan.makeStream()
  }

  var bins: Int { plan.channels }

  func frameCount(samples: Int) -> Int { plan.frame.frameCount(sampleCount: samples) }

  /// Makes room for the rows of so many samples, and touches it.
  func reserve(samples: Int) {
    let count = frameCount(samples: samples) * bins
    if rows.count != count { rows = [Float](repeating: 0, count: count) }
  }

  /// The whole utterance in one piece, `[frames, bins]`, into `rows`; allocates nothing.
  func compute(_ samples: [Int16]) {
    stream.reset(utteranceKey: 0)
    rows.withUnsafeMutableBufferPointer { rows in
      let given = samples.withUnsafeBufferPointer { stream.accept($0, into: rows) }
      stream.finish(into: UnsafeMutableBufferPointer(rebasing: rows[(given * bins)...]))
    }
  }

  /// Begins another utterance that comes in pieces.
  func begin() { stream.reset(utteranceKey: 0) }

  /// A piece of an utterance, its rows to the start of `rows`, which must have room for them.
  func accept(_ samples: UnsafeBufferPointer<Int16>) {
    _ = rows.withUnsafeMutableBufferPointer { stream.accept(samples, into: $0) }
  }
}
