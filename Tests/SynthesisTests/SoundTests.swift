import Foundation
import TestSupport
import Testing

@testable import Synthesis

@Suite struct Sound {
  @Test(arguments: [0.8, 0.93, 1.0, 1.1, 1.378])
  func resamplingMovesATonesFrequencyAndKeepsItsLevel(step: Double) {
    let count = 8000
    let tone = (0..<count).map { Float(1000 * sin(0.3 * Double($0))) }
    let length = Int((Double(count) / step).rounded())
    let moved = Resampler(step: Double(count) / Double(length)).resampled(tone, count: length)
    let exact = Double(count) / Double(length)
    var worst = 0.0
    for place in 200..<length - 200 {
      worst = max(worst, abs(Double(moved[place]) - 1000 * sin(0.3 * exact * Double(place))))
    }
    #expect(worst < 1, "of 1000")
  }

  @Test func whatWouldFoldOverIsTakenAway() {
    // At 1.25 samples a sample, 0.9 of the band lies beyond its new end.
    let tone = (0..<8000).map { Float(1000 * sin(0.9 * .pi * Double($0))) }
    let moved = Resampler(step: 1.25).resampled(tone, count: 6400)
    #expect(moved[200..<6200].allSatisfy { abs($0) < 2 })
  }

  @Test(arguments: [1, 37, 5000, 30_000])
  func aResponseIsAppliedAsItsDefinitionSays(count: Int) throws {
    var random = KeyedRandom(seed: 5, key: "convolution \(count)")
    let signal = random.normals(count: count)
    let response = random.normals(count: min(count, 900))
    let found = try ImpulseResponse(response).convolved(with: signal)
    #expect(found.count == count)
    for place in Set([0, 1, count / 3, count / 2, count - 2, count - 1]).filter({ (0..<count).contains($0) })
    {
      var exact = 0.0
      for (tap, value) in response.enumerated() where place - tap >= 0 {
        exact += Double(value) * Double(signal[place - tap])
      }
      #expect(abs(Double(found[place]) - exact) < 1e-3)
    }
  }

  @Test func normalsAreNormal() {
    var random = KeyedRandom(seed: 1, key: "normals")
    let values = random.normals(count: 40_001).map(Double.init)
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    let fourth = values.reduce(0) { $0 + pow($1 - mean, 4) } / Double(values.count)
    #expect(abs(mean) < 0.02 && abs(variance - 1) < 0.03 && abs(fourth - 3) < 0.2)
  }

  @Test func keysAndSeedsGiveNumbersOfTheirOwn() {
    var seen: Set<UInt64> = []
    for seed in UInt64(0)..<20 {
      for key in ["", "a", "b", "speaker/TRAIN/1", "speaker/TRAIN/10"] {
        var random = KeyedRandom(seed: seed, key: key)
        seen.insert(random.next())
      }
    }
    #expect(seen.count == 100)
  }

  @Test func noiseIsAsFarBelowTheSpeechAsItSays() throws {
    var random = KeyedRandom(seed: 9, key: "channel")
    var channel = RecordingChannel(random: &random)
    channel.tilt = 0
    channel.reverberation = 0
    channel.hum = 0
    channel.signalToNoiseDecibels = 20
    for slope in [0, 1, 1.5] {
      channel.noiseSlope = slope
      let tone = (0..<32_000).map { Float(2.0.squareRoot() * sin(0.2 * Double($0))) }
      let passed = try channel.passed(tone, random: &random)
      let noise = zip(passed, tone).reduce(0.0) { $0 + pow(Double($1.0 - $1.1), 2) } / 32_000
      #expect(abs(10 * log10(noise) + 20) < 0.3)
      let first = zip(passed, tone).prefix(1600).reduce(0.0) { $0 + pow(Double($1.0 - $1.1), 2) } / 1600
      #expect(abs(10 * log10(first) + 20) < 4, "from the first sample on")
    }
  }
}
