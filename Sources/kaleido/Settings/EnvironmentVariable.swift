import Foundations

/// The program's own variables in the environment: `KALEIDO_` and a setting's name in capitals.
enum EnvironmentVariable {
  private static let prefix = "KALEIDO_"

  /// A variable that looks like the program's but that nothing reads.
  struct Unknown: Sendable, Equatable {
    let name: String
    /// The variable that may have been meant.
    let suggestion: String?
  }

  /// Variables of the project that are no setting's: the data folder, and what the tests read.
  private static let others = ["KALEIDO_DATA", "KALEIDO_ORACLES"]

  /// The variable of a setting.
  static func named(_ setting: String) -> String {
    prefix + setting.uppercased().replacing("-", with: "_")
  }

  /// The variables that begin like the program's and are none of them, in order.
  static func unknown(in environment: [String: String]) -> [Unknown] {
    let known =
      others + (SettingTables.names + SettingTables.aliases.values.joined()).map(named)
    // Without the prefix, which would make every name near to every other.
    let names = known.map { $0.dropFirst(prefix.count).lowercased() }
    return environment.keys.filter { $0.hasPrefix(prefix) && !known.contains($0) }.sorted().map { name in
      let nearest = NearestName.of(String(name.dropFirst(prefix.count)), among: names)
      return Unknown(name: name, suggestion: nearest.map { prefix + $0.uppercased() })
    }
  }
}
