import Learning

/// Which samples of an utterance rows of raw frames bring, and which of them a pooled frame reads.
///
/// Row r holds samples r·S ... r·S + N − 1. Frames overlap, so each sample is taken from one row only: the
/// first row of an utterance gives all its samples, every other row its last S. A frame reads the samples
/// up to `reach` from its center; samples outside the utterance are 0, and no energy is summed there.
struct SampleGeometry: Sendable {
  /// Floats in a row; those past the frame are not read.
  let rowWidth: Int
  /// N.
  let frameLength: Int
  /// S, at most N.
  let shift: Int
  let filterHalf: Int
  let poolingHalf: Int

  private var reach: Int { filterHalf + poolingHalf }

  /// The rows before and after its own whose samples a frame reads.
  var context: FrameContext {
    func rows(_ samples: Int) -> Int { max(0, (samples + shift - 1) / shift) }
    return FrameContext(
      left: rows(frameLength - shift - frameLength / 2 + reach),
      right: rows(reach + frameLength / 2 - frameLength + 1))
  }

  /// The sample in the center of a row's frame.
  func center(_ row: Int) -> Int { row * shift + frameLength / 2 }

  /// Samples of the rows up to `count`.
  func samples(rows count: Int) -> Int { count == 0 ? 0 : (count - 1) * shift + frameLength }

  /// Copies the samples that a row brings.
  ///
  /// - Returns: their number.
  func copy(
    _ row: UnsafePointer<Float>, isFirst: Bool, into samples: UnsafeMutablePointer<Float>
  ) -> Int {
    let count = isFirst ? frameLength : shift
    samples.update(from: row + frameLength - count, count: count)
    return count
  }
}
