import FrontEnds
import StageGraph

/// A pass of a front end over all of an utterance, of whose rows only the means are kept.
final class MeasuringPass {
  private let stream: any FrontEndStream
  private let channels: Int
  private var channelMeans: ChannelMeans
  private var rows: [Float]

  init(_ pass: any FrontEnd, utterance: String, _ measures: UtteranceMeasures, blockSamples: Int) {
    stream = pass.makeStream(utterance: utterance)
    stream.set(measures)
    channels = pass.channels
    channelMeans = ChannelMeans(channels: channels)
    rows = [Float](repeating: 0, count: pass.maximumFrames(ofBlock: blockSamples) * channels)
  }

  /// The mean of each channel so far.
  var means: [Double] { channelMeans.values }

  func accept(_ samples: borrowing AudioSamples, isLast: Bool) {
    rows.withUnsafeMutableBufferPointer { rows in
      var count =
        switch samples {
        case .int16(let slab): stream.accept(.init(start: slab.base, count: slab.count), into: rows)
        case .float32(let slab): stream.accept(.init(start: slab.base, count: slab.count), into: rows)
        case .none: 0
        }
      if isLast { count += stream.finish(into: .init(rebasing: rows[(count * channels)...])) }
      channelMeans.add(UnsafeBufferPointer(rebasing: rows[..<(count * channels)]))
    }
  }
}
