import Signal

/// Our log mel filter bank with Kaldi's defaults, its stream and rows allocated in advance, as in a run over
/// a corpus.
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

  /// Allocates and touches memory for the rows of `samples` samples.
  func reserve(samples: Int) {
    let count = frameCount(samples: samples) * bins
    if rows.count != count { rows = [Float](repeating: 0, count: count) }
  }

  /// Computes a whole utterance in one piece, `[frames, bins]`, into `rows`; allocates nothing.
  func compute(_ samples: [Int16]) {
    stream.reset(utteranceKey: 0)
    rows.withUnsafeMutableBufferPointer { rows in
      let count = samples.withUnsafeBufferPointer { stream.accept($0, into: rows) }
      stream.finish(into: UnsafeMutableBufferPointer(rebasing: rows[(count * bins)...]))
    }
  }

  /// Begins another utterance, which is to come in pieces.
  func begin() { stream.reset(utteranceKey: 0) }

  /// Accepts a piece of an utterance and writes its rows to the start of `rows`, which must have room for
  /// them.
  func accept(_ samples: UnsafeBufferPointer<Int16>) {
    _ = rows.withUnsafeMutableBufferPointer { stream.accept(samples, into: $0) }
  }
}
