import Glibc

/// The resident memory of this process, as the kernel counts it.
enum ResidentMemory {
  /// Begins a new peak, where the kernel can.
  static func beginPeak() {
    let descriptor = open("/proc/self/clear_refs", O_WRONLY)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    // "5" resets VmHWM (proc(5)).
    _ = write(descriptor, "5", 1)
  }

  /// The largest resident memory since the last ``beginPeak()``, in bytes; nil if the system does not report
  /// it.
  static var peakBytes: Int? {
    guard let status = fopen("/proc/self/status", "r") else { return nil }
    defer { fclose(status) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, Int32(line.count), status) != nil {
      let text = line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      let words = String(decoding: text, as: UTF8.self).split(whereSeparator: \.isWhitespace)
      if words.first == "VmHWM:", words.count > 1, let kibibytes = Int(words[1]) { return kibibytes * 1024 }
    }
    return nil
  }
}
