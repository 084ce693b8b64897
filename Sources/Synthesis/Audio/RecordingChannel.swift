import Foundations
import Glibc
import Signal

/// Microphone, room and noise of a speaker's recordings.
package struct RecordingChannel: Equatable, Sendable {
  /// a of the spectral tilt y_n = x_n − a x_{n−1}.
  package var tilt: Double
  /// The time in which the room's sound falls by 60 dB.
  package var reverberationSeconds: Double
  /// The energy of the room's sound, direct sound 1, as an amplitude.
  package var reverberation: Double
  /// Speech over noise.
  package var signalToNoiseDecibels: Double
  /// b of the noise's power spectrum f^−b.
  package var noiseSlope: Double
  /// The amplitude of the mains' hum, noise 1.
  package var hum: Double
  /// The root mean square that is aimed at, full scale 1.
  package var gain: Double

  init(random: inout KeyedRandom) {
    tilt = random.uniform(-0.35, 0.35)
    signalToNoiseDecibels = random.uniform(18, 38)
    reverberationSeconds = random.uniform(0.04, 0.25)
    reverberation = random.uniform(0, 0.25)
    gain = pow(10, random.uniform(-22, -10) / 20)
    noiseSlope = random.uniform(0, 1.5)
    hum = random.uniform(0, 0.2)
  }

  static let mainsHertz = 60.0

  /// Speech of mean power 1 as this channel passes it on, again of about that power, and its noise with it.
  ///
  /// Throws `transformUnavailable`.
  func passed(_ speech: [Float], random: inout KeyedRandom) throws(SynthesisError) -> [Float] {
    var tilted = speech
    let factor = Float(tilt)
    for place in tilted.indices.dropFirst().reversed() { tilted[place] -= factor * tilted[place - 1] }
    let room = try ImpulseResponse(roomResponse(random: &random)).convolved(with: tilted)
    let noise = try Self.ofUnitPower(noise(count: speech.count, random: &random))
    let phase = random.uniform(0, 2 * .pi)
    let step = 2 * Double.pi * Self.mainsHertz / Double(Rendering.sampleRateHertz)
    let share = Float(pow(10, -signalToNoiseDecibels / 20))
    var mixed = Self.ofUnitPower(room)
    for place in mixed.indices {
      let hum = Float(self.hum * sin(phase + step * Double(place)))
      mixed[place] += share * (noise[place] + hum)
    }
    return mixed
  }

  /// Direct sound, then noise that dies away, 2.5 ms after it.
  ///
  /// Source: Polack's model of a room's late response (1988).
  private func roomResponse(random: inout KeyedRandom) -> [Float] {
    let rate = Double(Rendering.sampleRateHertz)
    let count = Int(reverberationSeconds * rate * 1.2)
    var response = random.normals(count: count)
    // −60 dB at the time that gives its name: e^−6.9 in amplitude.
    var energy = 0.0
    for place in response.indices {
      let decay = place < 40 ? 0 : exp(-6.9 * Double(place) / (reverberationSeconds * rate))
      response[place] *= Float(decay)
      energy += Double(response[place]) * Double(response[place])
    }
    let scale = Float(reverberation / (energy.squareRoot() + 1e-9))
    for place in response.indices { response[place] *= scale }
    response[0] = 1
    return response
  }

  /// Noise of the channel's colour, as loud at its beginning as later.
  private func noise(count: Int, random: inout KeyedRandom) throws(SynthesisError) -> [Float] {
    let response = try noiseResponse()
    let white = random.normals(count: count + response.count)
    return Array(try ImpulseResponse(response).convolved(with: white).dropFirst(response.count))
  }

  /// A response whose power spectrum is f^−b above 20 Hz and even below.
  private func noiseResponse() throws(SynthesisError) -> [Float] {
    let points = ImpulseResponse.points
    let transform = try ImpulseResponse.makeTransform()
    let (spectrum, response) = (
      AlignedBuffer<Float>(count: 2 * points), AlignedBuffer<Float>(count: 2 * points)
    )
    let least = 20 * Double(points) / Double(Rendering.sampleRateHertz)
    for place in 0..<points {
      let bin = max(Double(min(place, points - place)), least)
      spectrum.base[2 * place] = Float(pow(bin, -noiseSlope / 2))
    }
    // Real and even, so the transform is its own inverse but for a factor, which does not count here.
    transform.execute(spectrum.base, response.base)
    let half = points / 8
    return (0..<2 * half).map { place in
      let window = 0.5 - 0.5 * cos(.pi * Double(place) / Double(half))
      return Float(window) * response.base[2 * ((place - half + points) % points)]
    }
  }

  /// The samples over their root mean square.
  static func ofUnitPower(_ samples: [Float]) -> [Float] {
    let energy = samples.reduce(0.0) { $0 + Double($1) * Double($1) }
    let scale = Float(1 / ((energy / Double(max(1, samples.count))).squareRoot() + 1e-9))
    return samples.map { $0 * scale }
  }
}
