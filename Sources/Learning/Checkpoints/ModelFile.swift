package import Files
import Foundations

/// A trained model as a safetensors file: its tensors, under the names that they were declared with, and
/// metadata.
///
/// A checkpoint is a model file that also holds the optimizer's tensors, under `optimizer.`, and metadata of
/// its own.
package final class ModelFile {
  /// The metadata that marks a model of this program, and its version.
  static let formatField = "kaleidoscope.model"
  static let formatVersion = "3"
  /// The prefix of the tensors of an optimizer.
  static let optimizerPrefix = "optimizer."

  private let reader: SafetensorsReader

  /// Opens a file and checks everything that does not need a declaration, checksum and finite values
  /// included.
  ///
  /// - Throws: ``CheckpointError/file(_:)``, ``CheckpointError/metadata(path:field:expected:found:)``.
  package init(path: String, store: FileStore = FileStore()) throws(CheckpointError) {
    let checksum: Checksum.Verdict
    do throws(FileError) {
      reader = try SafetensorsReader(path: path, store: store)
      checksum = try reader.checksum()
      // Files of other programs and earlier versions have none, and are refused as what they are.
      if checksum != .missing { try Checksum.require(checksum, path: path) }
    } catch {
      throw .file(error)
    }
    let version = reader.header.text(Self.formatField)
    guard version == Self.formatVersion else {
      guard let version, let expected = Int64(Self.formatVersion), Int64(version) != nil else {
        throw .metadata(path: path, field: Self.formatField, expected: Self.formatVersion, found: version)
      }
      throw .file(.otherVersion(path: path, expected: expected, found: version))
    }
    do throws(FileError) {
      try Checksum.require(checksum, path: path)
      for tensor in reader.header.tensors { try reader.checkFinite(tensor) }
    } catch {
      throw .file(error)
    }
  }

  package var path: String { reader.path }

  /// The tensors of the model and of an optimizer, in the order of the file.
  package var tensors: [SafetensorsHeader.Tensor] { reader.header.tensors }

  /// The tensors of the model, without those of an optimizer.
  package var modelTensors: [SafetensorsHeader.Tensor] {
    tensors.filter { !$0.name.hasPrefix(Self.optimizerPrefix) }
  }

  /// The caller's metadata, and a checkpoint's own.
  package var metadata: [SafetensorsHeader.Text] {
    reader.header.metadata.filter {
      $0.name != Self.formatField && $0.name != SafetensorsHeader.checksumName
    }
  }

  package func text(_ name: String) -> String? { reader.header.text(name) }

  /// Reads the values of a declared model, which must have exactly the tensors of the file.
  ///
  /// - Throws: ``CheckpointError/tensorsDiffer(path:differences:)``, ``CheckpointError/file(_:)``.
  package func values(of declaration: ModelDeclaration) throws(CheckpointError) -> ModelValues {
    try values(of: declaration, optimizerSlots: []).model
  }

  /// Reads the values of a declared model and of an optimizer's slots.
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
      let stored = found[name]
      guard stored?.element != .float32 || stored?.shape != tensor.shape else { continue }
      differences.append(
        TensorDifference(
          name: name, expected: Self.form(.float32, tensor.shape), found: stored.map(Self.form)))
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
        guard let stored = found[name] else { continue }
        try reader.readFloats(
          stored, into: UnsafeMutableBufferPointer(start: storage.base + tensor.offset, count: tensor.count))
      }
    } catch {
      throw .file(error)
    }
    return (model, slots)
  }

  /// Writes a model atomically: after a crash the file is whole or absent.
  ///
  /// - Parameter metadata: the caller's texts, with unique names.
  /// - Throws: ``CheckpointError/notFinite(path:tensor:)`` before anything is written,
  ///   ``CheckpointError/file(_:)``.
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

  /// The tensors to write, which refer to the memory of `values`.
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
