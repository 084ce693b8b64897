import ArgumentParser
import Corpus

/// How a corpus and its labels are read.
struct CorpusReadingArguments: ParsableArguments {
  @Option(help: ArgumentHelp("The layout of the corpus. (default: told by what is there)", valueName: "name"))
  var layout: LayoutName?

  @Option(
    help: ArgumentHelp(
      "Where the labels are: a folder, or a file of several utterances. (default: beside the audio)",
      valueName: "path"), completion: .file())
  var labels: String?

  @Option(help: ArgumentHelp("The format of the labels. (default: by the extension)", valueName: "name"))
  var labelFormat: LabelFormatName?

  @Option(
    help: ArgumentHelp("The unit of bare numbers in labels. (default: that of the format)", valueName: "unit")
  )
  var labelUnit: LabelUnit?

  @Option(
    help: ArgumentHelp(
      "The tier of phones in files with several. (default: the one named so)", valueName: "name"))
  var tier: String?

  @Option(
    help: ArgumentHelp(
      "What a symbol outside the phone set costs: its label, or the utterance. (default: unlabeled)",
      valueName: "rule"))
  var unknownPhone: LabelOptions.UnknownPhone?

  var options: Corpus.CorpusOptions {
    Corpus.CorpusOptions(
      layout: layout?.name,
      labels: LabelOptions(
        location: labels, format: labelFormat?.name, unit: labelUnit, tier: tier,
        unknownPhone: unknownPhone ?? .unlabeled))
  }
}

/// The name of a corpus layout; `auto` is none.
struct LayoutName: ExpressibleByArgument {
  let name: String?

  init?(argument: String) {
    guard Self.allValueStrings.contains(argument) else { return nil }
    name = argument == "auto" ? nil : argument
  }

  static var allValueStrings: [String] { ["auto"] + CorpusLayouts.descriptions.map(\.name) }
}

/// The name of a label format.
struct LabelFormatName: ExpressibleByArgument {
  let name: String

  init?(argument: String) {
    guard Self.allValueStrings.contains(argument) else { return nil }
    name = argument
  }

  static var allValueStrings: [String] { LabelFormats.all.map(\.name) }
}

extension LabelUnit: ExpressibleByArgument {}

extension LabelOptions.UnknownPhone: ExpressibleByArgument {}
