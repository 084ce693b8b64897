import Files
import Signal
import Stages
import Workflows

extension Failure {
  /// The configuration of a directory that differs from a run's.
  init(configurationAt path: String, differs fields: [ConfigurationDifference]) {
    // The digest of a table shows that it is another; the table itself is long.
    let differences = fields.filter { !$0.field.hasSuffix("phones.table") }.map {
      Difference(field: $0.field, held: $0.directory ?? "nothing", wanted: $0.run ?? "nothing")
    }
    self.init(
      .configurationDiffers, code: "configuration-differs", subject: path,
      remedy: Self.remedy(for: differences), differences: Self.withVectorUnits(differences))
  }

  private static func remedy(for differences: [Difference]) -> Remedy {
    if differences.contains(where: { $0.field == "manifest_sha256" }) {
      return Remedy(
        because: "The corpus's list of files is another",
        ["use another --out", "give --force to do all of it again"])
    }
    if !differences.isEmpty, differences.allSatisfy({ arithmeticFields.contains($0.field) }) {
      // Replaced, what other machines have made would be lost, and they would replace this machine's in turn.
      return vectorUnits(of: differences).map { remedy(held: $0.held, wanted: $0.wanted) }
        ?? Remedy(
          because: "The program, its libraries or the vector unit is another",
          ["give the \(vectorUnitOption) that it was made with", "use another --out"])
    }
    return Remedy([
      "use another --out", "give the same options", "give --force to replace what is there",
    ])
  }

  /// Fields that depend on the machine alone.
  private static let arithmeticFields = ["arithmetic_fingerprint", "arithmetic-sha256"]

  /// The remedy where another vector unit has computed what is there.
  private static func remedy(held: VectorUnit, wanted: VectorUnit) -> Remedy {
    let reason = "Another vector unit has computed what is there"
    guard VectorUnit.available.contains(held) else {
      return Remedy(
        because: reason,
        [
          "go on where the processor has \(held.rawValue)",
          "use another --out, with \(vectorUnitOption) \(wanted.rawValue) on all machines",
        ])
    }
    return Remedy(because: reason, ["give \(vectorUnitOption) \(held.rawValue)", "use another --out"])
  }

  /// The remedy where features and a run were computed with different vector units; nil where they were not.
  static func remedyOfVectorUnit(for differences: [Difference]) -> Remedy? {
    guard differences.allSatisfy({ arithmeticFields.contains($0.field) }) else { return nil }
    return vectorUnits(of: differences).map { remedy(held: $0.held, wanted: $0.wanted) }
  }

  /// The vector units of fingerprints that differ; nil where they are of the same.
  private static func vectorUnits(of differences: [Difference]) -> (held: VectorUnit, wanted: VectorUnit)? {
    guard let difference = differences.first(where: { $0.field == arithmeticFields[0] }),
      let held = VectorUnit(fingerprint: difference.held),
      let wanted = VectorUnit(fingerprint: difference.wanted), held != wanted
    else { return nil }
    return (held, wanted)
  }

  /// The differences, with that of the vector units by itself: a fingerprint is long.
  static func withVectorUnits(_ differences: [Difference]) -> [Difference] {
    guard let units = vectorUnits(of: differences) else { return differences }
    let difference = Difference(
      field: ArithmeticOptions.vectorUnitName, held: units.held.rawValue, wanted: units.wanted.rawValue)
    return [difference] + differences
  }
}
