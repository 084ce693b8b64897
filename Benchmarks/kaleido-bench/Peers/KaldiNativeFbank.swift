import Glibc

/// The C++ library kaldi-native-fbank in this process, through the shim in `Benchmarks/peers`.
///
/// It is loaded at run time, so the benchmark builds without it. Used by one thread.
final class KaldiNativeFbank {
  private typealias Describe = @convention(c) () -> UnsafePointer<CChar>
  private typealias Fbank =
    @convention(c) (
      Int32, UnsafePointer<Float>, Int64, UnsafeMutablePointer<Float>, Int64, UnsafeMutablePointer<Int64>
    )
    -> Int64
  fileprivate typealias StreamOpen = @convention(c) (Int32) -> UnsafeMutableRawPointer?
  fileprivate typealias StreamAccept =
    @convention(c) (UnsafeMutableRawPointer, UnsafePointer<Float>, Int64, UnsafeMutablePointer<Float>, Int64)
    -> Int64
  fileprivate typealias StreamClose = @convention(c) (UnsafeMutableRawPointer) -> Void

  static let name = "kaldi-native-fbank C++"

  /// The version and compiler flags of the library.
  let buildDescription: String
  private let fbank: Fbank
  private let streamOpen: StreamOpen
  private let streamAccept: StreamAccept
  private let streamClose: StreamClose

  /// Loads `libkaldi_native_fbank_peer.so` from the folder that `Benchmarks/peers/setup` filled.
  ///
  /// It stays loaded.
  init(peers: String) throws {
    let path = peers + "/libkaldi_native_fbank_peer.so"
    guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
      throw BenchmarkError.peerMissing(path: path, reason: String(cString: dlerror()))
    }
    func symbol<T>(_ name: String, as type: T.Type) throws -> T {
      guard let address = dlsym(handle, name) else {
        throw BenchmarkError.peerMissing(path: path, reason: "no symbol \(name)")
      }
      return unsafeBitCast(address, to: type)
    }
    buildDescription = String(cString: try symbol("peer_description", as: Describe.self)())
    fbank = try symbol("peer_fbank", as: Fbank.self)
    streamOpen = try symbol("peer_stream_open", as: StreamOpen.self)
    streamAccept = try symbol("peer_stream_accept", as: StreamAccept.self)
    streamClose = try symbol("peer_stream_close", as: StreamClose.self)
  }

  /// Computes the log mel energies of a whole utterance into `features`, `[frames, bins]`.
  ///
  /// Returns the number of frames and the thread CPU time in nanoseconds.
  func compute(
    _ samples: [Float], bins: Int, into features: inout [Float]
  ) throws -> (frames: Int, nanoseconds: Double) {
    var nanoseconds: Int64 = 0
    let frames = fbank(
      Int32(bins), samples, Int64(samples.count), &features, Int64(features.count / bins), &nanoseconds)
    guard frames >= 0 else { throw BenchmarkError.peerFailed(peer: Self.name, reason: "could not compute") }
    return (Int(frames), Double(nanoseconds))
  }

  /// A live stream of the peer.
  func makeStream(bins: Int) throws -> Stream {
    guard let handle = streamOpen(Int32(bins)) else {
      throw BenchmarkError.peerFailed(peer: Self.name, reason: "could not open a stream")
    }
    return Stream(handle: handle, accept: streamAccept, close: streamClose)
  }

  final class Stream {
    private let handle: UnsafeMutableRawPointer
    private let acceptSamples: StreamAccept
    private let close: StreamClose

    fileprivate init(
      handle: UnsafeMutableRawPointer, accept: @escaping StreamAccept, close: @escaping StreamClose
    ) {
      self.handle = handle
      acceptSamples = accept
      self.close = close
    }

    deinit { close(handle) }

    /// Accepts samples, writes the frames that they complete to `output`, and returns their number.
    func accept(
      _ samples: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>, bins: Int
    ) -> Int {
      guard let input = samples.baseAddress, let features = output.baseAddress else { return 0 }
      return Int(acceptSamples(handle, input, Int64(samples.count), features, Int64(output.count / bins)))
    }
  }
}
