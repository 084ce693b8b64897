import Corpus
package import FrontEnds
package import StageGraph

/// The front of a live graph, as ``FeatureSource`` is of one that reads a corpus: a descriptor to blocks of
/// features, as they come.
///
///     StandardInput -AudioBlock-> FrontEnd -FeatureBlock->
///
/// with a Resampler between them where other sample rates are taken.
package struct LiveFeatureSource: Sendable {
  private let reading: LiveAudioReading
  private let extraction: FeatureExtraction
  private let resampling: Resampling?

  /// Samples taken at once, so that a frame never waits for more than 64 ms of audio that is there already.
  package static let blockSamples = 1024

  /// - Parameters:
  ///   - frontEnd: computes the features.
  ///   - descriptor: of the audio.
  ///   - format: of its bytes.
  ///   - channel: the channel to take from a file of several, from 1.
  ///   - resamples: whether a file of another sample rate is taken.
  ///   - key: of the one utterance, which its dither depends on.
  ///   - counts: counts what has come.
  ///   - stop: ends the input before its end.
  package init(
    frontEnd: any FrontEnd, descriptor: Int32, format: LiveInputFormat, channel: Int?,
    resamples: Bool = false, key: String, counts: LiveCounts, stop: StreamStop
  ) {
    var requirements = AudioRequirements(
      sampleRateHertz: frontEnd.timing.sampleRateHertz, channel: channel, minimumSampleCount: 0)
    requirements.resamples = resamples
    resampling = resamples ? Resampling(for: frontEnd, blockSamples: Self.blockSamples) : nil
    reading = LiveAudioReading(
      descriptor: descriptor, format: format,
      requirements: requirements,
      key: key, blockSamples: Self.blockSamples, counts: counts, stop: stop)
    extraction = FeatureExtraction(
      frontEnd: frontEnd, foldings: [], blockSamples: Self.blockSamples, isLive: true)
  }

  /// Adds the stages to a graph.
  package func join(to blueprint: GraphBlueprint) -> Outlet<FeatureBlock> {
    var audio = blueprint.add(reading.source())
    if let resampling { audio = blueprint.join(audio, to: resampling.stage(workers: 1), capacity: 4) }
    return blueprint.join(audio, to: extraction.stage(workers: 1), capacity: 4)
  }
}
