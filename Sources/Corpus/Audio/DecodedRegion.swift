import CSndfile
import Glibc

/// The samples of a checked file as a virtual file of libsndfile, which sees exactly the checked region.
///
/// For plain samples libsndfile parses no header, so it cannot disagree with the check; for compressed ones
/// it sees the whole file, whose kind was established. A failed read preserves `errno`.
final class DecodedRegion {
  let descriptor: Int32
  private let base: Int
  private let byteCount: Int
  private var position = 0

  /// The `errno` of the first failed read, or 0.
  private(set) var failure: Int32 = 0

  /// Takes ownership of `descriptor`.
  init(descriptor: Int32, fileByteCount: Int, info: AudioInfo) {
    self.descriptor = descriptor
    base = info.dataOffset
    byteCount = info.coding.isCompressed ? fileByteCount - base : info.dataByteCount
  }

  deinit { close(descriptor) }

  /// A decoder, to be closed by the caller, and what it found.
  struct Decoder {
    var handle: OpaquePointer
    var description: SF_INFO
  }

  /// Opens the decoder; nil if libsndfile refuses.
  ///
  /// The region must outlive the decoder.
  func openDecoder(_ info: AudioInfo) -> Decoder? {
    var description = SF_INFO()
    if let layout = Self.layout(info.coding) {
      description.samplerate = Int32(info.sampleRateHertz)
      description.channels = Int32(info.channels)
      description.format = Int32(SF_FORMAT_RAW | layout.subtype | layout.order)
    }
    var callbacks = SF_VIRTUAL_IO(
      get_filelen: { DecodedRegion.of($0).map { sf_count_t($0.byteCount) } ?? 0 },
      seek: { DecodedRegion.of($2)?.seek($0, from: $1) ?? -1 },
      read: { DecodedRegion.of($2)?.read($0, $1) ?? 0 },
      write: { _, _, _ in 0 },
      tell: { DecodedRegion.of($0).map { sf_count_t($0.position) } ?? 0 })
    let decoder = sf_open_virtual(
      &callbacks, Int32(SFM_READ), &description, Unmanaged.passUnretained(self).toOpaque())
    guard let decoder else { return nil }
    guard Self.layout(info.coding) != nil else { return Decoder(handle: decoder, description: description) }
    guard description.frames == info.sampleCount else {
      sf_close(decoder)
      return nil
    }
    return Decoder(handle: decoder, description: description)
  }

  /// The subtype and byte order of plain samples; nil for compressed ones.
  private static func layout(_ coding: SampleCoding) -> (subtype: Int, order: Int)? {
    switch coding {
    case .pcm8: (SF_FORMAT_PCM_U8, SF_ENDIAN_LITTLE)
    case .pcmSigned8: (SF_FORMAT_PCM_S8, SF_ENDIAN_LITTLE)
    case .pcm16LittleEndian: (SF_FORMAT_PCM_16, SF_ENDIAN_LITTLE)
    case .pcm16BigEndian: (SF_FORMAT_PCM_16, SF_ENDIAN_BIG)
    case .pcm24: (SF_FORMAT_PCM_24, SF_ENDIAN_LITTLE)
    case .pcm24BigEndian: (SF_FORMAT_PCM_24, SF_ENDIAN_BIG)
    case .pcm32: (SF_FORMAT_PCM_32, SF_ENDIAN_LITTLE)
    case .pcm32BigEndian: (SF_FORMAT_PCM_32, SF_ENDIAN_BIG)
    case .float32: (SF_FORMAT_FLOAT, SF_ENDIAN_LITTLE)
    case .float32BigEndian: (SF_FORMAT_FLOAT, SF_ENDIAN_BIG)
    case .float64: (SF_FORMAT_DOUBLE, SF_ENDIAN_LITTLE)
    case .float64BigEndian: (SF_FORMAT_DOUBLE, SF_ENDIAN_BIG)
    case .muLaw: (SF_FORMAT_ULAW, SF_ENDIAN_LITTLE)
    case .aLaw: (SF_FORMAT_ALAW, SF_ENDIAN_LITTLE)
    case .shorten16, .flac8, .flac16, .flac24, .vorbis, .opus, .mp3: nil
    }
  }

  private static func of(_ pointer: UnsafeMutableRawPointer?) -> DecodedRegion? {
    pointer.map { Unmanaged<DecodedRegion>.fromOpaque($0).takeUnretainedValue() }
  }

  private func seek(_ offset: sf_count_t, from whence: Int32) -> sf_count_t {
    let origin =
      switch whence {
      case SEEK_CUR: position
      case SEEK_END: byteCount
      default: 0
      }
    position = min(max(0, origin + Int(offset)), byteCount)
    return sf_count_t(position)
  }

  /// Reads bytes of the region, fewer only at its end; nil if a read fails.
  func bytes(at offset: Int, count: Int) -> [UInt8]? {
    let wanted = max(0, min(count, byteCount - offset))
    var got: Int?
    let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, filled in
      got = OpenFile.read(descriptor, at: base + offset, into: UnsafeMutableRawBufferPointer(buffer))
      if got == nil, failure == 0 { failure = errno }
      filled = got ?? 0
    }
    return got == nil ? nil : bytes
  }

  private func read(_ target: UnsafeMutableRawPointer?, _ count: sf_count_t) -> sf_count_t {
    let wanted = min(Int(count), byteCount - position)
    guard let target, wanted > 0 else { return 0 }
    let buffer = UnsafeMutableRawBufferPointer(start: target, count: wanted)
    guard let got = OpenFile.read(descriptor, at: base + position, into: buffer) else {
      if failure == 0 { failure = errno }
      return 0
    }
    position += got
    return sf_count_t(got)
  }
}
