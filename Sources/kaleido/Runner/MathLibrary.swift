import ArgumentParser
import Glibc
import Signal
import Workflows

/// The C library's mathematical functions, which glibc chooses by the processor when a program is loaded.
enum MathLibrary {
  private static let variable = "GLIBC_TUNABLES"
  private static let tunable = "glibc.cpu.hwcaps"
  /// The instruction sets that glibc must not use: all for which it has functions that round differently.
  private static let masked = "-AVX512F,-AVX2,-AVX,-FMA,-FMA4"

  /// Starts the program again, with the mathematical functions of the vector unit that a command names, where
  /// they are others than those that were loaded.
  ///
  /// Returns if nothing has to be done, or nothing can be: then the command refuses the unit.
  static func load(for command: any ParsableCommand) {
    // Whatever is wrong with the settings, the command reports.
    guard let computing = command as? any ComputingCommand, let unit = try? computing.vectorUnit,
      VectorUnit.available.contains(unit), !unit.fitsMathLibrary,
      let tunables = tunables(getenv(variable).map { String(cString: $0) })
    else { return }
    setenv(variable, tunables, 1)
    execv("/proc/self/exe", CommandLine.unsafeArgv)
  }

  /// The value of GLIBC_TUNABLES that masks the instructions, after another; nil if they are masked already.
  static func tunables(_ before: String?) -> String? {
    guard let before, !before.isEmpty else { return "\(tunable)=\(masked)" }
    guard !before.contains(masked) else { return nil }
    var parts = before.split(separator: ":").map(String.init)
    if let index = parts.firstIndex(where: { $0.hasPrefix("\(tunable)=") }) {
      parts[index] += ",\(masked)"
    } else {
      parts.append("\(tunable)=\(masked)")
    }
    return parts.joined(separator: ":")
  }
}
