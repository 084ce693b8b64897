import ArgumentParser

@main
struct KaleidoBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kaleido-bench", abstract: "Times the pipeline beside its peers.")
}
