/// Values of another setting with which a setting has an effect.
package struct SettingRequirement: Sendable, Hashable {
  package let setting: String
  package let values: [String]

  package init(_ setting: String, _ values: [String]) {
    self.setting = setting
    self.values = values
  }
}

/// A table of settings; a setting may set the defaults of those that follow it.
extension Array {
  package func named<Root>(_ name: String) -> Element? where Element == Setting<Root> {
    first { $0.name == name }
  }

  /// Sets values by name, in the order of the table.
  ///
  /// - Throws: ``SettingError``.
  package func apply<Root>(
    _ values: [String: SettingValue], to root: inout Root
  ) throws(SettingError) where Element == Setting<Root> {
    for setting in self {
      if let value = values[setting.name] { try setting.set(value, in: &root) }
    }
  }

  /// Whether a setting of the table has an effect in `root`.
  package func hasEffect<Root>(_ setting: Element, in root: Root) -> Bool where Element == Setting<Root> {
    guard let requirement = setting.requirement, let other = named(requirement.setting) else { return true }
    return requirement.values.contains(other.value(in: root).text)
  }

  /// The table as settings of a value that contains the root.
  package func within<Root, Whole>(
    _ path: any WritableKeyPath<Whole, Root> & Sendable
  ) -> [Setting<Whole>] where Element == Setting<Root> {
    map { $0.within(path) }
  }
}
