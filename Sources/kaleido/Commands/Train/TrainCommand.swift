import ArgumentParser
import Signal
import Stages
import Workflows

/// `kaleido train CORPUS --out RUN`.
struct TrainCommand: WorkflowCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a phone classifier on a front end.",
    usage: "kaleido train <corpus> --out <run> [--front-end <front-end>] [<options>]",
    discussion: """
      Examples:
        kaleido train corpus --front-end mel --out runs/mel
        kaleido train corpus --front-end kaleidoscope-time --epochs 10 --out runs/k

      Trains on the training speakers, keeps the epoch with the lowest frame error on the dev speakers, \
      and chooses the decoder's weights on them. Each epoch is committed by a checkpoint: stopped at any \
      time, by any means, the same command with --resume goes on from there and ends with the same bytes. \
      RUN holds no path of the corpus.

      RUN/model.safetensors   the best epoch's model; needs no other file
      RUN/training.jsonl      a line an epoch: loss, accuracy, dev frame error, how far the front end has \
      moved
      RUN/summary.json        written last
      """)

  @OptionGroup var arguments: TrainArguments
  @OptionGroup(title: "Messages") var output: OutputOptions

  static let progressLabel = "train"

  var printsSettings: Bool { arguments.configuration.printConfig }

  func resolve() throws(Failure) -> (options: TrainOptions, settings: SettingLayers) {
    try arguments.resolve()
  }

  func report(on options: TrainOptions, _ progress: WorkProgress) async throws -> any CommandReport {
    let plan = try TrainPlan(options, progress: progress)
    if arguments.everyday.dryRun { return try await plan.estimate(progress: progress) }
    do {
      return try await plan.run(progress: progress)
    } catch {
      throw Failure(error).withRemedy(of: options.training)
    }
  }

  func drawing() throws -> GraphBlueprintDrawing { try TrainPlan(resolve().options).drawing() }
}

extension TrainCommand: ComputingCommand {
  var vectorUnit: VectorUnit? {
    get throws(Failure) { try arguments.configuration.vectorUnit(arguments.arithmetic) }
  }
}
