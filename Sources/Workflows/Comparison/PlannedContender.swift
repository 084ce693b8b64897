import Files
import FrontEnds
import Recognition
import Signal
import TrainedModels

/// A contender with its seeds and the names of its files.
struct PlannedContender: Sendable {
  /// The name in results: canonical, with a mark where the same was given before.
  let name: String
  let contender: Contender
  /// The name as a part of file names.
  let fileName: String
  let seeds: [UInt64]
  /// The front end that is trained: the contender's own, or that of the features made elsewhere; nil for
  /// runs.
  var frontEnd: FrontEndRequest?
  /// SHA-256 over the features made elsewhere.
  var externalSHA256: String?
  /// The runs that were trained before, by seed.
  var runs: [TrainedRun] = []

  /// The folder of features made elsewhere.
  var externalFolder: String? { if case .external(let folder) = contender { folder } else { nil } }

  /// The name with everything but letters, digits and points turned into `-`, at most 80 bytes.
  static func fileName(_ name: String) -> String {
    var fileName = ""
    for byte in name.utf8 {
      let isPlain =
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: ".")
      if isPlain {
        fileName.unicodeScalars.append(Unicode.Scalar(byte))
      } else if fileName.last != "-" {
        fileName += "-"
      }
    }
    return String(fileName.suffix(80))
  }

  /// Names contenders, and gives one that comes again other seeds: against itself, it shows what seeds alone
  /// do.
  ///
  /// - Throws: ``WorkflowError`` for runs that come twice.
  static func all(
    of contenders: [Contender], seedCount: Int, firstSeed: UInt64
  ) throws(WorkflowError) -> [PlannedContender] {
    var (planned, fileNames): ([PlannedContender], Set<String>) = ([], [])
    for (index, contender) in contenders.enumerated() {
      let before = contenders[..<index].count { $0 == contender }
      let first = firstSeed + UInt64(before * seedCount)
      let seeds = (0..<seedCount).map { first + UInt64($0) }
      if before > 0, case .runs = contender { throw .repeatedRuns(contender.name) }
      var (name, fileName) = (contender.name, Self.fileName(contender.name))
      var again = 2
      // One that comes again shares the trial that was chosen for it, and differs by its seeds.
      while before == 0, fileNames.contains(fileName) {
        (name, fileName) = ("\(contender.name) (\(again))", "\(Self.fileName(contender.name)).\(again)")
        again += 1
      }
      fileNames.insert(fileName)
      planned.append(
        PlannedContender(
          name: before == 0 ? name : "\(contender.name) (seeds \(seeds[0])–\(seeds[seeds.count - 1]))",
          contender: contender, fileName: fileName, seeds: seeds))
    }
    return planned
  }
}

// MARK: Runs

extension PlannedContender {
  /// Reads the runs that were trained before, in the order of their seeds.
  ///
  /// - Throws: ``WorkflowError`` for runs that have not ended, are not of one configuration or have a seed in
  ///   common; ``FrontEndError`` for those that cannot run on audio; ``TrainedModelError``, ``FileError``,
  ///   ``CheckpointError``.
  mutating func readRuns() throws {
    guard case .runs(let paths) = contender else { return }
    runs = try paths.map(Self.run).sorted { $0.seed < $1.seed }
    for (before, run) in zip(runs, runs.dropFirst()) {
      guard before.seed != run.seed else { throw WorkflowError.repeatedSeed(path: run.path, seed: run.seed) }
      let (first, other) = (runs[0].configuration.seedless, run.configuration.seedless)
      guard first == other else {
        throw FileError.configurationDiffers(
          path: run.path,
          fields: ConfigurationDifference.between(directory: first.json, run: other.json))
      }
    }
  }

  private static func run(_ path: String) throws -> TrainedRun {
    guard try FileStore().status(path) != nil else { throw WorkflowError.missingRun(path: path) }
    guard let run = try TrainedRun(path: path) else { throw WorkflowError.unfinishedRun(path: path) }
    guard run.configuration.frontEnd.kind != .given else {
      throw FrontEndError.notFromAudio(kind: FrontEndKind.given.name)
    }
    return run
  }
}

extension TrainingConfiguration {
  /// The configuration with seed 0.
  fileprivate var seedless: TrainingConfiguration {
    var other = self
    other.training.seed = 0
    other.frontEnd.configuration.frame.seed = 0
    return other
  }
}
