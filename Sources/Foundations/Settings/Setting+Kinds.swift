/// A text format of a value.
package struct SettingForm<Value>: Sendable {
  package let description: String
  /// The value of a text, or nil for a text of another format.
  package let read: @Sendable (String) -> Value?
  package let write: @Sendable (Value) -> String

  package init(
    _ description: String, read: @escaping @Sendable (String) -> Value?,
    write: @escaping @Sendable (Value) -> String
  ) {
    self.description = description
    self.read = read
    self.write = write
  }
}

extension SettingForm<String> {
  /// Any text but an empty one.
  package static func name(_ description: String) -> SettingForm {
    SettingForm(description) {
      $0.isEmpty ? nil : $0
    } write: {
      $0
    }
  }
}

extension Setting {
  /// A setting that is true or false.
  package static func flag(_ name: String, _ path: any Path<Bool>, help: String) -> Setting {
    Setting(name, kind: .flag, help: help) {
      .flag($0[keyPath: path])
    } write: { root, value in
      guard case .flag(let flag) = value else { return }
      root[keyPath: path] = flag
    }
  }

  /// An integer.
  package static func integer(
    _ name: String, _ path: any Path<Int>, _ range: ClosedRange<Int>, unit: SettingUnit? = nil, help: String
  ) -> Setting {
    Setting(name, kind: .integer(range), unit: unit, help: help) {
      .integer($0[keyPath: path])
    } write: { root, value in
      guard case .integer(let number) = value else { return }
      root[keyPath: path] = number
    }
  }

  /// A seed: any nonnegative integer.
  package static func seed(_ name: String, _ path: any Path<UInt64>, help: String) -> Setting {
    Setting(name, kind: .integer(0...Int.max), help: help) {
      .integer(Int(clamping: $0[keyPath: path]))
    } write: { root, value in
      guard case .integer(let seed) = value else { return }
      root[keyPath: path] = UInt64(clamping: seed)
    }
  }

  /// An integer, or a keyword that means nil.
  package static func integer(
    _ name: String, _ path: any Path<Int?>, _ range: ClosedRange<Int>, orKeyword keyword: String,
    unit: SettingUnit? = nil, help: String
  ) -> Setting {
    Setting(name, kind: .keyword(keyword, or: .integer(range)), unit: unit, help: help) {
      $0[keyPath: path].map { .integer($0) } ?? .string(keyword)
    } write: { root, value in
      if case .integer(let number) = value { root[keyPath: path] = number } else { root[keyPath: path] = nil }
    }
  }

  /// A number.
  package static func real(
    _ name: String, _ path: any Path<Double>, _ range: ClosedRange<Double>, unit: SettingUnit? = nil,
    help: String
  ) -> Setting {
    Setting(name, kind: .real(range), unit: unit, help: help) {
      .real($0[keyPath: path])
    } write: { root, value in
      guard case .real(let number) = value else { return }
      root[keyPath: path] = number
    }
  }

  /// A number in single precision, written as the shortest decimal that reads back as the same number.
  package static func real(
    _ name: String, _ path: any Path<Float>, _ range: ClosedRange<Double>, unit: SettingUnit? = nil,
    help: String
  ) -> Setting {
    Setting(name, kind: .real(range), unit: unit, help: help) {
      let number = $0[keyPath: path]
      return .real(Double("\(number)") ?? Double(number))
    } write: { root, value in
      guard case .real(let number) = value else { return }
      root[keyPath: path] = Float(number)
    }
  }

  /// A number, or a keyword that means nil.
  package static func real(
    _ name: String, _ path: any Path<Double?>, _ range: ClosedRange<Double>, orKeyword keyword: String,
    unit: SettingUnit? = nil, help: String
  ) -> Setting {
    Setting(name, kind: .keyword(keyword, or: .real(range)), unit: unit, help: help) {
      $0[keyPath: path].map { .real($0) } ?? .string(keyword)
    } write: { root, value in
      if case .real(let number) = value { root[keyPath: path] = number } else { root[keyPath: path] = nil }
    }
  }

  /// One of the cases of an enumeration, by name.
  package static func choice<Choice: CaseIterable & RawRepresentable<String> & SendableMetatype>(
    _ name: String, _ path: any Path<Choice>, help: String
  ) -> Setting {
    Setting(name, kind: .choice(Choice.allCases.map(\.rawValue)), help: help) {
      .string($0[keyPath: path].rawValue)
    } write: { root, value in
      guard case .string(let name) = value, let choice = Choice(rawValue: name) else { return }
      root[keyPath: path] = choice
    }
  }

  /// One of some names, or a keyword that means nil.
  package static func choice(
    _ name: String, _ path: any Path<String?>, _ names: [String], orKeyword keyword: String, help: String
  ) -> Setting {
    Setting(name, kind: .keyword(keyword, or: .choice(names)), help: help) {
      .string($0[keyPath: path] ?? keyword)
    } write: { root, value in
      guard case .string(let name) = value else { return }
      root[keyPath: path] = name == keyword ? nil : name
    }
  }

  /// One of the cases of an enumeration, by number.
  package static func choice<Choice: CaseIterable & RawRepresentable<Int> & SendableMetatype>(
    _ name: String, _ path: any Path<Choice>, help: String
  ) -> Setting {
    Setting(name, kind: .integerChoice(Choice.allCases.map(\.rawValue)), help: help) {
      .integer($0[keyPath: path].rawValue)
    } write: { root, value in
      guard case .integer(let number) = value, let choice = Choice(rawValue: number) else { return }
      root[keyPath: path] = choice
    }
  }

  /// A text of some format.
  package static func text<Value>(
    _ name: String, _ path: any Path<Value>, _ form: SettingForm<Value>, help: String
  ) -> Setting {
    Setting(
      name, kind: .text(description: form.description), help: help,
      canonical: { form.read($0).map(form.write) }
    ) {
      .string(form.write($0[keyPath: path]))
    } write: { root, value in
      guard case .string(let text) = value, let value = form.read(text) else { return }
      root[keyPath: path] = value
    }
  }

  /// A text of some format, or a keyword that means nil.
  package static func text<Value>(
    _ name: String, _ path: any Path<Value?>, _ form: SettingForm<Value>, orKeyword keyword: String,
    help: String
  ) -> Setting {
    Setting(
      name, kind: .keyword(keyword, or: .text(description: form.description)), help: help,
      canonical: { form.read($0).map(form.write) }
    ) {
      .string($0[keyPath: path].map(form.write) ?? keyword)
    } write: { root, value in
      guard case .string(let text) = value else { return }
      root[keyPath: path] = text == keyword ? nil : form.read(text)
    }
  }
}
