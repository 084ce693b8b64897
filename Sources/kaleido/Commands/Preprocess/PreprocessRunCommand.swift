import ArgumentParser
import Signal
import Stages
import Workflows

/// `kaleido preprocess CORPUS --out DIR`.
struct PreprocessRunCommand: WorkflowCommand {
  static let name = "run"

  static let configuration = CommandConfiguration(
    commandName: name, abstract: "Turn a corpus into features (the default).",
    usage: "kaleido preprocess <corpus> --out <dir> [<options>]",
    discussion: """
      Examples:
        kaleido preprocess corpus --out feats
        kaleido preprocess corpus --out feats --front-end mfcc --format npy --jobs 4

      Reads the corpus, computes features and frame labels, and writes them in shards that are committed \
      one by one. Stopped at any time, by any means, the same command goes on from there and ends with the \
      same bytes. An utterance that cannot be used is left out, named, and listed in rejects.jsonl.

      kaleido preprocess status DIR   which shards are there
      kaleido preprocess verify DIR   every committed file against its checksum
      kaleido preprocess finish DIR   the indexes, once all parts are done
      """)

  @OptionGroup var arguments: PreprocessArguments
  @OptionGroup(title: "Messages") var output: OutputOptions

  static let progressLabel = "preprocess"

  var printsSettings: Bool { arguments.configuration.printConfig }

  func resolve() throws(Failure) -> (options: PreprocessOptions, settings: SettingLayers) {
    try arguments.resolve()
  }

  func report(on options: PreprocessOptions, _ progress: WorkProgress) async throws -> any CommandReport {
    let plan = try PreprocessPlan(options, progress: progress)
    if arguments.everyday.dryRun { return try await plan.estimate(progress: progress) }
    return try await plan.run(progress: progress)
  }

  func drawing() throws -> GraphBlueprintDrawing { try PreprocessPlan(resolve().options).drawing() }
}

extension PreprocessRunCommand: ComputingCommand {
  var vectorUnit: VectorUnit? {
    get throws(Failure) { try arguments.configuration.vectorUnit(arguments.arithmetic) }
  }
}
