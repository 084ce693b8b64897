import ArgumentParser

/// A section of settings that appear as options of a command.
///
/// A type for each section, since the parser distinguishes option groups by type.
protocol SettingSection {
  static var arguments: [SettingArgument] { get }
}

/// The options of a section: real options of the parser, made from the tables of settings.
///
/// The parser finds a command's options in the mirror of an instance that is not parsed, and asks a parsed
/// one for their values by the mirror's labels; so a mirror whose children are made from a table is as good
/// as properties written by hand, and an option that is added to a table appears here by itself.
struct SettingOptions<Section: SettingSection>: ParsableArguments, Sendable {
  /// The given values as text, by the setting's name: the tables read them.
  private(set) var values: [String: String] = [:]

  init() {}

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: SettingKey.self)
    for argument in Section.arguments {
      for name in [argument.name] + argument.hiddenNames {
        let key = SettingKey(stringValue: name)
        let text =
          argument.isFlag
          ? try container.decode(Flag<Bool?>.self, forKey: key).wrappedValue.map { String($0) }
          : try container.decode(Option<String?>.self, forKey: key).wrappedValue
        guard let text else { continue }
        guard values.updateValue(text, forKey: argument.name) == nil else {
          throw ValidationError("--\(name) is another name of --\(argument.name): give one of them.")
        }
      }
    }
  }
}

extension SettingOptions: CustomReflectable {
  var customMirror: Mirror {
    let children = Section.arguments.flatMap { argument in
      ([argument.name] + argument.hiddenNames).map { name -> Mirror.Child in
        let help = argument.help(isShown: name == argument.name)
        // A value may begin with a dash: it is for the table to refuse a negative number.
        let option: Any =
          argument.isFlag
          ? Flag<Bool?>(name: .customLong(name), inversion: .prefixedNo, help: help)
          : Option<String?>(
            name: .customLong(name), parsing: .unconditional, help: help, completion: argument.completion)
        return (label: name, value: option)
      }
    }
    return Mirror(self, children: children)
  }
}

/// A setting's name as the parser's key.
private struct SettingKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}
