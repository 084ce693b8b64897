import ArgumentParser

@main
struct Kaleido: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kaleido", abstract: "Speech corpora in TIMIT format to features, classifiers and verdicts.")
}
