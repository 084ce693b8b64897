/// The container of an audio file, determined by its first bytes.
package enum AudioContainer: String, CaseIterable, Codable, Sendable {
  case sphere
  case riff
  /// RIFF with 64-bit sizes, also called BW64.
  case rf64
  /// Sony's Wave64.
  case w64
  case aiff
  case caf
  case flac
  case ogg
  case mp3
}

/// The encoding of samples.
package enum SampleCoding: String, CaseIterable, Codable, Sendable {
  case pcm8 = "pcm-u8"
  case pcmSigned8 = "pcm-s8"
  case pcm16LittleEndian = "pcm-s16le"
  case pcm16BigEndian = "pcm-s16be"
  case pcm24 = "pcm-s24le"
  case pcm24BigEndian = "pcm-s24be"
  case pcm32 = "pcm-s32le"
  case pcm32BigEndian = "pcm-s32be"
  case float32 = "float32le"
  case float32BigEndian = "float32be"
  case float64 = "float64le"
  case float64BigEndian = "float64be"
  case muLaw = "mu-law"
  case aLaw = "a-law"
  case shorten16 = "shorten-s16"
  case flac8 = "flac-s8"
  case flac16 = "flac-s16"
  case flac24 = "flac-s24"
  case vorbis
  case opus
  case mp3

  /// The number of bytes of a sample of one channel; 0 if it varies.
  package var bytesPerSample: Int {
    switch self {
    case .pcm8, .pcmSigned8, .muLaw, .aLaw: 1
    case .pcm16LittleEndian, .pcm16BigEndian: 2
    case .pcm24, .pcm24BigEndian: 3
    case .pcm32, .pcm32BigEndian, .float32, .float32BigEndian: 4
    case .float64, .float64BigEndian: 8
    case .shorten16, .flac8, .flac16, .flac24, .vorbis, .opus, .mp3: 0
    }
  }

  /// Whether every sample fits Int16 and is read without rounding.
  package var isInt16: Bool {
    switch self {
    case .pcm16LittleEndian, .pcm16BigEndian, .muLaw, .aLaw, .shorten16, .flac16: true
    default: false
    }
  }

  /// Whether samples may be NaN, infinite or of any magnitude.
  package var isFloat: Bool {
    switch self {
    case .float32, .float32BigEndian, .float64, .float64BigEndian: true
    default: false
    }
  }

  /// Whether a decoder has to find the samples in the file.
  package var isCompressed: Bool { bytesPerSample == 0 }

  /// The factor that makes the decoder's samples Int16-valued; a power of two, so that it is exact.
  var scale: Float {
    switch self {
    case .pcm16LittleEndian, .pcm16BigEndian, .muLaw, .aLaw, .shorten16, .flac16: 1
    case .pcm8, .pcmSigned8, .flac8: 256
    case .pcm24, .pcm24BigEndian, .flac24: 1 / 256
    case .pcm32, .pcm32BigEndian: 1 / 65536
    case .float32, .float32BigEndian, .float64, .float64BigEndian, .vorbis, .opus, .mp3: 32768
    }
  }
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

  /// The size of the samples in the file, in bytes; 0 if they are compressed.
  package var dataByteCount: Int { sampleCount * channels * coding.bytesPerSample }
}

/// The requirements on the audio of an utterance.
package struct AudioRequirements: Equatable, Sendable {
  /// The required sample rate; nil for any.
  package var sampleRateHertz: Int?

  /// Whether other rates are taken, too, to be resampled to `sampleRateHertz`.
  package var resamples = false

  /// The channel to use, counted from 1, or ``mixedChannels``; nil requires mono files.
  package var channel: Int?

  /// The mean of all channels, in place of a channel.
  package static let mixedChannels = -1

  /// The minimum number of samples at `sampleRateHertz`: that of one frame if edges are snipped.
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

  /// The minimum number of samples of audio with a sample rate: of one sample fewer, resampled, one would be
  /// missing.
  func minimumSampleCount(rate: Int) -> Int {
    guard resamples, let target = sampleRateHertz, target != rate, minimumSampleCount > 0 else {
      return minimumSampleCount
    }
    return (minimumSampleCount - 1) * rate / target + 1
  }

  /// A number of samples at the required rate as the nearest number at the rate of the audio.
  func samples(_ count: Int, rate: Int) -> Int {
    guard resamples, let target = sampleRateHertz, target != rate else { return count }
    return (count * rate + target / 2) / target
  }
}
