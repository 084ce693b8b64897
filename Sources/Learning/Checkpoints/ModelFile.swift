package import Files
import Foundations

/// A model's tensors and texts in a safetensors file: what recognition and preprocessing need of a trained model.
///
/// Parameters and statistics stand under the names that they were declared with. A checkpoint is one, too: what training
/// needs beside it stands under `optimizer.` and in texts of its own.
package final class ModelFile {
  /// The text that tells a model of ours, and its version.
  static let formatField = "kaleidoscope.model"
  static let formatVersion = "1"
  /// Where an optimizer's running values stand in a checkpoint.
  static let optimizerPrefix = "optimiser."

  private let reader: SafetensorsReader

  /// Opens a file and checks all that can be checked without a declaration, the numbers included.
  ///
  /// - Throws: ``CheckpointError``: `file`; `metadata` for a safetensors file that is no model of ours.
  package init(path: String, store: FileStore = FileStore()) throws(CheckpointError) {
    do throws(FileError) {
      reader = try SafetensorsReader(path: path, store: store)
      for tensor in reader.header.tensors { try reader.checkFinite(tensor) }
    } catch {
      throw .file(error)
    }
    let version = reader.header.text(Self.formatField)
    guard version == Self.formatVersion else {
      throw .metadata(
        path: path, field: Self.formatField, expected: Self.formatVersion, found: version)
    }
  }

  package var path: String { reader.path }

  /// The tensors of the model, and those of an optimizer, in the order of the file.
  package var tensors: [SafetensorsHeader.Tensor] { reader.header.tensors }

  /// The tensors of the model alone.
  package var modelTensors: [SafetensorsHeader.Tensor] {
    tensors.filter { !$0.name.hasPrefix(Self.optimizerPrefix) }
  }

  /// The texts that were given when it was written, and a checkpoint's own.
  package var metadata: [SafetensorsHeader.Text] {
    reader.header.metadata.filter { $0.name != Self.formatField }
  }

  package func text(_ name: String) -> String? { reader.header.text(name) }

  /// The values of a declared model.
  ///
  /// - Throws: ``CheckpointError``: `tensorsDiffer` unless the file has exactly the declared tensors; `file`.
  package func values(of declaration: ModelDeclaration) throws(CheckpointError) -> ModelValues {
    try values(of: declaration, optimizerSlots: []).model
  }

  /// The values of a declared model and of an optimizer's slots.
  func values(
    of declaration: ModelDeclaration, optimizerSlots: [String]
  ) throws(CheckpointError) -> (model: ModelValues, slots: [AlignedBuffer<Float>]) {
    let model = ModelValues(declaration)
    let slots = optimizerSlots.map { _ in AlignedBuffer<Float>(count: declaration.parameterCount) }
    var expected: [(tensor: TensorReference, name: String, storage: AlignedBuffer<Float>)] = []
    for parameter in declaration.parameters {
      expected.append((parameter.tensor, parameter.tensor.name, model.parameters))
    }
    for statistic in declaration.statistics {
      expected.append((statistic.tensor, statistic.tensor.name, model.statistics))
    }
    for (slot, storage) in zip(optimizerSlots, slots) {
      for parameter in declaration.parameters {
        expected.append(
          (parameter.tensor, Self.optimizerName(slot: slot, parameter: parameter.tensor.name), storage))
      }
    }
    let found = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0) })
    var differences: [TensorDifference] = []
    for (tensor, name, _) in expected {
      let here = found[name]
      guard here?.element != .float32 || here?.shape != tensor.shape else { continue }
      differences.append(
        TensorDifference(name: name, expected: Self.form(.float32, tensor.shape), found: here.map(Self.form)))
    }
    let names = Set(expected.map(\.name))
    let compared = optimizerSlots.isEmpty ? modelTensors : tensors
    for tensor in compared where !names.contains(tensor.name) {
      differences.append(TensorDifference(name: tensor.name, expected: nil, found: Self.form(tensor)))
    }
    guard differences.isEmpty else {
      throw .tensorsDiffer(path: path, differences: Array(differences.prefix(8)))
    }
    do throws(FileError) {
      for (tensor, name, storage) in expected {
        guard let here = found[name] else { continue }
        try reader.readFloats(
          here, into: UnsafeMutableBufferPointer(start: storage.base + tensor.offset, count: tensor.count))
      }
    } catch {
      throw .file(error)
    }
    return (model, slots)
  }

  /// Writes a model: whole under its name or not at all, whatever ends the program.
  ///
  /// - Parameter metadata: texts of the caller's, none of the names twice.
  /// - Throws: ``CheckpointError``: `notFinite`, and nothing is written; `file`.
  package static func write(
    _ values: ModelValues, of declaration: ModelDeclaration, metadata: [SafetensorsHeader.Text],
    to path: String,
    store: FileStore = FileStore()
  ) throws(CheckpointError) {
    try write(
      tensors(values, of: declaration), metadata: metadata, to: path, store: store)
  }

  static func write(
    _ tensors: [SafetensorsTensor], metadata: [SafetensorsHeader.Text], to path: String, store: FileStore
  ) throws(CheckpointError) {
    for tensor in tensors {
      guard case .floats(let values) = tensor.content, !values.allSatisfy(\.isFinite) else { continue }
      throw .notFinite(path: path, tensor: tensor.name)
    }
    do throws(FileError) {
      try SafetensorsWriter.write(
        tensors, metadata: [SafetensorsHeader.Text(formatField, formatVersion)] + metadata, to: path,
        store: store)
    } catch {
      throw .file(error)
    }
  }

  /// The tensors of a model as they are written; they read `values` until then.
  static func tensors(_ values: ModelValues, of declaration: ModelDeclaration) -> [SafetensorsTensor] {
    declaration.parameters.map { Self.tensor($0.tensor, in: values.parameters, name: $0.tensor.name) }
      + declaration.statistics.map { Self.tensor($0.tensor, in: values.statistics, name: $0.tensor.name) }
  }

  static func tensor(
    _ reference: TensorReference, in storage: AlignedBuffer<Float>, name: String
  ) -> SafetensorsTensor {
    SafetensorsTensor(
      name, shape: reference.shape,
      .floats(UnsafeBufferPointer(start: storage.base + reference.offset, count: reference.count)))
  }

  static func optimizerName(slot: String, parameter: String) -> String {
    "\(optimizerPrefix)\(slot).\(parameter)"
  }

  private static func form(_ tensor: SafetensorsHeader.Tensor) -> String {
    form(tensor.element, tensor.shape)
  }

  private static func form(_ element: SafetensorsElement, _ shape: [Int]) -> String {
    "\(element.rawValue) \(shape)"
  }
}
