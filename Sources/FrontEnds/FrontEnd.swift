package import Signal

/// What turns audio into rows of features, `[frames, channels]`: the plan that all utterances share.
///
/// A front end is immutable; any number of streams may be made from it, in any thread. This is all that
/// inference needs of a row, whether fixed or learnt; one that learns refines it.
package protocol FrontEnd: Sendable {
  /// Floats in a row.
  var channels: Int { get }

  /// Which samples each row stands for.
  var timing: FrameTiming { get }

  /// Frames of the extraction after its own for which a row waits, once the stream is under way.
  var latencyFrames: Int { get }

  /// The same for the first row; at least ``latencyFrames``.
  var initialLatencyFrames: Int { get }

  /// The most rows that an accept of up to `samples` samples and the end of the utterance after it can give together,
  /// wherever in an utterance they come; at least 1.
  ///
  /// It follows from the options alone, so that memory can be planned before any audio is there.
  func maximumRows(ofBlock samples: Int) -> Int

  /// What is computed, in one line for people.
  var summary: String { get }

  /// What the bits depend on beside input, options and seed.
  var fingerprint: ArithmeticFingerprint { get }

  /// The state of one utterance.
  ///
  /// - Parameter utterance: the utterance's key, which dither depends on.
  func makeStream(utterance: String) -> any FrontEndStream
}

/// The state of a front end within one utterance.
///
/// Samples come in pieces of any length, as Int16 or as floats of the same scale (−32768 ... 32767). The rows
/// depend only on the samples, never on how they were cut: whole, chunked and live audio give the same bits.
/// A stream belongs to one thread at a time, allocates when it is made and not afterwards.
package protocol FrontEndStream: AnyObject {
  /// Floats in a row.
  var channels: Int { get }

  /// The most rows that an `accept` of `samples` samples can give now.
  func maximumFrames(accepting samples: Int) -> Int

  /// The most rows that ``finish(into:)`` can give now.
  var maximumFinishFrames: Int { get }

  /// Takes samples and writes the rows that they complete.
  ///
  /// - Parameter rows: room for ``maximumFrames(accepting:)`` rows.
  /// - Returns: The number of rows written.
  func accept(_ samples: UnsafeBufferPointer<Int16>, into rows: UnsafeMutableBufferPointer<Float>) -> Int

  /// Takes samples and writes the rows that they complete.
  ///
  /// - Parameter rows: room for ``maximumFrames(accepting:)`` rows.
  /// - Returns: The number of rows written.
  func accept(_ samples: UnsafeBufferPointer<Float>, into rows: UnsafeMutableBufferPointer<Float>) -> Int

  /// Ends the utterance and writes the rows still owed; ``reset(utterance:)`` must come before the next
  /// samples.
  ///
  /// - Parameter rows: room for ``maximumFinishFrames`` rows.
  /// - Returns: The number of rows written.
  func finish(into rows: UnsafeMutableBufferPointer<Float>) -> Int

  /// Begins another utterance, keeping the memory.
  func reset(utterance: String)
}

extension FrontEnd {
  /// The rows of a whole utterance, `[frames, channels]`.
  package func features(of samples: [Int16], utterance: String = "") -> [Float] {
    let stream = makeStream(utterance: utterance)
    return samples.withUnsafeBufferPointer { samples in
      Self.rows(of: stream, accepting: samples.count) { stream.accept(samples, into: $0) }
    }
  }

  /// The rows of a whole utterance whose samples are floats of Int16's scale, `[frames, channels]`.
  package func features(of samples: [Float], utterance: String = "") -> [Float] {
    let stream = makeStream(utterance: utterance)
    return samples.withUnsafeBufferPointer { samples in
      Self.rows(of: stream, accepting: samples.count) { stream.accept(samples, into: $0) }
    }
  }

  /// An array that `fill` writes; of no capacity it is made plainly, since filling it would write to Swift's shared empty
  /// array.
  private static func filled(
    _ capacity: Int, _ fill: (UnsafeMutableBufferPointer<Float>) -> Int
  ) -> [Float] {
    guard capacity > 0 else {
      _ = fill(UnsafeMutableBufferPointer(start: nil, count: 0))
      return []
    }
    return [Float](unsafeUninitializedCapacity: capacity) { $1 = fill($0) }
  }

  private static func rows(
    of stream: any FrontEndStream, accepting samples: Int,
    accept: (UnsafeMutableBufferPointer<Float>) -> Int
  ) -> [Float] {
    let channels = stream.channels
    var rows = filled(stream.maximumFrames(accepting: samples) * channels) { accept($0) * channels }
    let owed = stream.maximumFinishFrames * channels
    rows += filled(owed) { stream.finish(into: $0) * channels }
    return rows
  }
}
