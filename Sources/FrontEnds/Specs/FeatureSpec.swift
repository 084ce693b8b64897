import Foundations
package import Learning
import Signal

/// Where the features of a model come from.
package enum FeatureSpec: Sendable, Equatable {
  /// From audio, by a front end.
  case frontEnd(FrontEndSpec)
  /// From another tool.
  case external(ExternalFeatureSpec)

  /// The front end; nil for features of another tool.
  package var frontEnd: FrontEndSpec? { if case .frontEnd(let spec) = self { spec } else { nil } }

  /// The seed of dither and random initial values.
  package var seed: UInt64 {
    get {
      switch self {
      case .frontEnd(let spec): spec.configuration.frame.seed
      case .external(let spec): spec.seed
      }
    }
    set {
      switch self {
      case .frontEnd(var spec):
        spec.configuration.frame.seed = newValue
        self = .frontEnd(spec)
      case .external(var spec):
        spec.seed = newValue
        self = .external(spec)
      }
    }
  }

  /// Whether a frame of features is known to describe the frames around its own.
  package var holdsContext: Bool { frontEnd?.holdsContext ?? false }

  /// The features for training; the tensors that a front end learns are declared under `frontend.`.
  ///
  /// - Throws: ``FrontEndError``.
  package func makeTrainable(
    declaration: inout ModelDeclaration
  ) throws(FrontEndError) -> TrainableFeatures {
    switch self {
    case .frontEnd(let spec): .frontEnd(try spec.makeTrainable(declaration: &declaration))
    case .external(let spec): .external(try spec.makePlan())
    }
  }
}

extension FeatureSpec: CustomStringConvertible {
  /// The canonical request of a front end; `given`, with options in the same form, for another tool's
  /// features.
  package var description: String {
    switch self {
    case .frontEnd(let spec): spec.description
    case .external(let spec): spec.description
    }
  }
}

extension ExternalFeatureSpec: CustomStringConvertible {
  /// The name of another tool's features where front ends are named.
  package static let name = "given"

  /// The settings that differ from their defaults, but for the seed.
  package var description: String {
    let settings = Self.settings.compactMap { setting -> String? in
      let value = setting.value(in: self)
      guard value != setting.value(in: ExternalFeatureSpec()), setting.name != "seed" else { return nil }
      return setting.text(settingTo: value)
    }
    return settings.isEmpty ? Self.name : "\(Self.name):\(settings.joined(separator: ","))"
  }
}
