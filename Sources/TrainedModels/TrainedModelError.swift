package import DataManifests
package import Foundations

/// A fault of the directory or the model of a training.
package enum TrainedModelError: Error, Sendable {
  // MARK: Models

  /// A path where there is nothing; with the error number unless it is ENOENT.
  case missing(path: String, errno: Int32?)
  /// The folder of a training that has finished no epoch.
  case noModel(path: String)
  /// A field of `config.json` that is missing or out of its range.
  case invalidField(path: String, field: String, expected: String, found: String?)
  /// A setting of `config.json` with a value that it does not allow.
  case invalidSetting(path: String, field: String, allowed: SettingKind, found: String)
  /// An invalid configuration, for the reason `cause`.
  case invalidConfiguration(path: String, cause: any Error)
  /// A model whose description, read from the file, leads to `cause`.
  case invalidModel(path: String, cause: any Error)
  /// A model of features that another tool made, where one that hears audio is needed.
  case externalFeatures(path: String)
  /// A model of the phone set `held`, and a corpus of another.
  case otherPhones(model: String, held: String, wanted: String, [PhoneSetDifference])

  // MARK: Directories

  /// A training is there that is neither resumed nor replaced.
  case trainingExists(path: String)
  /// A summary or history that is not as a training writes it.
  case damagedSummary(path: String)
}
