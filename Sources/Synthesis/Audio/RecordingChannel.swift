import Foundations
import Glibc
import Signal

/// The microphone, room and noise of a speaker's recordings.
package struct RecordingChannel: Equatable, Sendable {
  /// The coefficient a of the spectral tilt y_n = x_n − a x_{n−1}.
  package var tilt: Double
  /// The reverberation time T60.
  package var reverberationSeconds: Double
  /// The square root of the energy of the reverberation relative to the direct sound.
  package var reverberation: Double
  package var signalToNoiseDecibels: Double
  /// The exponent b of the noise power spectrum f^−b.
  package var noiseSlope: Double
  /// The amplitude of the mains hum relative to the noise.
  package var hum: Double
  /// The level relative to full scale.
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

  /// The recording of speech of mean power 1: again about that power, with room, noise and hum.
  ///
  /// - Throws: ``SynthesisError/transformUnavailable(points:)``.
  func recorded(_ speech: [Float], random: inout KeyedRandom) throws(SynthesisError) -> [Float] {
    var tilted = speech
    let factor = Float(tilt)
    for index in tilted.indices.dropFirst().reversed() { tilted[index] -= factor * tilted[index - 1] }
    let room = try ImpulseResponse(roomResponse(random: &random)).convolved(with: tilted)
    let noise = try Self.ofUnitPower(noise(count: speech.count, random: &random))
    let phase = random.uniform(0, 2 * .pi)
    let step = 2 * Double.pi * Self.mainsHertz / Double(RenderedUtterance.sampleRateHertz)
    let noiseGain = Float(pow(10, -signalToNoiseDecibels / 20))
    var mixed = Self.ofUnitPower(room)
    for index in mixed.indices {
      let hum = Float(self.hum * sin(phase + step * Double(index)))
      mixed[index] += noiseGain * (noise[index] + hum)
    }
    return mixed
  }

  /// The room impulse response: the direct sound and, from 2.5 ms on, exponentially decaying noise.
  ///
  /// Source: Polack, "La transmission de l'énergie sonore dans les salles" (1988).
  private func roomResponse(random: inout KeyedRandom) -> [Float] {
    let rate = Double(RenderedUtterance.sampleRateHertz)
    let count = Int(reverberationSeconds * rate * 1.2)
    var response = random.normals(count: count)
    // −60 dB is e^−6.9 in amplitude.
    var energy = 0.0
    for index in response.indices {
      let decay = index < 40 ? 0 : exp(-6.9 * Double(index) / (reverberationSeconds * rate))
      response[index] *= Float(decay)
      energy += Double(response[index]) * Double(response[index])
    }
    let scale = Float(reverberation / (energy.squareRoot() + 1e-9))
    for index in response.indices { response[index] *= scale }
    response[0] = 1
    return response
  }

  /// Colored noise, without the onset of its filter.
  private func noise(count: Int, random: inout KeyedRandom) throws(SynthesisError) -> [Float] {
    let response = try noiseResponse()
    let white = random.normals(count: count + response.count)
    return Array(try ImpulseResponse(response).convolved(with: white).dropFirst(response.count))
  }

  /// An impulse response whose power spectrum is f^−b above 20 Hz and flat below.
  private func noiseResponse() throws(SynthesisError) -> [Float] {
    let points = ImpulseResponse.points
    let transform = try ImpulseResponse.makeTransform()
    let (spectrum, response) = (
      AlignedBuffer<Float>(count: 2 * points), AlignedBuffer<Float>(count: 2 * points)
    )
    let least = 20 * Double(points) / Double(RenderedUtterance.sampleRateHertz)
    for index in 0..<points {
      let bin = max(Double(min(index, points - index)), least)
      spectrum.base[2 * index] = Float(pow(bin, -noiseSlope / 2))
    }
    // The spectrum is real and even, so the forward transform is the inverse up to a factor, which is
    // irrelevant here.
    transform.execute(spectrum.base, response.base)
    let half = points / 8
    return (0..<2 * half).map { index in
      let window = 0.5 - 0.5 * cos(.pi * Double(index) / Double(half))
      return Float(window) * response.base[2 * ((index - half + points) % points)]
    }
  }

  /// The samples divided by their root mean square.
  static func ofUnitPower(_ samples: [Float]) -> [Float] {
    let energy = samples.reduce(0.0) { $0 + Double($1) * Double($1) }
    let scale = Float(1 / ((energy / Double(max(1, samples.count))).squareRoot() + 1e-9))
    return samples.map { $0 * scale }
  }
}
