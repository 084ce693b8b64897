/// An option's name as the key of its value.
private struct OptionKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension FeatureConfiguration: Codable {
  /// Reads an object of options; those that are not there keep their defaults.
  ///
  /// - Throws: ``FrontEndError`` for names that are not known and values that are not allowed.
  package init(from decoder: any Decoder) throws {
    self.init()
    let container = try decoder.container(keyedBy: OptionKey.self)
    // In a fixed order, so that of several errors it is always the same one that is told.
    for key in container.allKeys.sorted(by: { $0.stringValue < $1.stringValue }) {
      let option = try FeatureOption.named(key.stringValue)
      guard option.name == key.stringValue else {
        throw FrontEndError.unknownOption(
          name: key.stringValue, known: FeatureOption.all.map(\.name), suggestion: option.name)
      }
      guard let value = try? container.decode(FeatureValue.self, forKey: key) else {
        throw FrontEndError.wrongType(option: option.name, allowed: option.kind)
      }
      try option.set(value, in: &self)
    }
  }

  /// Writes every option, also those at their defaults.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: OptionKey.self)
    for option in FeatureOption.all {
      try container.encode(option.value(in: self), forKey: OptionKey(stringValue: option.name))
    }
  }

  /// Every option in one line of JSON, keys sorted, the same bytes for the same values on every machine.
  package var canonicalJSON: String {
    let members = FeatureOption.all.sorted { $0.name < $1.name }
      .map { "\"\($0.name)\":\($0.value(in: self).json)" }
    return "{\(members.joined(separator: ","))}"
  }

  /// The options whose values differ from those of another configuration, in the order of the table.
  package func differences(from other: FeatureConfiguration) -> [FeatureOption] {
    FeatureOption.all.filter { $0.value(in: self) != $0.value(in: other) }
  }
}
