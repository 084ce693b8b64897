import ArgumentParser
import Foundation
import Stages
import Workflows

/// The argument of the commands that look after an output directory.
struct DirectoryArgument: ParsableArguments {
  @Argument(
    help: ArgumentHelp("An output directory of preprocess.", valueName: "dir"), completion: .directory)
  var directory: String
}

/// `kaleido preprocess status DIR`.
struct PreprocessStatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show which shards are there, by their records; reads no features.",
    usage: "kaleido preprocess status <dir> [<options>]",
    discussion: """
      Examples:
        kaleido preprocess status feats
        kaleido preprocess status feats --json

      \(DirectoryText.exitCodes)
      """)

  @OptionGroup var argument: DirectoryArgument
  @OptionGroup(title: "Messages") var output: OutputOptions

  func run() async throws {
    try await CommandRunner.run(Self.self, output) {
      try output.print(try await DirectoryState(of: argument.directory, verifyingChecksums: false))
    }
  }
}

/// `kaleido preprocess verify DIR`.
struct PreprocessVerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Check every committed file against its checksum.",
    usage: "kaleido preprocess verify <dir> [<options>]",
    discussion: """
      Examples:
        kaleido preprocess verify feats
        kaleido preprocess verify feats --json

      \(DirectoryText.exitCodes)
      """)

  @OptionGroup var argument: DirectoryArgument
  @OptionGroup(title: "Messages") var output: OutputOptions

  func run() async throws {
    try await CommandRunner.run(Self.self, output) {
      let progress = WorkProgress()
      let state = try await ProgressDisplay(output, verb: "verify").show(progress) {
        try await DirectoryState(
          of: argument.directory, verifyingChecksums: true,
          jobs: ProcessInfo.processInfo.activeProcessorCount, progress: progress)
      }
      return try output.print(state)
    }
  }
}

/// `kaleido preprocess finish DIR`.
struct PreprocessFinishCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "finish", abstract: "Write the indexes, once all parts are done.",
    usage: "kaleido preprocess finish <dir> [<options>]",
    discussion: """
      Examples:
        kaleido preprocess finish feats
        kaleido preprocess finish feats --corpus corpus --relative-paths

      Ends with 65 if more utterances were rejected than the last run allowed, 75 if shards are missing.
      """)

  @OptionGroup var argument: DirectoryArgument

  @OptionGroup(title: "Everyday options") var everyday: Everyday
  @OptionGroup(title: "Messages") var output: OutputOptions

  struct Everyday: ParsableArguments {
    @Option(
      help: ArgumentHelp(
        "The folder that the manifest's audio paths are below. (default: as the last run had it)",
        valueName: "dir"),
      completion: .directory)
    var corpus: String?

    @OptionGroup var settings: SettingOptions<FinishSection>
  }

  func run() async throws {
    try await CommandRunner.run(Self.self, output) {
      let options = try options()
      let progress = WorkProgress()
      let report = try await ProgressDisplay(output, verb: "finish").show(progress) {
        try await FinishedDirectory.finish(argument.directory, options, progress: progress)
      }
      return try output.print(report)
    }
  }

  func options() throws(Failure) -> FinishOptions {
    var options = FinishOptions()
    options.corpusRoot = everyday.corpus
    options.jobs = ProcessInfo.processInfo.activeProcessorCount
    var layers = try SettingLayers(everyday.settings.values)
    try layers.apply(FinishOptions.settings, to: &options)
    return options
  }
}
