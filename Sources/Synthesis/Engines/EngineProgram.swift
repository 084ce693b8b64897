import Foundation
import Glibc

/// An engine's program, run in a temporary folder that is removed with this object.
final class EngineProgram {
  /// The time limit, generous: engines speak hundreds of sentences per minute, and a speaker has some tens.
  private static let longestSeconds = 1800

  let folder: String
  private let engine: VoiceEngine

  init(_ engine: VoiceEngine) throws(SynthesisError) {
    let folder =
      FileManager.default.temporaryDirectory.appendingPathComponent(
        "kaleido-\(engine.rawValue)-\(UUID().uuidString)"
      ).path
    guard mkdir(folder, 0o700) == 0 else { throw .inputOutput(path: folder, errno: errno) }
    // Last, as deinit removes the folder of an object that has one.
    self.engine = engine
    self.folder = folder
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Runs a program to its end and returns its standard output.
  ///
  /// Blocks the thread; the program is killed if the task is canceled.
  ///
  /// - Throws: `engineMissing` if there is no such program, `engineFailed` if it fails, `cancelled`,
  ///   `inputOutput`.
  func run(
    _ program: String, _ arguments: [String], input: String = "", voice: String, packages: [String]
  ) throws(SynthesisError) -> String {
    guard let path = Self.path(of: program) else {
      throw .engineMissing(engine, .program(program), packages: packages)
    }
    // Files, since pipes would have to be drained while the program runs.
    let (inputFile, outputFile, errorFile) = ("\(folder)/input", "\(folder)/output", "\(folder)/errors")
    try write(Array(input.utf8), to: inputFile)
    try write([], to: outputFile)
    try write([], to: errorFile)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    // Decimal points in numbers, and no configuration of the user.
    process.environment = ["PATH": Self.searchPath, "LC_ALL": "C", "HOME": folder]
    process.standardInput = FileHandle(forReadingAtPath: inputFile)
    process.standardOutput = FileHandle(forWritingAtPath: outputFile)
    process.standardError = FileHandle(forWritingAtPath: errorFile)
    do { try process.run() } catch { throw .engineFailed(engine, voice: voice, .doesNotStart) }
    let deadline = ContinuousClock.now + .seconds(Self.longestSeconds)
    while process.isRunning {
      let isLate = ContinuousClock.now > deadline
      if Task.isCancelled || isLate {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        if isLate {
          throw .engineFailed(engine, voice: voice, .tookTooLong(seconds: Self.longestSeconds))
        }
        throw .cancelled
      }
      usleep(2000)
    }
    process.waitUntilExit()
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      let errorOutput = String(decoding: try read(errorFile).suffix(300), as: UTF8.self)
      throw .engineFailed(
        engine, voice: voice, .ended(status: process.terminationStatus, errorOutput: errorOutput))
    }
    return String(decoding: try read(outputFile), as: UTF8.self)
  }

  func malformed(_ voice: String, _ found: String) -> SynthesisError {
    .engineFailed(engine, voice: voice, .malformed(found))
  }

  /// The bytes of a file in the folder, at most 64 MiB.
  func read(_ path: String) throws(SynthesisError) -> [UInt8] {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw .inputOutput(path: path, errno: ENOENT)
    }
    defer { try? handle.close() }
    do { return [UInt8](try handle.read(upToCount: 64 << 20) ?? Data()) } catch {
      throw .inputOutput(path: path, errno: EIO)
    }
  }

  func write(_ bytes: [UInt8], to path: String) throws(SynthesisError) {
    do { try Data(bytes).write(to: URL(fileURLWithPath: path)) } catch {
      throw .inputOutput(path: path, errno: EIO)
    }
  }

  private static var searchPath: String {
    ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
  }

  private static func path(of program: String) -> String? {
    searchPath.split(separator: ":").map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
  }
}

/// A decoder of the audio files that engine programs write.
enum EngineFile {
  /// 16-bit samples, little-endian.
  static func samples(_ bytes: ArraySlice<UInt8>) -> [Int16] {
    var samples: [Int16] = []
    samples.reserveCapacity(bytes.count / 2)
    var index = bytes.startIndex
    while index + 1 < bytes.endIndex {
      samples.append(Int16(bitPattern: UInt16(bytes[index]) | UInt16(bytes[index + 1]) << 8))
      index += 2
    }
    return samples
  }
}
