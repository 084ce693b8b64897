import Foundation
import Testing

@testable import Synthesis

@Suite struct RecordingChannelTests {
  @Test("noise is below the speech by the signal-to-noise ratio, from the start on")
  func signalToNoiseRatio() throws {
    var random = KeyedRandom(seed: 9, key: "channel")
    var channel = RecordingChannel(random: &random)
    channel.tilt = 0
    channel.reverberation = 0
    channel.hum = 0
    channel.signalToNoiseDecibels = 20
    for slope in [0, 1, 1.5] {
      channel.noiseSlope = slope
      let tone = (0..<32_000).map { Float(2.0.squareRoot() * sin(0.2 * Double($0))) }
      let recorded = try channel.recorded(tone, random: &random)
      let noise = zip(recorded, tone).reduce(0.0) { $0 + pow(Double($1.0 - $1.1), 2) } / 32_000
      #expect(abs(10 * log10(noise) + 20) < 0.3)
      let first = zip(recorded, tone).prefix(1600).reduce(0.0) { $0 + pow(Double($1.0 - $1.1), 2) } / 1600
      #expect(abs(10 * log10(first) + 20) < 4, "from the start on")
    }
  }
}
