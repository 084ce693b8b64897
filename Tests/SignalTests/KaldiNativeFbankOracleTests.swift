import Foundation
import TestSupport
import Testing

@testable import Signal

/// Compares with the PyPI package kaldi-native-fbank itself, on other signals than the golden ones.
///
/// Runs if `KALEIDO_ORACLES` is set, to `1` or to the path of a Python with the package (1.23) and numpy.
@Suite(
  "kaldi-native-fbank",
  .enabled(if: KaldiNativeFbank.python != nil, "KALEIDO_ORACLES names no Python with kaldi_native_fbank"))
struct KaldiNativeFbankOracleTests {
  @Test(
    "loud cells are within 1e-4 of it up to 40 bins, within 3e-4 at 80", arguments: [23, 40, 80],
    [true, false])
  func rows(bins: Int, snipsEdges: Bool) throws {
    var options = FilterBankOptions()
    options.mel.bins = bins
    options.frame.snipsEdges = snipsEdges
    for (index, samples) in Self.signals.enumerated() {
      let features = Matrix(try FilterBankPlan(options).features(of: samples), channels: bins)
      let peer = try KaldiNativeFbank.features(samples, bins: bins, snipsEdges: snipsEdges)
      try #require(features.rows == peer.rows, "signal \(index)")
      for t in 0..<peer.rows {
        let loudest = (0..<bins).map { peer[t, $0] }.max() ?? 0
        for b in 0..<bins where peer[t, b] > loudest - 9.2103 {
          #expect(
            abs(features[t, b] - peer[t, b]) < (bins <= 40 ? 1e-4 : 3e-4),
            "signal \(index), frame \(t), bin \(b)")
        }
      }
    }
  }

  /// Short and long noise, a tone, a click, silence.
  static let signals: [[Int16]] = [
    ReferenceFeaturesTests.noise(100, seed: 1), ReferenceFeaturesTests.noise(401, seed: 2),
    ReferenceFeaturesTests.noise(30_000, seed: 3),
    (0..<8000).map { Int16(12_000 * sin(2 * .pi * 440 * Double($0) / 16_000)) },
    (0..<4000).map { $0 == 2000 ? 20_000 : 0 }, [Int16](repeating: 0, count: 1000),
  ]
}

enum KaldiNativeFbank {
  /// The first Python with the package.
  static let python: String? = {
    guard let value = ProcessInfo.processInfo.environment["KALEIDO_ORACLES"], !value.isEmpty else {
      return nil
    }
    let candidate = value == "1" ? "python3" : value
    let found = try? run(candidate, ["-c", "import kaldi_native_fbank, numpy"], input: Data())
    return found == nil ? nil : candidate
  }()

  /// The log mel rows of the package without dither, with its other defaults.
  static func features(_ samples: [Int16], bins: Int, snipsEdges: Bool) throws -> Matrix {
    let script = """
      import sys, numpy, kaldi_native_fbank as knf
      options = knf.FbankOptions()
      options.frame_opts.dither = 0
      options.frame_opts.snip_edges = \(snipsEdges ? "True" : "False")
      options.mel_opts.num_bins = \(bins)
      samples = numpy.frombuffer(sys.stdin.buffer.read(), dtype='<i2').astype(numpy.float32)
      bank = knf.OnlineFbank(options)
      bank.accept_waveform(16000, samples.tolist())
      bank.input_finished()
      for t in range(bank.num_frames_ready):
        sys.stdout.buffer.write(numpy.asarray(bank.get_frame(t), dtype='<f4').tobytes())
      """
    let input = samples.withUnsafeBytes { Data($0) }
    let bytes = [UInt8](try run(python ?? "python3", ["-c", script], input: input))
    let values = stride(from: 0, to: bytes.count, by: 4).map { at in
      Double(Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[at + $1]) << (8 * UInt32($1)) }))
    }
    return Matrix(rows: values.count / bins, columns: bins, values: values)
  }

  private static func run(_ program: String, _ arguments: [String], input: Data) throws -> Data {
    // Files in both directions, since a full pipe would block one end.
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let from = folder.appendingPathComponent("in")
    let to = folder.appendingPathComponent("out")
    try input.write(to: from)
    try Data().write(to: to)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.standardInput = try FileHandle(forReadingFrom: from)
    process.standardOutput = try FileHandle(forWritingTo: to)
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
    return try Data(contentsOf: to)
  }
}
