/// A field in which the configurations of a directory and of a run differ.
package struct ConfigurationDifference: Equatable, Sendable {
  /// The path of the field, names joined by dots: `options.mel_bins`.
  package let field: String
  /// The directory's value as JSON; nil if it lacks the field.
  package let directory: String?
  /// The run's value as JSON; nil if it lacks the field.
  package let run: String?

  package init(field: String, directory: String?, run: String?) {
    self.field = field
    self.directory = directory
    self.run = run
  }

  /// The fields in which two configurations differ, in the order of `run`.
  package static func between(directory: JSONValue, run: JSONValue) -> [ConfigurationDifference] {
    between(directory, run, at: "")
  }

  private static func between(
    _ directory: JSONValue?, _ run: JSONValue?, at field: String
  ) -> [ConfigurationDifference] {
    if directory == run { return [] }
    guard let old = directory?.objectValue, let new = run?.objectValue else {
      return [ConfigurationDifference(field: field, directory: directory?.text, run: run?.text)]
    }
    var names = new.map(\.name)
    names += old.map(\.name).filter { name in !new.contains { $0.name == name } }
    let found = names.flatMap { name in
      between(directory?[name], run?[name], at: field.isEmpty ? name : "\(field).\(name)")
    }
    if !found.isEmpty { return found }
    // The same fields in another order, hence other bytes.
    return [ConfigurationDifference(field: field, directory: directory?.text, run: run?.text)]
  }
}
