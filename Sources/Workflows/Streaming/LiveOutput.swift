import Archives
import Glibc
import Stages

/// Writes rows to a descriptor as they come: text, or arrays and matrices whose headers contain the number of
/// rows.
///
/// Into a file there is one array or matrix, whose header is put right at the end. Where the output cannot be
/// sought in, as in a pipe, there is one for every `blockFrames` frames, the last perhaps shorter.
struct LiveOutput {
  private let descriptor: Int32
  private let options: LiveStreamOptions
  private let channels: Int
  private let writer: LiveWriter
  /// The offset of the one header; nil if there is one for every block.
  private let headerOffset: off_t?
  private var isBegun = false
  private var rowsWritten = 0
  private var pending: [UInt8] = []

  /// Writes nothing yet: an input without any sample leaves the output as it was.
  init(descriptor: Int32, options: LiveStreamOptions, channels: Int, stop: StreamStop = StreamStop()) {
    self.descriptor = descriptor
    self.options = options
    self.channels = channels
    writer = LiveWriter(descriptor: descriptor, stop: stop)
    let offset = lseek(descriptor, 0, SEEK_CUR)
    // Appended writes go to the end wherever the header may be.
    let isAppending = fcntl(descriptor, F_GETFL) & O_APPEND != 0
    headerOffset = offset >= 0 && !isAppending && options.output != .text ? offset : nil
  }

  /// Writes the header of the one array or matrix, if it is not there yet.
  private mutating func begin() throws {
    guard headerOffset != nil, !isBegun else { return }
    isBegun = true
    try put(header(rows: 0, first: 0))
  }

  mutating func write(_ rows: UnsafeBufferPointer<Float>) throws {
    guard !rows.isEmpty else { return }
    switch options.output {
    case .text: try put(text(rows))
    case .phn, .jsonl: preconditionFailure("outputs of phones")
    case .npy, .ark:
      let bytes = UnsafeRawBufferPointer(rows)
      if headerOffset != nil {
        try begin()
        rowsWritten += rows.count / channels
        try put(Array(bytes))
        return
      }
      pending += bytes
      let blockBytes = options.blockFrames * channels * MemoryLayout<Float>.size
      while pending.count >= blockBytes { try putBlock(blockBytes) }
    }
  }

  /// Writes what is left, and the header of an array or matrix without rows where there were too few samples
  /// for one.
  mutating func finish() throws {
    if let headerOffset {
      try begin()
      let bytes = header(rows: rowsWritten, first: 0)
      let count = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, headerOffset) }
      guard count == bytes.count else { throw LiveWriter.failure() }
    } else if !pending.isEmpty {
      try putBlock(pending.count)
    }
  }

  private mutating func putBlock(_ byteCount: Int) throws {
    let rows = byteCount / (channels * MemoryLayout<Float>.size)
    try put(header(rows: rows, first: rowsWritten) + pending[..<byteCount])
    pending.removeFirst(byteCount)
    rowsWritten += rows
  }

  /// The header of `rows` rows, of a length that does not depend on their number.
  private func header(rows: Int, first: Int) -> [UInt8] {
    switch options.output {
    case .text, .phn, .jsonl: return []
    case .npy: return NpyHeader(element: .float32, shape: [rows, channels]).bytes
    case .ark:
      var key = options.key
      if headerOffset == nil {
        let digits = String(first)
        key += "-" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
      }
      return Array("\(key) ".utf8)
        + KaldiBytes.floatMatrixHeader(rows: Int32(clamping: rows), columns: Int32(clamping: channels))
    }
  }

  private func text(_ rows: UnsafeBufferPointer<Float>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(rows.count * 11)
    for (index, value) in rows.enumerated() {
      // The shortest text that reads back as the same number.
      bytes += "\(value)".utf8
      bytes.append(UInt8(ascii: (index + 1).isMultiple(of: channels) ? "\n" : " "))
    }
    return bytes
  }

  private func put(_ bytes: [UInt8]) throws { try writer.put(bytes) }
}
