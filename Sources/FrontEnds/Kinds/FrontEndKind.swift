import Foundations
package import Signal

/// A kind of front end, such as `mel` or `kaleidoscope-time`; two are equal if their names are.
package struct FrontEndKind: Sendable {
  let definition: any FrontEndDefinition

  /// The name, as in `NAME:option=value`.
  package let name: String

  /// The options that have an effect, in the order of the canonical form.
  package let options: [FeatureOption]

  private let optionNames: Set<String>

  init(_ definition: any FrontEndDefinition) {
    self.definition = definition
    name = definition.name
    let groups = definition.optionGroups.union([.framing, .audio])
    func used(_ options: [FeatureOption]) -> [FeatureOption] {
      options.filter { $0.group.map(groups.contains) ?? false }
    }
    options =
      used(FeatureOption.sharedBeforeOwn) + definition.ownOptions + used(FeatureOption.sharedAfterOwn)
    optionNames = Set(options.map(\.name))
  }

  /// Reads a name.
  ///
  /// - Throws: ``FrontEndError/unknownKind(name:known:suggestion:)``.
  package init(name: String) throws(FrontEndError) {
    guard let kind = Self.all.first(where: { $0.name == name }) else {
      let known = Self.all.map(\.name)
      throw .unknownKind(name: name, known: known, suggestion: NearestName.of(name, among: known))
    }
    self = kind
  }

  /// One line for the help.
  package var help: String { definition.help }

  /// Whether there are parameters to learn, unless the options fix them.
  package var isLearnable: Bool { definition.isLearnable }

  /// The options beside the shared ones.
  var ownOptions: [FeatureOption] { definition.ownOptions }

  /// Whether an option has an effect.
  package func uses(_ option: FeatureOption) -> Bool { optionNames.contains(option.name) }

  /// The defaults with another toolkit's options.
  package func configuration(_ preset: FeaturePreset) -> FeatureConfiguration {
    definition.configuration(preset)
  }
}

extension FrontEndKind: Hashable {
  package static func == (a: FrontEndKind, b: FrontEndKind) -> Bool { a.name == b.name }
  package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension FrontEndKind: CustomStringConvertible {
  package var description: String { name }
}
