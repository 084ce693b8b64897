package import Corpus
import DataManifests

/// The options of `corpus inspect`.
package struct FileInspectionOptions: Sendable {
  package var dataFolder: String?
  /// The channel to take from files of several, from 1.
  package var channel: Int?
  /// The name of a phone set, or the path of a file with one; TIMIT's if nil.
  package var phones: String?

  package init() {}
}

/// `corpus inspect`: single files, whether or not they are part of a corpus.
package enum FileInspection {
  /// The faults of a file are in its result; so is that it is missing, or may not be read, where others
  /// are.
  ///
  /// - Throws: ``CorpusError`` if no file is there, and for a system that fails; ``DataManifestError``.
  package static func run(
    _ paths: [String], _ options: FileInspectionOptions
  ) throws -> [Inspection] {
    let data = try DataManifests.locate(explicit: options.dataFolder)
    let phones = try options.phones.map { try data.phoneSet(named: $0) } ?? data.phoneSet
    let requirements = AudioRequirements(sampleRateHertz: nil, channel: options.channel)
    var failure: CorpusError?
    var isAnyThere = false
    let inspections = try paths.map { path throws(CorpusError) -> Inspection in
      do throws(CorpusError) {
        let inspection = try Inspection.file(path, requirements: requirements, phones: phones)
        isAnyThere = true
        return inspection
      } catch {
        guard case .noSuchPath = error, let finding = error.finding else { throw error }
        failure = failure ?? error
        return Inspection(ofUnreadable: finding)
      }
    }
    if let failure, !isAnyThere { throw failure }
    return inspections
  }
}
