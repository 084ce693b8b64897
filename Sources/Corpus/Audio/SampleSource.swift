import CSndfile
import Glibc

/// The samples of a file in the order of its channels, from libsndfile or from shorten's decoder.
final class SampleSource {
  /// Why a file has no samples.
  enum Failure: Error {
    case fault(HeaderFault)
    case system(operation: String, errno: Int32)
  }

  private enum Decoder {
    case sndfile(OpaquePointer)
    case shorten(ShortenDecoder)
  }

  private let region: DecodedRegion
  private let channels: Int
  private var decoder: Decoder
  /// The block of shorten's decoder that is being read, and the position in it.
  private var block: [Int16] = []
  private var blockPosition = 0

  /// Opens the decoder, which completes the header of a compressed file.
  init(_ region: DecodedRegion, _ header: inout AudioHeader) throws(Failure) {
    self.region = region
    channels = header.info.channels
    if header.info.coding == .shorten16 {
      decoder = .shorten(try Self.shorten(region, channels: channels))
      return
    }
    guard let opened = region.openDecoder(header.info) else {
      if region.failure != 0 { throw .system(operation: "read", errno: region.failure) }
      guard header.info.coding.isCompressed else {
        // The region passed all checks, so memory must be exhausted.
        throw .system(operation: "sf_open_virtual", errno: ENOMEM)
      }
      throw .fault(
        HeaderFault(
          .badHeader, expected: "\(header.info.coding.rawValue) audio", found: "what libsndfile cannot read"))
    }
    decoder = .sndfile(opened.handle)
    // Decoders of lossy formats scale by 32767 otherwise.
    let isLossy = [.vorbis, .opus, .mp3].contains(header.info.coding)
    _ = sf_command(opened.handle, Int32(SFC_SET_NORM_FLOAT), nil, Int32(isLossy ? SF_TRUE : SF_FALSE))
    guard header.info.coding.isCompressed else { return }
    // All properties are set, so that deinit closes the decoder.
    do throws(HeaderFault) { try header.complete(opened.description) } catch { throw .fault(error) }
  }

  deinit { if case .sndfile(let handle) = decoder { sf_close(handle) } }

  /// The `errno` of the first failed read, or 0.
  var failure: Int32 { region.failure }

  private static func shorten(
    _ region: DecodedRegion, channels: Int
  ) throws(Failure) -> ShortenDecoder {
    do throws(ShortenDecoder.Fault) {
      return try ShortenDecoder(channels: channels) { region.bytes(at: $0, count: $1) }
    } catch {
      switch error {
      case .readFailed: throw .system(operation: "read", errno: region.failure)
      case .unsupported(let found):
        throw .fault(
          HeaderFault(
            .unsupportedCoding, field: "sample_coding", expected: "16-bit samples of shorten 1 to 3",
            found: found))
      case .malformed, .ended:
        throw .fault(
          HeaderFault(.badHeader, field: "sample_coding", expected: "shorten's header", found: "another"))
      }
    }
  }

  /// Reads frames, fewer only at the end or after a failure.
  func read(into target: UnsafeMutableBufferPointer<Int16>, frames: Int) -> Int {
    switch decoder {
    case .sndfile(let handle): Int(sf_readf_short(handle, target.baseAddress, sf_count_t(frames)))
    case .shorten: readShorten(frames) { target[$0] = $1 }
    }
  }

  /// Reads frames, in the decoder's scale, fewer only at the end or after a failure.
  func read(into target: UnsafeMutableBufferPointer<Float>, frames: Int) -> Int {
    switch decoder {
    case .sndfile(let handle): Int(sf_readf_float(handle, target.baseAddress, sf_count_t(frames)))
    case .shorten: readShorten(frames) { target[$0] = Float($1) }
    }
  }

  private func readShorten(_ frames: Int, _ put: (Int, Int16) -> Void) -> Int {
    var done = 0
    while done < frames * channels {
      if blockPosition == block.count {
        guard case .shorten(var shorten) = decoder else { break }
        guard let next = try? shorten.block(), !next.isEmpty else { break }
        decoder = .shorten(shorten)
        (block, blockPosition) = (next, 0)
      }
      let count = min(frames * channels - done, block.count - blockPosition)
      for index in 0..<count { put(done + index, block[blockPosition + index]) }
      done += count
      blockPosition += count
    }
    return done / channels
  }

  /// Moves to a frame; false if that fails.
  func seek(toFrame frame: Int) -> Bool {
    switch decoder {
    case .sndfile(let handle):
      return sf_seek(handle, sf_count_t(frame), Int32(SEEK_SET)) == sf_count_t(frame)
    case .shorten:
      guard let fresh = try? Self.shorten(region, channels: channels) else { return false }
      decoder = .shorten(fresh)
      (block, blockPosition) = ([], 0)
      var left = frame
      while left > 0 {
        let got = readShorten(min(left, 1 << 14)) { _, _ in }
        if got == 0 { return false }
        left -= got
      }
      return true
    }
  }
}

extension AudioHeader {
  /// Takes what the decoder found in a compressed file, which must be the kind that was established.
  mutating func complete(_ description: SF_INFO) throws(HeaderFault) {
    let container = Int(description.format) & SF_FORMAT_TYPEMASK
    let wanted =
      switch info.container {
      case .flac: SF_FORMAT_FLAC
      case .mp3: SF_FORMAT_MPEG
      default: SF_FORMAT_OGG
      }
    guard container == wanted else {
      throw HeaderFault(.badHeader, expected: "\(info.container.rawValue) audio", found: "another format")
    }
    if info.container == .flac {
      guard Int(description.samplerate) == info.sampleRateHertz, Int(description.channels) == info.channels
      else { throw HeaderFault(.badHeader, field: "STREAMINFO", expected: "one header", found: "another") }
    }
    guard description.frames >= 0, description.frames < 1 << 48 else {
      throw HeaderFault(.badHeader, field: "length", expected: "a length", found: "\(description.frames)")
    }
    info.sampleRateHertz = try HeaderLimits.rate(Double(description.samplerate), field: "rate")
    guard Int(description.channels) == info.channels else {
      throw HeaderFault(
        .badHeader, field: "channels", expected: "\(info.channels)", found: "\(description.channels)")
    }
    info.sampleCount = Int(description.frames)
  }

  /// Checks a header that a decoder has completed.
  func recheck(_ requirements: AudioRequirements) throws(SampleSource.Failure) {
    guard info.coding.isCompressed else { return }
    do throws(HeaderFault) { try check(requirements) } catch { throw .fault(error) }
  }
}
