package import Files

/// An error of a model file or a checkpoint, as data.
package enum CheckpointError: Error, Equatable, Sendable {
  /// The file cannot be read or written, or is not a safetensors file.
  case file(FileError)
  /// A field of the metadata shows that the file is not a model of this program, or damaged.
  case metadata(path: String, field: String, expected: String, found: String?)
  /// The tensors are not those of the model; the first few differences.
  case tensorsDiffer(path: String, differences: [TensorDifference])
  /// A tensor to be written has a value that is not finite.
  case notFinite(path: String, tensor: String)

  /// The file's path.
  package var path: String? {
    switch self {
    case .file(.malformed(let path, _, _, _)), .file(.system(_, let path, _)),
      .file(.checksumDiffers(let path, _, _)):
      path
    case .file: nil
    case .metadata(let path, _, _, _), .tensorsDiffer(let path, _), .notFinite(let path, _): path
    }
  }
}

/// A tensor that differs between a file and a model.
package struct TensorDifference: Equatable, Sendable {
  package let name: String
  /// Element type and shape in the model, such as `F32 [3, 4]`; nil if the model has no such tensor.
  package let expected: String?
  /// Element type and shape in the file; nil if the file has no such tensor.
  package let found: String?

  package init(name: String, expected: String?, found: String?) {
    self.name = name
    self.expected = expected
    self.found = found
  }
}
