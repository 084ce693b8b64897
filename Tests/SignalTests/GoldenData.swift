import Foundation

@testable import Signal

/// A row-major matrix.
struct Matrix {
  var rows: Int
  var columns: Int
  var values: [Double]

  init(rows: Int, columns: Int, values: [Double]) {
    precondition(values.count == rows * columns)
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// Features, `[frames, channels]`.
  init(_ features: [Float], channels: Int) {
    self.init(rows: features.count / channels, columns: channels, values: features.map { Double($0) })
  }

  subscript(row: Int, column: Int) -> Double { values[row * columns + column] }

  /// The largest absolute difference; infinite if the shapes differ or there is a NaN.
  func distance(to other: Matrix) -> Double {
    guard rows == other.rows, columns == other.columns else { return .infinity }
    var largest = 0.0
    for (a, b) in zip(values, other.values) {
      let difference = abs(a - b)
      if difference.isNaN { return .infinity }
      largest = max(largest, difference)
    }
    return largest
  }

  /// The largest absolute value.
  var magnitude: Double { values.reduce(0) { max($0, abs($1)) } }
}

/// A case of `fbank_golden.json`: options, a signal defined without a file, and the output of
/// kaldi-native-fbank.
struct GoldenCase: CustomStringConvertible, Sendable {
  let signal: String
  let options: FilterBankOptions
  let expected: [[Double]]
  let description: String

  static let all: [GoldenCase] = {
    guard
      let root = try? JSONSerialization.jsonObject(with: Golden.data("fbank_golden.json")) as? [String: Any],
      let cases = root["cases"] as? [[String: Any]]
    else { return [] }
    return cases.compactMap(GoldenCase.init)
  }()

  private init?(_ json: [String: Any]) {
    guard let signal = json["signal"] as? String, let config = json["config"] as? [String: Any],
      let expected = json["knf_float32"] as? [[Double]], let rate = json["sample_rate"] as? Int
    else { return nil }
    var options = FilterBankOptions()
    options.frame.sampleRateHertz = rate
    for (key, value) in config {
      let number = value as? Double ?? 0
      let flag = value as? Bool ?? false
      switch key {
      case "num_bins": options.mel.bins = Int(number)
      case "low_freq": options.mel.lowFrequencyHertz = number
      case "high_freq": options.mel.highFrequencyHertz = number
      case "snip_edges": options.frame.snipsEdges = flag
      case "preemph_coeff": options.frame.preemphasis = number
      case "remove_dc_offset": options.frame.removesDCOffset = flag
      case "round_to_power_of_two": options.frame.roundsToPowerOfTwo = flag
      case "frame_length_ms": options.frame.frameLengthMilliseconds = number
      case "frame_shift_ms": options.frame.frameShiftMilliseconds = number
      case "use_power": options.usesPower = flag
      case "use_log_fbank": options.usesLog = flag
      case "use_energy": options.energy.isUsed = flag
      case "raw_energy": options.energy.isRaw = flag
      case "htk_compat": options.energy.isHTKCompatible = flag
      case "window_type":
        guard let name = value as? String, let window = try? WindowFunction(name: name) else { return nil }
        options.frame.window = window
      default: return nil
      }
    }
    self.signal = signal
    self.options = options
    self.expected = expected
    let settings = config.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " ")
    description = "\(signal) \(settings)"
  }

  var samples: [Int16] {
    if signal == "ramp" { return (0..<1600).map { Int16($0 % 257 - 128) } }
    var state: UInt64 = 1
    return (0..<1600).map { _ in
      state = (1_103_515_245 * state + 12_345) & 0x7fff_ffff
      return Int16((state >> 15) % 8001) - 4000
    }
  }

  var matrix: Matrix {
    Matrix(rows: expected.count, columns: options.channels, values: expected.flatMap(\.self))
  }
}

/// Files under `Golden/`.
enum Golden {
  static func data(_ name: String) throws -> Data {
    try Data(
      contentsOf: Bundle.module.bundleURL.appendingPathComponent("Golden").appendingPathComponent(name))
  }

  /// Kaldi's test recording, 1.44 s at 16 kHz.
  ///
  /// Its data chunk starts at byte 44.
  static func recording() throws -> [Int16] {
    let bytes = [UInt8](try data("kaldi_test.wav"))
    return stride(from: 44, to: bytes.count - 1, by: 2).map {
      Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)
    }
  }

  /// A two-dimensional little-endian float32 array.
  static func npy(_ name: String) throws -> Matrix {
    let bytes = [UInt8](try data(name))
    let headerEnd = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
    let header = String(decoding: bytes[10..<headerEnd], as: UTF8.self)
    guard header.contains("'<f4'"), header.contains("'fortran_order': False"),
      let shape = header.firstMatch(of: /'shape': \((\d+), (\d+)\)/),
      let rows = Int(shape.1), let columns = Int(shape.2)
    else { throw CocoaError(.fileReadCorruptFile) }
    let values = stride(from: headerEnd, to: bytes.count, by: 4).map { at in
      Double(
        Float(
          bitPattern: UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16
            | UInt32(bytes[at + 3]) << 24))
    }
    return Matrix(rows: rows, columns: columns, values: values)
  }

  /// An HTK feature file: a big-endian header of 12 bytes (frames, period, bytes per frame, kind), then
  /// floats.
  static func htk(_ name: String) throws -> Matrix {
    let bytes = [UInt8](try data(name))
    func word(_ at: Int) -> UInt32 { (0..<4).reduce(0) { $0 << 8 | UInt32(bytes[at + $1]) } }
    let rows = Int(word(0))
    let columns = (Int(bytes[8]) << 8 | Int(bytes[9])) / 4
    let values = (0..<rows * columns).map { Double(Float(bitPattern: word(12 + 4 * $0))) }
    return Matrix(rows: rows, columns: columns, values: values)
  }
}
