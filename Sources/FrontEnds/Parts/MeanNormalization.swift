import Foundations
import Learning
import Signal

extension FrontEndAssembly {
  /// Subtracts the mean of each channel of what comes out so far, which is fixed from then on, if the options
  /// ask for it and it was not done before.
  ///
  /// - Throws: ``FrontEndError/notWhileLearning(option:kind:)`` where something so far learns.
  mutating func normalizeMean(_ context: AssemblyContext) throws(FrontEndError) {
    guard context.mean != .none, !hasMeanNormalized else { return }
    guard !context.isTraining || !layers.contains(where: \.isLearned) else {
      throw .notWhileLearning(option: LevelNormalization.mean.option.name, kind: context.kindName)
    }
    let base = frontEnd(ModelValues(context.declaration), label: context.label)
    let isRunning = context.mean == .running
    var parts = description
    parts.append(isRunning ? "running mean subtracted" : "mean of the utterance subtracted")
    let text = "\(context.label): \(parts.joined(separator: ", "))"
    let source: any FrontEnd
    if isRunning {
      let window = try RunningWindow(context.configuration)
      let sliding = SlidingCMVNOptions(window: window.frames, minimumWindow: window.leastFrames)
      source = try PostprocessedFrontEnd(
        base, frame: context.configuration.frameOptions, options: PostprocessingOptions(sliding: sliding),
        description: text)
    } else {
      source = CenteredFrontEnd(base, description: text)
    }
    self = FrontEndAssembly(source: source, operations: operations + channels, description: parts)
    hasMeanNormalized = true
  }
}
