import Archives
import Corpus
import Files
import StageGraph
import Synthesis

@testable import Workflows

/// The error that the work ends with; of a graph, its cause.
func endingError(of work: () async throws -> Void) async -> (any Error)? {
  do {
    try await work()
    return nil
  } catch StageGraphError.stageFailed(_, _, let underlying) {
    return underlying
  } catch {
    return error
  }
}

/// Whether an error is the cancellation of work, in whichever module it was noticed.
func isCancellation(_ error: (any Error)?) -> Bool {
  guard let error else { return false }
  return switch error {
  case is CancellationError, StageGraphError.cancelled, CorpusError.cancelled, FileError.cancelled,
    ArchiveError.file(.cancelled), SynthesisError.cancelled:
    true
  default: false
  }
}

/// The fields of a directory's configuration that an error names as different.
func differingFields(_ error: (any Error)?) -> [String]? {
  guard let error else { return nil }
  return switch error {
  case FileError.configurationDiffers(_, let fields), ArchiveError.file(.configurationDiffers(_, let fields)):
    fields.map(\.field)
  default: nil
  }
}
