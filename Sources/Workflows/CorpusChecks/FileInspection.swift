package import Corpus
import DataManifests

/// `corpus inspect`: single files, whether or not they are part of a corpus.
package enum FileInspection {
  /// Throws ``Failure`` for a file that is not there and for a system that fails; what is wrong with it is in the result.
  package static func run(
    _ paths: [String], dataFolder: String?, channel: Int? = nil
  ) throws(Failure) -> [Inspection] {
    do {
      let data = try DataManifests.locate(explicit: dataFolder)
      return try paths.map { path in
        try Inspection.file(
          path, requirements: AudioRequirements(sampleRateHertz: nil, channel: channel), phones: data.phoneSet
        )
      }
    } catch {
      throw Failure(error)
    }
  }
}
