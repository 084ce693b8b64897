package import Files
import Foundations
import FrontEnds
import Glibc
package import Learning
package import Recognition

/// A model file of a training: its description, and its tensors on demand.
package struct TrainedModel {
  package let path: String
  package let description: ModelDescription
  private let file: ModelFile

  /// Opens a RUN or a model file.
  ///
  /// - Throws: `TrainedModelError`, `CheckpointError` for a path where nothing is, a folder without a
  ///   model, and a file that is none of a training's.
  package init(path: String, store: FileStore = FileStore()) throws {
    try self.init(Self.file(at: path, store: store))
  }

  /// - Throws: `TrainedModelError`, `CheckpointError` for a file without a training's texts.
  package init(_ file: ModelFile) throws {
    path = file.path
    self.file = file
    description = try Self.blaming(file.path) { try ModelDescription(file) }
  }

  /// Does what follows from the file's texts, so that the file is at fault for what is wrong with them, not
  /// an option.
  private static func blaming<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch {
      throw TrainedModelError.invalidModel(path: path, cause: error)
    }
  }

  /// The model file of a RUN, or the file itself.
  ///
  /// - Throws: `TrainedModelError`, `CheckpointError` for a path where nothing is, a folder without a
  ///   model, and a file that is no model.
  package static func file(at path: String, store: FileStore = FileStore()) throws -> ModelFile {
    let (found, code) = store.operations.status(path)
    guard let found else { throw TrainedModelError.missing(path: path, errno: code == ENOENT ? nil : code) }
    guard found.isFolder else { return try ModelFile(path: path, store: store) }
    let name = TrainingDirectory(path: path, store: store).path(of: TrainingDirectory.modelName)
    guard store.operations.status(name).status != nil else { throw TrainedModelError.noModel(path: path) }
    return try ModelFile(path: name, store: store)
  }

  /// The features and the classifier that the description describes.
  ///
  /// - Throws: `TrainedModelError`; `CheckpointError` for a classifier that is larger than the file,
  ///   which is found out before memory is asked for by its numbers.
  package func makeRecognizer() throws -> FrameRecognizer {
    let configuration = description.configuration
    let options = configuration.classifier
    let (channels, frames) = try Self.blaming(path) {
      var declaration = ModelDeclaration(seed: 0)
      let features = configuration.features
      return (
        try features.makeTrainable(declaration: &declaration).channels,
        options.contextFrames(holdsContext: features.holdsContext)
      )
    }
    let found = file.modelTensors.reduce(0) { $0 + $1.count }
    return try Self.blaming(path) {
      do {
        _ = try ClassifierPlan(options, channels: channels, contextFrames: frames, maximumWeights: found)
      } catch RecognizerError.tooLarge(let weights, _) {
        throw CheckpointError.metadata(
          path: path, field: "config", expected: "a classifier of at most \(found) numbers",
          found: "one of \(weights)")
      }
      return try configuration.makeRecognizer()
    }
  }

  /// The values of the model that the description describes.
  package func values(of recognizer: FrameRecognizer) throws(CheckpointError) -> ModelValues {
    try file.values(of: recognizer.declaration)
  }
}
