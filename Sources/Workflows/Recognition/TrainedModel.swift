import Archives
import Corpus
import FrontEnds
import Glibc
import Learning
import Recognition

/// A model file of a training: what it says of itself, and its tensors once they are asked for.
struct TrainedModel {
  let path: String
  let description: RunModelDescription
  private let file: ModelFile

  /// Opens a RUN or a model file.
  ///
  /// Throws ``Failure``, ``CheckpointError``: for a path where nothing is, a folder without a model, and a file that is
  /// none of a training's.
  init(path: String) throws {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw Failure(
        .noInput, code: "missing-file", subject: Sanitised.path(path), expected: "a RUN or a model file",
        found: "nothing", remedy: "Check the path.", errorNumber: errno == ENOENT ? nil : errno)
    }
    let isFolder = status.st_mode & S_IFMT == S_IFDIR
    let name = isFolder ? RunDirectory(path: path).path(of: RunDirectory.modelName) : path
    if isFolder, stat(name, &status) != 0 {
      throw Failure(
        .noInput, code: "no-model", subject: Sanitised.path(path),
        expected: "\(RunDirectory.modelName) in the folder", found: "none",
        remedy: "Name a RUN whose training has finished an epoch.")
    }
    self.path = name
    file = try ModelFile(path: name)
    description = try RunModelDescription(file)
  }

  /// The values of the model that the description describes.
  func values(of recognizer: FrameRecognizer) throws(CheckpointError) -> ModelValues {
    try file.values(of: recognizer.declaration)
  }
}
