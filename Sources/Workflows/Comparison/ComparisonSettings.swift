package import Foundations

extension ComparisonOptions {
  /// The settings of `compare` beside those of its trainings, in the order of the help.
  package static let settings: [Setting<ComparisonOptions>] = [
    .integer("seeds", \.seedCount, 1...100, help: "Seeds of every front end, from the first on."),
    .integer("first-seed", \.firstSeedNumber, 0...Int(Int32.max), help: "The first seed."),
    .choice("measure", \.measure, help: "What the primary test counts."),
    .integer(
      "label-shift", \.labelShift, -1_000_000...1_000_000, orKeyword: "none", unit: .frames,
      help: "Frames by which features of dir: come later than this program's; their number may then differ."
    ),
  ]

  fileprivate var firstSeedNumber: Int {
    get { Int(clamping: firstSeed) }
    set { firstSeed = UInt64(clamping: newValue) }
  }
}
