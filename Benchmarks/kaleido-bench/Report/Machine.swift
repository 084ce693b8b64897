import Foundation
import Glibc
import Signal

/// The machine of the measurements.
struct Machine: Codable, Sendable {
  let processor: String
  let processorCount: Int
  /// The load averages over 1, 5 and 15 minutes at the start, which reveal a busy machine.
  let loadAverages: [Double]
  let system: String
  let compiler: String
  let fftw: String
  let pinnedProcessor: Int?
  let date: String

  static func describe(pinnedProcessor: Int?) -> Machine {
    var loads = [Double](repeating: 0, count: 3)
    getloadavg(&loads, 3)
    return Machine(
      processor: field("model name", of: "/proc/cpuinfo", separator: ":") ?? "unknown",
      processorCount: ProcessInfo.processInfo.activeProcessorCount, loadAverages: loads,
      system: (field("PRETTY_NAME", of: "/etc/os-release", separator: "=") ?? "unknown")
        .trimmingCharacters(in: CharacterSet(charactersIn: "\"")),
      compiler: compilerVersion, fftw: FFTWWisdom.version, pinnedProcessor: pinnedProcessor,
      date: Date().formatted(.iso8601))
  }

  var lines: [String] {
    let family = [("family", "cpu family"), ("model", "model")].compactMap { name, key in
      Self.field(key, of: "/proc/cpuinfo", separator: ":").map { "\(name) \($0)" }
    }
    let loads = loadAverages.map(MarkdownReport.number).joined(separator: ", ")
    return [
      "machine: \(processor) (\(family.joined(separator: ", "))), \(processorCount) processors, \(system)",
      "compiler: \(compiler); FFTW: \(fftw)",
      "date: \(date); load averages at the start: \(loads)",
    ]
  }

  private static func field(_ key: String, of path: String, separator: Character) -> String? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: separator, maxSplits: 1)
      if parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == key {
        return parts[1].trimmingCharacters(in: .whitespaces)
      }
    }
    return nil
  }

  private static var compilerVersion: String {
    #if compiler(>=6.4)
      "Swift 6.4 or later"
    #elseif compiler(>=6.3)
      "Swift 6.3"
    #else
      "Swift 6.2"
    #endif
  }
}
