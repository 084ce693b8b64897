package import Learning

/// The features that a model is trained on: a front end's, which may learn, or another tool's.
package enum TrainableFeatures: Sendable {
  case frontEnd(TrainableFrontEnd)
  case external(ExternalFeaturePlan)

  /// The front end; nil for features of another tool.
  package var frontEnd: TrainableFrontEnd? {
    if case .frontEnd(let frontEnd) = self { frontEnd } else { nil }
  }

  /// The rows that segments are cut from.
  package var source: any FeatureProperties {
    switch self {
    case .frontEnd(let frontEnd): frontEnd.source
    case .external(let plan): plan
    }
  }

  /// From ``source`` to the features; nil where nothing is learned.
  package var layer: (any SequenceLayer)? { frontEnd?.layer }

  /// Floats in a row of features.
  package var channels: Int { layer?.outputWidth ?? source.channels }

  /// The features with learned values.
  package func frozen(_ values: ModelValues) -> any FeatureProperties {
    switch self {
    case .frontEnd(let frontEnd): frontEnd.frozen(values)
    case .external(let plan): plan
    }
  }
}
