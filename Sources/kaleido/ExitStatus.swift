import ArgumentParser
import Workflows

/// The program's exit codes, those of `sysexits.h` where one fits.
enum ExitStatus: Int32 {
  case whole = 0
  /// A front end of a comparison is worse than it may be.
  case worse = 1
  case usage = 64
  case badInput = 65
  case noInput = 66
  case `internal` = 70
  case cannotCreate = 73
  case inputOutput = 74
  case interrupted = 75
  case permission = 77
  case configurationDiffers = 78

  init(_ kind: Failure.Kind) {
    self =
      switch kind {
      case .usage: .usage
      case .badInput: .badInput
      case .noInput: .noInput
      case .internal: .internal
      case .cannotCreate: .cannotCreate
      case .inputOutput: .inputOutput
      case .interrupted: .interrupted
      case .permission: .permission
      case .configurationDiffers: .configurationDiffers
      }
  }

  var exitCode: ExitCode { ExitCode(rawValue) }
}
