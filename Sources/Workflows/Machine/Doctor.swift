import Archives
import Corpus
package import DataManifests
import Files
import FrontEnds
import Glibc
import Signal
import Stages
import Synthesis

/// The machine and the libraries, and whether anything is missing.
package struct Doctor: Sendable {
  /// Something that is missing or could be better.
  package enum Problem: Sendable {
    /// The default front end cannot be made.
    case frontEndUnavailable(any Error)
    /// No FFTW wisdom is shipped for this FFTW and processor.
    case noWisdom
    case dataUnavailable(DataManifestError)
    case littleSpace(folder: String)
  }

  package var version: String
  package var system: String
  package var processor: String
  package var cores: Int
  package var memoryBytes: Int
  package var fftw: String
  package var decoder: String
  package var digest: String
  /// The engine that synthesizes corpora.
  package var synthesizer: String
  /// The instruction set of the kernels.
  package var vectorUnit: String
  /// The vector units that this processor has, worst first.
  package var vectorUnits: [String]
  /// `wisdom` where the transform was planned from what is shipped, `estimate` elsewhere.
  package var planning: String
  package var fingerprint: String
  package var dataFolder: String?
  package var dataOrigin: String?
  package var freeBytes: Int?
  package var problems: [Problem]

  /// Looks at the machine.
  ///
  /// - Parameters:
  ///   - explicit: the folder of the program's data, which is searched first.
  ///   - folder: where output would go.
  package init(dataFolder explicit: String?, folder: String) {
    var problems: [Problem] = []
    version = ProgramVersion.current
    system =
      Self.firstLine(of: "/proc/sys/kernel/ostype") + " " + Self.firstLine(of: "/proc/sys/kernel/osrelease")
    processor = Self.processorName
    cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    memoryBytes = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
    decoder = DecoderLibrary.version
    digest = DigestLibrary.version
    synthesizer = "Flite \(SynthesisIdentity.fliteVersion)"
    fftw = "unknown"
    vectorUnit = "unknown"
    vectorUnits = VectorUnit.available.map(\.rawValue)
    planning = "unknown"
    fingerprint = "unknown"
    do {
      let frontEnd = try FrontEndSpec(.mel).makeFrontEnd()
      fftw = frontEnd.fingerprint.fftwVersion
      vectorUnit = frontEnd.fingerprint.kernels
      planning = frontEnd.fingerprint.planProvenance.rawValue
      fingerprint = frontEnd.fingerprint.text
    } catch {
      problems.append(.frontEndUnavailable(error))
    }
    if planning == "estimate" { problems.append(.noWisdom) }
    do {
      let data = try DataManifests.locate(explicit: explicit)
      dataFolder = data.folder
      dataOrigin = data.origin.rawValue
    } catch {
      problems.append(.dataUnavailable(error))
    }
    freeBytes = FreeSpace.bytes(at: folder)
    if let freeBytes, freeBytes < 1 << 30 { problems.append(.littleSpace(folder: folder)) }
    self.problems = problems
  }

  private static var processorName: String {
    guard let bytes = try? FileStore().contents(of: "/proc/cpuinfo") else { return "unknown" }
    for line in String(decoding: bytes.prefix(4096), as: UTF8.self).split(separator: "\n") {
      guard line.hasPrefix("model name"), let colon = line.firstIndex(of: ":") else { continue }
      return String(line[line.index(after: colon)...].drop { $0 == " " })
    }
    return "unknown"
  }

  private static func firstLine(of path: String) -> String {
    guard let bytes = try? FileStore().contents(of: path) else { return "unknown" }
    return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }
}
