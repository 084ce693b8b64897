package import Foundations

/// Audio to frames of features, `[frames, channels]`: the plan that all utterances share.
///
/// A front end is immutable; any number of streams may be made from it, in any thread. This is all that
/// inference needs of a front end, whether fixed or learned; one that learns refines it.
package protocol FrontEnd: FeatureProperties {
  /// Frames for which the first frame of features waits; at least ``FeatureProperties/latencyFrames``.
  var initialLatencyFrames: Int { get }

  /// The maximum number of frames from accepting up to `samples` samples and the end of the utterance after
  /// them together, wherever in an utterance they come; at least 1.
  ///
  /// It follows from the options alone, so that memory can be planned before any audio is there.
  func maximumFrames(ofBlock samples: Int) -> Int

  /// The state of one utterance.
  ///
  /// - Parameter utterance: the utterance's key, which dither depends on.
  func makeStream(utterance: String) -> any FrontEndStream
}

/// The state of a front end within one utterance: samples to frames.
///
/// Samples come in pieces of any length, as Int16 or as floats of the same scale (−32768 ... 32767).
/// After ``FrameStream/finish(into:)``, ``reset(utterance:)`` must come before the next samples.
package protocol FrontEndStream: FrameStream, AnyObject {
  /// Accepts samples and writes the frames that they complete.
  ///
  /// - Parameter output: room for ``FrameStream/maximumFrames(accepting:)`` frames.
  /// - Returns: The number of frames written.
  func accept(_ samples: UnsafeBufferPointer<Int16>, into output: UnsafeMutableBufferPointer<Float>) -> Int

  /// Accepts samples and writes the frames that they complete.
  ///
  /// - Parameter output: room for ``FrameStream/maximumFrames(accepting:)`` frames.
  /// - Returns: The number of frames written.
  func accept(_ samples: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>) -> Int

  // As in the contract; not mutating, so that a constant stream can be used.
  func finish(into output: UnsafeMutableBufferPointer<Float>) -> Int

  /// Begins another utterance, keeping the memory.
  func reset(utterance: String)

  /// Takes what the passes of ``FeatureProperties/measuring`` found, before the first samples.
  func set(_ measures: UtteranceMeasures)
}

extension FrontEndStream {
  package func set(_ measures: UtteranceMeasures) {}
}

extension FrontEnd {
  /// The features of a whole utterance, `[frames, channels]`.
  package func features(of samples: [Int16], utterance: String = "") -> [Float] {
    features(of: samples, utterance: utterance, measures: measures(of: samples, utterance: utterance))
  }

  /// The features of a whole utterance of which the passes of ``measuring`` found `measures`.
  package func features(of samples: [Int16], utterance: String, measures: UtteranceMeasures) -> [Float] {
    let stream = makeStream(utterance: utterance)
    stream.set(measures)
    return samples.withUnsafeBufferPointer { samples in
      Self.rows(of: stream, accepting: samples.count) { stream.accept(samples, into: $0) }
    }
  }

  /// The results of the passes of ``measuring`` over a whole utterance.
  package func measures(of samples: [Int16], utterance: String = "") -> UtteranceMeasures {
    measures { $0.features(of: samples, utterance: utterance, measures: $1) }
  }

  private func measures(_ features: (any FrontEnd, UtteranceMeasures) -> [Float]) -> UtteranceMeasures {
    var measures = UtteranceMeasures()
    for pass in measuring {
      var means = ChannelMeans(channels: pass.channels)
      features(pass, measures).withUnsafeBufferPointer { means.add($0) }
      measures.means.append(means.values)
    }
    return measures
  }

  /// The features of a whole utterance whose samples are floats of Int16's scale, `[frames, channels]`.
  package func features(of samples: [Float], utterance: String = "") -> [Float] {
    features(
      of: samples, utterance: utterance,
      measures: measures { $0.features(of: samples, utterance: utterance, measures: $1) })
  }

  /// The features of a whole utterance of which the passes of ``measuring`` found `measures`.
  package func features(of samples: [Float], utterance: String, measures: UtteranceMeasures) -> [Float] {
    let stream = makeStream(utterance: utterance)
    stream.set(measures)
    return samples.withUnsafeBufferPointer { samples in
      Self.rows(of: stream, accepting: samples.count) { stream.accept(samples, into: $0) }
    }
  }

  /// An array that `fill` writes; of no capacity it is made plainly, since filling it would write to Swift's
  /// shared empty array.
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
    let channels = stream.outputChannels
    var rows = filled(stream.maximumFrames(accepting: samples) * channels) { accept($0) * channels }
    let owed = stream.maximumFinishFrames * channels
    rows += filled(owed) { stream.finish(into: $0) * channels }
    return rows
  }
}
