import Files
import Foundations
package import FrontEnds
package import Learning
package import Recognition

/// A trained model that hears audio, with its values: what preprocessing and live recognition run.
package struct LoadedModel: Sendable {
  /// The model file; that of the RUN where one was named.
  package let path: String
  package let recognizer: FrameRecognizer
  package let configuration: TrainingConfiguration
  package let values: ModelValues
  /// The decoder's weights: those chosen on dev speakers, where some were.
  package let decoding: PhoneDecodingOptions
  /// The front end and its options.
  package let frontEndSpec: FrontEndSpec
  private let trainedFrontEnd: TrainableFrontEnd

  /// Reads the model of a RUN, or a model file.
  ///
  /// - Throws: `TrainedModelError`, among them that for a model of another tool's features;
  ///   `CheckpointError`.
  package init(path: String) throws {
    let model = try TrainedModel(path: path)
    self.path = model.path
    configuration = model.description.configuration
    decoding = model.description.decoding ?? PhoneDecodingOptions()
    recognizer = try model.makeRecognizer()
    guard let spec = configuration.features.frontEnd, let frontEnd = recognizer.features.frontEnd else {
      throw TrainedModelError.externalFeatures(path: path)
    }
    frontEndSpec = spec
    trainedFrontEnd = frontEnd
    values = try model.values(of: recognizer)
  }

  /// The front end with the values learned.
  package var frontEnd: any FrontEnd { trainedFrontEnd.frozen(values) }

  /// The front end with the values learned, with other options of postprocessing than it was trained with.
  package func frontEnd(with features: FeatureConfiguration) throws(FrontEndError) -> any FrontEnd {
    var declaration = ModelDeclaration(seed: configuration.training.seed)
    // Front ends declare their tensors first, and these don't depend on what comes after the features.
    return try FrontEndSpec(frontEndSpec.kind, features)
      .makeTrainable(declaration: &declaration).frozen(values)
  }

  /// SHA-256 over name, shape and values of the front end's tensors; nil if its features follow from its
  /// options alone.
  ///
  /// A front end that could learn but does not is identified by its seed, which its initial values may depend
  /// on.
  package var frontEndSHA256: String? {
    get throws(FileError) {
      let (declared, prefix) = (recognizer.declaration, "frontend.")
      let tensors =
        declared.parameters.map { ($0.tensor, values.parameters) }
        + declared.statistics.map { ($0.tensor, values.statistics) }
      var bytes: [UInt8] = []
      for (tensor, storage) in tensors where tensor.name.hasPrefix(prefix) {
        bytes += "\(tensor.name) \(tensor.shape)\n".utf8
        bytes += UnsafeRawBufferPointer(
          UnsafeBufferPointer(start: storage.base + tensor.offset, count: tensor.count))
      }
      if bytes.isEmpty, frontEndSpec.kind.isLearnable {
        bytes += "seed \(configuration.training.seed)\n".utf8
      }
      return bytes.isEmpty ? nil : try sha256(bytes)
    }
  }
}
