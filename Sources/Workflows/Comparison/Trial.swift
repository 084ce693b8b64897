import Files

/// One setting of a training that was tried for a contender.
package struct Trial: Sendable, Equatable {
  /// The settings beside the common ones; empty if nothing was tried.
  package var settings: [NamedSetting]
  package var seed: UInt64
  package var outcome: Outcome
  package var isChosen: Bool

  /// The end of a trial's training.
  package enum Outcome: Sendable, Equatable {
    /// Errors of dev speakers: of their frames, and of their phones under the strict convention.
    case trained(devFrameErrorRate: Double, devPhoneErrorRate: Double)
    /// It diverged in the epoch and step, both from 1, so that it cannot be chosen.
    case diverged(epoch: Int, step: Int)
  }

  package init(settings: [NamedSetting], seed: UInt64, outcome: Outcome, isChosen: Bool = false) {
    self.settings = settings
    self.seed = seed
    self.outcome = outcome
    self.isChosen = isChosen
  }

  /// Error rate of the dev speakers' frames; nil if the training diverged.
  package var devFrameErrorRate: Double? {
    if case .trained(let rate, _) = outcome { rate } else { nil }
  }

  /// Strict error rate of the dev speakers' phones; nil if the training diverged.
  package var devPhoneErrorRate: Double? {
    if case .trained(_, let rate) = outcome { rate } else { nil }
  }

  /// Where the training diverged, in one phrase; nil if it did not.
  package var divergence: String? {
    if case .diverged(let epoch, let step) = outcome {
      "diverged in epoch \(epoch), step \(step)"
    } else {
      nil
    }
  }
}

extension Trial {
  var json: JSONValue {
    var fields = [
      JSONField("settings", .object(settings.map { JSONField($0.name, .string($0.value)) })),
      JSONField("seed", .integer(Int64(bitPattern: seed))),
      JSONField("dev_fer", devFrameErrorRate.map { .number($0) } ?? .null),
      JSONField("dev_per_strict", devPhoneErrorRate.map { .number($0) } ?? .null),
      JSONField("is_chosen", .bool(isChosen)),
    ]
    if case .diverged(let epoch, let step) = outcome {
      fields.append(
        JSONField("diverged", ["epoch": .integer(Int64(epoch)), "step": .integer(Int64(step))]))
    }
    return .object(fields)
  }

  init?(json: JSONValue) {
    guard let fields = json["settings"]?.objectValue, let seed = json["seed"]?.integerValue,
      let isChosen = json["is_chosen"]?.boolValue
    else { return nil }
    let outcome: Outcome
    if let frames = json["dev_fer"]?.numberValue, let phones = json["dev_per_strict"]?.numberValue {
      outcome = .trained(devFrameErrorRate: frames, devPhoneErrorRate: phones)
    } else if let epoch = json["diverged"]?["epoch"]?.integerValue.flatMap({ Int(exactly: $0) }),
      let step = json["diverged"]?["step"]?.integerValue.flatMap({ Int(exactly: $0) }), !isChosen
    {
      outcome = .diverged(epoch: epoch, step: step)
    } else {
      return nil
    }
    var settings: [NamedSetting] = []
    for field in fields {
      guard let value = field.value.stringValue else { return nil }
      settings.append(NamedSetting(name: field.name, value: value))
    }
    self.init(settings: settings, seed: UInt64(bitPattern: seed), outcome: outcome, isChosen: isChosen)
  }
}
