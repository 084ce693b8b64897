import Files
import TrainedModels

/// A command that writes a directory, as the simulation runs it: the real code of the directory, with content
/// that is at hand in place of what takes long to compute.
///
/// It comes in two variants, whose configurations and bytes differ.
protocol Scenario: Sendable {
  var name: String { get }

  /// Runs the command once.
  ///
  /// - Parameters:
  ///   - variant: 0 or 1.
  ///   - replacesOther: whether it replaces what another configuration left.
  func run(_ variant: Int, replacesOther: Bool, in folder: String, store: FileStore) throws

  /// The path of the configuration in the directory.
  var configurationName: String { get }

  /// Reads the directory as a later command would.
  ///
  /// - Parameter variant: that of the directory's configuration.
  /// - Throws: anything that a reader of a directory in any state does not meet.
  func read(_ variant: Int, in folder: String, store: FileStore) throws -> Accepted

  /// Whether a file, by its path in the directory, belongs to the result; others are temporary, or promise no
  /// bytes.
  func isFinal(_ path: String) -> Bool
}

/// The files that a reader takes from a directory.
struct Accepted {
  /// The variant of the directory's configuration.
  var variant: Int
  /// The files that it takes, by their paths in the directory.
  var files: [String: [UInt8]] = [:]
  /// Whether it takes the whole result.
  var isWhole = false
}

extension Scenario {
  var configurationName: String { "config.json" }

  func isFinal(_ path: String) -> Bool {
    !path.contains("/\(TemporaryNames.folderName)/") && !path.hasSuffix("/provenance.jsonl")
  }

  /// Whether a command that met no fault may end with an error.
  func isRefusal(_ error: any Error) -> Bool {
    switch error {
    case FileError.inUse, FileError.configurationDiffers: true
    default: false
    }
  }
}

extension FileStore {
  /// The files of these names that exist.
  func files(_ names: [String], in folder: String) throws(FileError) -> [String: [UInt8]] {
    var found: [String: [UInt8]] = [:]
    for name in names { found["/\(name)"] = try contents(of: "\(folder)/\(name)") }
    return found
  }
}
