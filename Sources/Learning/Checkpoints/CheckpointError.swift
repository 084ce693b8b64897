package import Files

/// What can be wrong with a model file or a checkpoint, as data.
package enum CheckpointError: Error, Equatable, Sendable {
  /// The file cannot be read or written, or is no safetensors file.
  case file(FileError)
  /// A safetensors file that is no model of ours, or a damaged one: `field` of its metadata.
  case metadata(path: String, field: String, expected: String, found: String?)
  /// The tensors are not those of the model; the first few of them.
  case tensorsDiffer(path: String, differences: [TensorDifference])
  /// A number of the model is not finite, so that it is not written.
  case notFinite(path: String, tensor: String)

  /// The file's path.
  package var path: String? {
    switch self {
    case .file(.malformed(let path, _, _, _)), .file(.system(_, let path, _)): path
    case .file: nil
    case .metadata(let path, _, _, _), .tensorsDiffer(let path, _), .notFinite(let path, _): path
    }
  }
}

/// A tensor in which a file and a model differ.
package struct TensorDifference: Equatable, Sendable {
  package let name: String
  /// Shape and element type in the model, such as `F32 [3, 4]`; nil when the model has no such tensor.
  package let expected: String?
  /// The same in the file; nil when it is not there.
  package let found: String?

  package init(name: String, expected: String?, found: String?) {
    self.name = name
    self.expected = expected
    self.found = found
  }
}
