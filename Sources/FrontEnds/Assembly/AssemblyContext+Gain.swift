import Foundations
import Learning
import Signal

extension AssemblyContext {
  /// The gain that the options ask for; nil for none.
  func gainNormalization() throws(FrontEndError) -> GainNormalization? {
    guard gain != .none else { return nil }
    let plan = try plan { () throws(SignalError) in try FilterBankPlan(configuration.melEnergyOptions) }
    return GainNormalization(
      levels: LayeredFrontEnd(
        source: PlanFrontEnd(plan, description: "mel energies"),
        layers: [BandLevelLayer(inputWidth: plan.channels)],
        values: ModelValues(ModelDeclaration(seed: 0)), description: "level"),
      level: configuration[LevelNormalization.level],
      window: gain == .running ? try RunningWindow(configuration) : nil)
  }

  /// The gain, for summaries; empty where there is none.
  var gainDescription: [String] {
    switch gain {
    case .auto, .none: []
    case .utterance: ["gain of the utterance"]
    case .running: ["running gain"]
    }
  }
}
