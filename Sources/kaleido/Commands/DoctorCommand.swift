import ArgumentParser
import Workflows

/// `kaleido doctor`.
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Libraries, versions, vector unit, arithmetic fingerprint, data, space.")

  @Option(help: ArgumentHelp("The program's data.", valueName: "dir"), completion: .directory)
  var data: String?

  @Option(help: ArgumentHelp("Where output would go.", valueName: "dir"), completion: .directory)
  var out = "."

  @OptionGroup(title: "Output") var output: OutputOptions

  func run() async throws {
    try await CommandRunner.run(output) {
      try output.print(DoctorReport(doctor: Doctor(dataFolder: data, folder: out), folder: out))
    }
  }
}

/// The program's surroundings as text or JSON.
private struct DoctorReport: CommandReport {
  let doctor: Doctor
  /// Where output would go.
  let folder: String

  func jsonText() throws -> String { try JSONText.of(doctor) }

  var exitStatus: ExitStatus { doctor.dataFolder == nil ? .noInput : .whole }

  func text(_ style: Style, isVerbose: Bool) -> String {
    var lines = [
      "kaleido      \(doctor.version)",
      "system       \(doctor.system)",
      "processor    \(doctor.processor), \(doctor.cores, "core"), \(Quantity.bytes(doctor.memoryBytes))",
      "FFTW         \(doctor.fftw), planned by \(doctor.planning)",
      "decoder      \(doctor.decoder)",
      "checksums    \(doctor.digest)",
      "synthesizer  \(doctor.synthesizer)",
      "vector unit  \(doctor.vectorUnit)",
      "fingerprint  \(doctor.fingerprint)",
      "data         \(doctor.dataFolder ?? "not found")" + (doctor.dataOrigin.map { " (\($0))" } ?? ""),
    ]
    if let free = doctor.freeBytes { lines.append("space        \(Quantity.bytes(free)) at \(folder)") }
    if doctor.problems.isEmpty { lines.append(style.green("nothing is missing")) }
    lines += doctor.problems.map { style.yellow("note: \($0)") }
    return lines.joined(separator: "\n") + "\n"
  }
}
