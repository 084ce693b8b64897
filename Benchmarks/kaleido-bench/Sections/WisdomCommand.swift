import ArgumentParser
import Signal

/// The measurement of FFTW plans for this processor, printed as an entry of `Signal`'s shipped wisdom.
struct WisdomCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wisdom",
    abstract: "Measures FFTW plans on this processor and prints the entry for Signal's shipped wisdom.",
    discussion: "Run it on an idle machine; it takes some minutes. The entry goes into ShippedWisdom.swift.")

  @Option(help: "Complex points, half the padded frame (default: the usual sizes).")
  var points: [Int] = []

  @Option(help: "Number of times each size is planned at each level of rigor.")
  var attempts = 5

  func validate() throws {
    guard points.allSatisfy({ $0 > 0 && $0 <= 1 << 16 }), attempts >= 1 else {
      throw ValidationError("--points are from 1 to 65536, --attempts at least 1")
    }
  }

  func run() throws {
    let machine = Machine.describe(pinnedProcessor: pinToOneProcessor())
    let wisdom = FFTWWisdom.measured(
      sizes: points.isEmpty ? FFTWWisdom.usualSizes : points, attempts: attempts)
    print(machine.lines.map { "// \($0)" }.joined(separator: "\n"))
    print("\"\(FFTWWisdom.key)\": \"\"\"")
    print(wisdom.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))
    print("  \"\"\",")
  }
}
