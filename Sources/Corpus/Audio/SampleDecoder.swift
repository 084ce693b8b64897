/// A decoder of plain samples in memory, for streams; its samples are those of ``AudioFile`` to the bit.
package struct SampleDecoder: Sendable {
  package let coding: SampleCoding
  package let channels: Int
  /// The channel to decode, from 0; negative for the mean of all.
  package let channel: Int

  /// - Parameters:
  ///   - coding: not a compressed one.
  ///   - channels: the channels of the samples, interleaved.
  ///   - channel: the one to decode, from 0, below `channels`; negative for the mean of all.
  package init(_ coding: SampleCoding, channels: Int = 1, channel: Int = 0) {
    precondition(!coding.isCompressed && channel < channels, "samples that memory does not hold")
    self.coding = coding
    self.channels = channels
    self.channel = channel
  }

  /// Whether samples can be decoded as Int16, without rounding.
  package var decodesInt16: Bool { coding.isInt16 && (channel >= 0 || channels == 1) }

  /// The number of bytes of one sample of all channels.
  package var bytesPerFrame: Int { channels * coding.bytesPerSample }

  /// Decodes `target.count` frames of a coding whose samples are 16-bit (``decodesInt16``).
  package func decode(_ bytes: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<Int16>) {
    switch coding {
    case .pcm16LittleEndian:
      each(bytes, target) { Int16(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: Int16.self)) }
    case .pcm16BigEndian:
      each(bytes, target) { Int16(bigEndian: bytes.loadUnaligned(fromByteOffset: $0, as: Int16.self)) }
    case .muLaw: each(bytes, target) { Self.muLaw(bytes[$0]) }
    case .aLaw: each(bytes, target) { Self.aLaw(bytes[$0]) }
    default: preconditionFailure("Int16 samples of a coding that is not 16-bit")
    }
  }

  /// Decodes `target.count` frames, Int16-valued; samples may be NaN or infinite.
  package func decode(_ bytes: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<Float>) {
    let scale = coding.scale
    func integer(_ offset: Int, _ count: Int, isBigEndian: Bool) -> Float {
      var bits: UInt32 = 0
      for index in 0..<count {
        bits = bits << 8 | UInt32(bytes[offset + (isBigEndian ? index : count - 1 - index)])
      }
      let value = Int32(bitPattern: bits << UInt32(32 - 8 * count)) >> Int32(32 - 8 * count)
      return Float(value) * scale
    }
    func bits32(_ offset: Int) -> UInt32 { bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self) }
    func bits64(_ offset: Int) -> UInt64 { bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
    switch coding {
    case .pcm8: each(bytes, target) { Float(Int(bytes[$0]) - 128) * scale }
    case .pcmSigned8: each(bytes, target) { Float(Int8(bitPattern: bytes[$0])) * scale }
    case .pcm24: each(bytes, target) { integer($0, 3, isBigEndian: false) }
    case .pcm24BigEndian: each(bytes, target) { integer($0, 3, isBigEndian: true) }
    case .pcm32: each(bytes, target) { integer($0, 4, isBigEndian: false) }
    case .pcm32BigEndian: each(bytes, target) { integer($0, 4, isBigEndian: true) }
    case .float32: each(bytes, target) { Float(bitPattern: UInt32(littleEndian: bits32($0))) * scale }
    case .float32BigEndian: each(bytes, target) { Float(bitPattern: UInt32(bigEndian: bits32($0))) * scale }
    case .float64: each(bytes, target) { Float(Double(bitPattern: UInt64(littleEndian: bits64($0)))) * scale }
    case .float64BigEndian:
      each(bytes, target) { Float(Double(bitPattern: UInt64(bigEndian: bits64($0)))) * scale }
    case .pcm16LittleEndian: each(bytes, target) { integer($0, 2, isBigEndian: false) }
    case .pcm16BigEndian: each(bytes, target) { integer($0, 2, isBigEndian: true) }
    case .muLaw: each(bytes, target) { Float(Self.muLaw(bytes[$0])) }
    case .aLaw: each(bytes, target) { Float(Self.aLaw(bytes[$0])) }
    case .shorten16, .flac8, .flac16, .flac24, .vorbis, .opus, .mp3:
      preconditionFailure("samples that memory does not hold")
    }
  }

  /// Sets each sample to `value` of its offset in bytes.
  private func each(
    _ bytes: UnsafeRawBufferPointer, _ target: UnsafeMutableBufferPointer<Int16>, _ value: (Int) -> Int16
  ) {
    precondition(bytes.count >= target.count * bytesPerFrame, "fewer bytes than samples")
    precondition(decodesInt16, "Int16 samples of a mean")
    for frame in target.indices {
      target[frame] = value(frame * bytesPerFrame + max(0, channel) * coding.bytesPerSample)
    }
  }

  private func each(
    _ bytes: UnsafeRawBufferPointer, _ target: UnsafeMutableBufferPointer<Float>, _ value: (Int) -> Float
  ) {
    precondition(bytes.count >= target.count * bytesPerFrame, "fewer bytes than samples")
    for frame in target.indices {
      let start = frame * bytesPerFrame
      if channel >= 0 {
        target[frame] = value(start + channel * coding.bytesPerSample)
      } else {
        var sum: Float = 0
        for channel in 0..<channels { sum += value(start + channel * coding.bytesPerSample) }
        target[frame] = sum / Float(channels)
      }
    }
  }

  /// Source: ITU-T G.711.
  private static func muLaw(_ byte: UInt8) -> Int16 {
    let bits = ~byte
    let magnitude = (Int16(bits & 0x0F) << 3 + 132) << Int16(bits >> 4 & 7) - 132
    return bits & 0x80 == 0 ? magnitude : -magnitude
  }

  /// Source: ITU-T G.711.
  private static func aLaw(_ byte: UInt8) -> Int16 {
    let bits = byte ^ 0x55
    let exponent = Int16(bits >> 4 & 7)
    let mantissa = Int16(bits & 0x0F) << 4 + 8
    let magnitude = exponent == 0 ? mantissa : (mantissa + 256) << (exponent - 1)
    return bits & 0x80 == 0 ? -magnitude : magnitude
  }
}
