import Corpus
package import FrontEnds
package import StageGraph

/// The front of a live graph, as ``FeatureSource`` is of one that reads a corpus: a descriptor to blocks of
/// features, as they come.
///
///     StandardInput -AudioBlock-> FrontEnd -FeatureBlock->
package struct LiveFeatureSource: Sendable {
  private let reading: LiveAudioReading
  private let extraction: FeatureExtraction

  /// Samples taken at once, so that a frame never waits for more than 64 ms of audio that is there already.
  package static let blockSamples = 1024

  /// - Parameters:
  ///   - frontEnd: computes the features.
  ///   - descriptor: of the audio.
  ///   - format: of its bytes.
  ///   - channel: the channel to take from a file of several, from 1.
  ///   - key: of the one utterance, which its dither depends on.
  ///   - counts: counts what has come.
  ///   - stop: ends the input before its end.
  package init(
    frontEnd: any FrontEnd, descriptor: Int32, format: LiveInputFormat, channel: Int?, key: String,
    counts: LiveCounts, stop: StreamStop
  ) {
    reading = LiveAudioReading(
      descriptor: descriptor, format: format,
      requirements: AudioRequirements(
        sampleRateHertz: frontEnd.timing.sampleRateHertz, channel: channel, minimumSampleCount: 0),
      key: key, blockSamples: Self.blockSamples, counts: counts, stop: stop)
    extraction = FeatureExtraction(
      frontEnd: frontEnd, labels: nil, blockSamples: Self.blockSamples, isLive: true)
  }

  /// Adds the stages to a graph.
  package func join(to blueprint: GraphBlueprint) -> Outlet<FeatureBlock> {
    let audio = blueprint.add(reading.source())
    return blueprint.join(audio, to: extraction.stage(workers: 1), capacity: 4)
  }
}
