/// The container of an audio file, told by its first bytes.
package enum AudioContainer: String, Codable, Sendable {
  case sphere
  case riff
}

/// How a sample is written.
package enum SampleCoding: String, Codable, Sendable {
  case pcm8 = "pcm-u8"
  case pcm16LittleEndian = "pcm-s16le"
  case pcm16BigEndian = "pcm-s16be"
  case pcm24 = "pcm-s24le"
  case pcm32 = "pcm-s32le"
  case float32 = "float32le"

  /// The size of a sample of one channel.
  package var bytesPerSample: Int {
    switch self {
    case .pcm8: 1
    case .pcm16LittleEndian, .pcm16BigEndian: 2
    case .pcm24: 3
    case .pcm32, .float32: 4
    }
  }

  /// Whether Int16 holds every sample.
  package var isInt16: Bool { self == .pcm16LittleEndian || self == .pcm16BigEndian }
}

/// What a checked header says, in agreement with the size of the file.
package struct AudioInfo: Codable, Equatable, Sendable {
  package var container: AudioContainer
  package var coding: SampleCoding
  package var sampleRateHertz: Int
  package var channels: Int

  /// Samples of each channel.
  package var sampleCount: Int

  /// Where the samples start, in bytes from the start of the file.
  package var dataOffset: Int

  /// The length in seconds.
  package var durationSeconds: Double { Double(sampleCount) / Double(sampleRateHertz) }

  /// The size of the samples in the file.
  package var dataByteCount: Int { sampleCount * channels * coding.bytesPerSample }
}

/// What an utterance's audio must be to be used.
package struct AudioRequirements: Equatable, Sendable {
  /// The only sample rate taken; nil takes any.
  package var sampleRateHertz: Int?

  /// The channel to take, from 1; nil takes mono files only.
  package var channel: Int?

  /// The least number of samples, that of one frame where edges are snipped.
  package var minimumSampleCount: Int

  /// The greatest number of samples; nil for no limit.
  package var maximumSampleCount: Int?

  package init(
    sampleRateHertz: Int? = 16_000, channel: Int? = nil, minimumSampleCount: Int = 1,
    maximumSampleCount: Int? = nil
  ) {
    self.sampleRateHertz = sampleRateHertz
    self.channel = channel
    self.minimumSampleCount = minimumSampleCount
    self.maximumSampleCount = maximumSampleCount
  }
}
