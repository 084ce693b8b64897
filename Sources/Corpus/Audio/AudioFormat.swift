/// The container of an audio file, determined by its first bytes.
package enum AudioContainer: String, Codable, Sendable {
  case sphere
  case riff
}

/// The encoding of samples.
package enum SampleCoding: String, Codable, Sendable {
  case pcm8 = "pcm-u8"
  case pcm16LittleEndian = "pcm-s16le"
  case pcm16BigEndian = "pcm-s16be"
  case pcm24 = "pcm-s24le"
  case pcm32 = "pcm-s32le"
  case float32 = "float32le"

  /// The number of bytes of a sample of one channel.
  package var bytesPerSample: Int {
    switch self {
    case .pcm8: 1
    case .pcm16LittleEndian, .pcm16BigEndian: 2
    case .pcm24: 3
    case .pcm32, .float32: 4
    }
  }

  /// Whether every sample fits Int16.
  package var isInt16: Bool { self == .pcm16LittleEndian || self == .pcm16BigEndian }
}

/// The format and size of audio from a checked header, consistent with the size of the file.
package struct AudioInfo: Codable, Equatable, Sendable {
  package var container: AudioContainer
  package var coding: SampleCoding
  package var sampleRateHertz: Int
  package var channels: Int

  /// The number of samples per channel.
  package var sampleCount: Int

  /// The offset of the samples in the file, in bytes.
  package var dataOffset: Int

  /// The duration in seconds.
  package var durationSeconds: Double { Double(sampleCount) / Double(sampleRateHertz) }

  /// The size of the samples in the file, in bytes.
  package var dataByteCount: Int { sampleCount * channels * coding.bytesPerSample }
}

/// The requirements on the audio of an utterance.
package struct AudioRequirements: Equatable, Sendable {
  /// The required sample rate; nil for any.
  package var sampleRateHertz: Int?

  /// The channel to use, counted from 1; nil requires mono files.
  package var channel: Int?

  /// The minimum number of samples: that of one frame if edges are snipped.
  package var minimumSampleCount: Int

  /// The maximum number of samples; nil for no limit.
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
