import Files

/// One setting of a training that was tried for a contender.
package struct Trial: Sendable, Equatable {
  /// The settings beside the common ones; empty if nothing was tried.
  package var settings: [NamedSetting]
  package var seed: UInt64
  package var devFrameErrorRate: Double
  /// Strict error rate of the phones of dev speakers.
  package var devPhoneErrorRate: Double
  package var isChosen: Bool

  package init(
    settings: [NamedSetting], seed: UInt64, devFrameErrorRate: Double, devPhoneErrorRate: Double,
    isChosen: Bool
  ) {
    self.settings = settings
    self.seed = seed
    self.devFrameErrorRate = devFrameErrorRate
    self.devPhoneErrorRate = devPhoneErrorRate
    self.isChosen = isChosen
  }
}

extension Trial {
  var json: JSONValue {
    [
      "settings": .object(settings.map { JSONField($0.name, .string($0.value)) }),
      "seed": .integer(Int64(bitPattern: seed)), "dev_fer": .number(devFrameErrorRate),
      "dev_per_strict": .number(devPhoneErrorRate), "is_chosen": .bool(isChosen),
    ]
  }

  init?(json: JSONValue) {
    guard let fields = json["settings"]?.objectValue, let seed = json["seed"]?.integerValue,
      let frames = json["dev_fer"]?.numberValue, let phones = json["dev_per_strict"]?.numberValue,
      let isChosen = json["is_chosen"]?.boolValue
    else { return nil }
    var settings: [NamedSetting] = []
    for field in fields {
      guard let value = field.value.stringValue else { return nil }
      settings.append(NamedSetting(name: field.name, value: value))
    }
    self.init(
      settings: settings, seed: UInt64(bitPattern: seed), devFrameErrorRate: frames,
      devPhoneErrorRate: phones, isChosen: isChosen)
  }
}
