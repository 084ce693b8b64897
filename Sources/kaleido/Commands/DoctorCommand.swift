import ArgumentParser
import Foundation
import Signal
import Workflows

/// `kaleido doctor`.
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Show libraries, versions, vector unit, arithmetic fingerprint, data and space.",
    usage: "kaleido doctor [<options>]",
    discussion: """
      Examples:
        kaleido doctor
        kaleido doctor --out /data/results --json
      """)

  @OptionGroup(title: "Everyday options") var everyday: Everyday
  @OptionGroup(title: "Settings") var arithmetic: SettingOptions<ArithmeticSection>
  @OptionGroup(title: "Messages") var output: OutputOptions

  struct Everyday: ParsableArguments {
    @Option(help: ArgumentHelp("Where output would go.", valueName: "dir"), completion: .directory)
    var out = "."

    @OptionGroup var data: DataOption
  }

  func run() async throws {
    try await CommandRunner.run(Self.self, output) {
      try arithmeticOptions().use()
      let doctor = Doctor(dataFolder: everyday.data.folder, folder: everyday.out)
      return try output.print(DoctorReport(doctor: doctor, folder: everyday.out))
    }
  }
}

extension DoctorCommand: ComputingCommand {
  var vectorUnit: VectorUnit? { get throws(Failure) { try arithmeticOptions().vectorUnit } }

  private func arithmeticOptions() throws(Failure) -> ArithmeticOptions {
    var layers = try SettingLayers(arithmetic.values)
    return try ArithmeticOptions(&layers)
  }
}

/// The program's surroundings as text or JSON.
private struct DoctorReport: CommandReport, Encodable {
  let doctor: Doctor
  /// Where output would go.
  let folder: String

  func jsonText() throws -> String { try JSONText.of(self) }

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
      "vector unit  \(doctor.vectorUnit), of \(doctor.vectorUnits.joined(separator: ", "))",
      "fingerprint  \(doctor.fingerprint)",
      "data         \(doctor.dataFolder ?? "not found")" + (doctor.dataOrigin.map { " (\($0))" } ?? ""),
    ]
    if let free = doctor.freeBytes { lines.append("space        \(Quantity.bytes(free)) at \(folder)") }
    if doctor.problems.isEmpty { lines.append(style.green("nothing is missing")) }
    lines += doctor.problems.map { style.yellow("note: \(Self.text($0))") }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func text(_ problem: Doctor.Problem) -> String {
    switch problem {
    case .frontEndUnavailable(let error):
      return "the default front end cannot be made: \(Failure(error).code)"
    case .noWisdom:
      return "no FFTW wisdom is shipped for this FFTW and processor: transforms take some 20 % longer; "
        + "kaleido-bench wisdom prints what to ship"
    case .dataUnavailable(let error):
      let failure = Failure(error)
      return "\(failure.subject): \(failure.expected ?? failure.code). "
        + "\(failure.remedy?.text(for: .current) ?? "")"
    case .littleSpace(let folder): return "less than 1 GiB is free at \(folder)"
    }
  }

  // MARK: JSON

  private enum Field: String, CodingKey {
    case version, system, processor, cores, memoryBytes, fftw, decoder, digest, synthesizer, vectorUnit
    case vectorUnits
    case planning, fingerprint, dataFolder, dataOrigin, freeBytes, problems
  }

  func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Field.self)
    try fields.encode(doctor.version, forKey: .version)
    try fields.encode(doctor.system, forKey: .system)
    try fields.encode(doctor.processor, forKey: .processor)
    try fields.encode(doctor.cores, forKey: .cores)
    try fields.encode(doctor.memoryBytes, forKey: .memoryBytes)
    try fields.encode(doctor.fftw, forKey: .fftw)
    try fields.encode(doctor.decoder, forKey: .decoder)
    try fields.encode(doctor.digest, forKey: .digest)
    try fields.encode(doctor.synthesizer, forKey: .synthesizer)
    try fields.encode(doctor.vectorUnit, forKey: .vectorUnit)
    try fields.encode(doctor.vectorUnits, forKey: .vectorUnits)
    try fields.encode(doctor.planning, forKey: .planning)
    try fields.encode(doctor.fingerprint, forKey: .fingerprint)
    try fields.encodeIfPresent(doctor.dataFolder, forKey: .dataFolder)
    try fields.encodeIfPresent(doctor.dataOrigin, forKey: .dataOrigin)
    try fields.encodeIfPresent(doctor.freeBytes, forKey: .freeBytes)
    try fields.encode(doctor.problems.map(Self.text), forKey: .problems)
  }
}
