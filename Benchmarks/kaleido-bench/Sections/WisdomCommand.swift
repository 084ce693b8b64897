import ArgumentParser
import CFFTW
import Foundation
import Signal

/// Measures FFTW plans for this processor and prints them as the entry that `Signal` ships.
struct WisdomCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wisdom",
    abstract: "Measures FFTW plans on this processor and prints the entry for Signal's shipped wisdom.",
    discussion: "To be run on a quiet machine. The key is FFTW's version and our kernels' instruction set.")

  @Option(
    help: "Complex points, half the padded frame: 256 for 25 ms at 16 kHz, 128 at 8 kHz, 200 without padding."
  )
  var points: [Int] = [128, 200, 256, 512]

  func run() throws {
    let processor = pinToOneProcessor()
    let kernels = try FilterBankPlan().fingerprint.kernels
    // Nothing that was known before may answer in place of a measurement.
    fftwf_forget_wisdom()
    for size in points {
      guard size > 0, let count = Int32(exactly: size), let input = fftwf_alloc_complex(size),
        let output = fftwf_alloc_complex(size)
      else { throw ValidationError("no transform of \(size) points") }
      defer {
        fftwf_free(input)
        fftwf_free(output)
      }
      guard let plan = fftwf_plan_dft_1d(count, input, output, FFTW_FORWARD, UInt32(FFTW_PATIENT)) else {
        throw BenchmarkError.peerFailed(peer: "FFTW", reason: "no plan of \(size) points")
      }
      fftwf_destroy_plan(plan)
    }
    guard let text = fftwf_export_wisdom_to_string() else {
      throw BenchmarkError.peerFailed(peer: "FFTW", reason: "no wisdom")
    }
    defer { fftwf_free(text) }
    let machine = Machine.describe(pinnedProcessor: processor)
    print("// \(machine.lines[0])")
    print("\"\(FFTWWisdom.version) \(kernels)\": \"\"\"")
    print(String(cString: text).split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))
    print("  \"\"\",")
  }
}
