package import FrontEnds

/// How much audio goes to a front end at once, and how many rows come of it.
package enum BlockSize {
  /// The values that the rows of a block may have where the block can still be made smaller (16 MiB).
  package static let preferredValues = 1 << 22

  /// The most values that the rows of a block may have at all (256 MiB): several blocks are in the graph at a
  /// time.
  package static let maximumValues = 1 << 26

  /// Samples in a block of audio for a front end.
  ///
  /// About 200 frames: enough that a crossing costs nothing, few enough to stay in a core's cache.
  package static func samples(for frontEnd: any FrontEnd) -> Int {
    var samples = min(32_768, max(4096, 200 * frontEnd.timing.frameShiftSamples))
    while samples > 256, values(samples, frontEnd) > preferredValues { samples /= 2 }
    return samples
  }

  /// Refuses a front end the rows of whose blocks would not fit into memory.
  package static func check(_ frontEnd: any FrontEnd, samples: Int) throws(FrontEndError) {
    let values = values(samples, frontEnd)
    guard values <= maximumValues else { throw .tooLarge(values: values, allowed: maximumValues) }
  }

  private static func values(_ samples: Int, _ frontEnd: any FrontEnd) -> Int {
    let (values, overflow) = frontEnd.maximumFrames(ofBlock: samples).multipliedReportingOverflow(
      by: frontEnd.channels)
    return overflow ? .max : values
  }
}
