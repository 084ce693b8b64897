package import Foundations

/// How a corpus is read.
package struct CorpusOptions: Equatable, Sendable {
  /// The name of the layout; nil to recognize it by its files.
  package var layout: String?
  package var labels: LabelOptions
  /// Whether audio of any sample rate is taken, to be resampled to the rate of the features.
  package var resamples: Bool
  /// The phone set; nil for that of the corpus.
  package var phones: PhoneSetChoice?
  /// The speaker in the path of the audio; nil for the layout's.
  package var speakerPattern: SpeakerPattern?

  package init(
    layout: String? = nil, labels: LabelOptions = LabelOptions(), resamples: Bool = false,
    phones: PhoneSetChoice? = nil, speakerPattern: SpeakerPattern? = nil
  ) {
    self.speakerPattern = speakerPattern
    self.layout = layout
    self.labels = labels
    self.resamples = resamples
    self.phones = phones
  }
}

extension CorpusOptions {
  /// The path of the phone set's file; nil if it is not a file's.
  package var phoneFile: String? { phones.flatMap { $0.isFile ? $0.text : nil } }

  /// The settings of how a corpus and its labels are read, in the order of the help.
  package static let settings: [Setting<CorpusOptions>] = [
    .choice(
      "layout", \.layout, CorpusLayouts.all.map(\.name), orKeyword: "auto", help: "Layout of the corpus."
    ).with { $0.defaultNote = "by the files that are there" },
    .text(
      "speaker-pattern", \.speakerPattern,
      SettingForm("a regular expression with one group", read: { SpeakerPattern($0) }, write: { $0.text }),
      orKeyword: "layout",
      help: """
        Regular expression whose group is the speaker in the path of the audio, as in '([^/]*)/[^/]*$'.
        """
    ).with {
      $0.defaultNote = "by the layout"
      $0.placeholder = "regex"
    },
    .text(
      labelsName, \.labels.location, .name("a path"), orKeyword: "beside",
      help: "Folder of the labels, or a file with those of several utterances."
    ).with {
      $0.defaultNote = "beside the audio"
      $0.placeholder = "path"
    },
    .choice(
      "label-format", \.labels.format, LabelFormats.all.map(\.name), orKeyword: "auto",
      help: "Format of the labels."
    ).with { $0.defaultNote = "by the extension" },
    .choice(
      "label-unit", \.labels.unitName, LabelUnit.allCases.map(\.rawValue), orKeyword: "auto",
      help: "Unit of bare numbers in labels."
    ).with { $0.defaultNote = "that of the format" },
    .text(
      "tier", \.labels.tier, .name("the name of a tier"), orKeyword: "auto",
      help: "Tier of phones in files with several."
    ).with {
      $0.defaultNote = "the one named so"
      $0.placeholder = "name"
    },
    .text(
      phonesName, \.phones,
      SettingForm("a phone set, a file with one, or auto", read: { PhoneSetChoice($0) }, write: { $0.text }),
      orKeyword: "corpus",
      help: """
        Phone set: one of the program's, a file with a header and a row a phone, or auto for the symbols in \
        the labels.
        """
    ).with {
      $0.defaultNote = "that of the corpus, the model or the layout; else timit"
      $0.placeholder = "name|file|auto"
    },
    .choice(
      "unknown-phone", \.labels.unknownPhone,
      help:
        """
        Consequence of a symbol outside the phone set: its frames have no label, or the utterance is \
        rejected.
        """
    ),
    .resample(\.resamples),
  ]

  /// The setting whose value is a path.
  package static let labelsName = "labels"
  /// The setting whose value may be the path of a file.
  package static let phonesName = "phones"
}

extension Setting {
  /// Whether audio of other sample rates is resampled, which the reading of corpora and of streams shares.
  package static func resample(_ path: any Path<Bool>) -> Setting {
    .flag(
      "resample", path,
      help: """
        Take audio of every sample rate, resampled to that of the features; labels keep their times. Without \
        it another rate is refused.
        """)
  }
}

extension LabelOptions {
  fileprivate var unitName: String? {
    get { unit?.rawValue }
    set { unit = newValue.flatMap(LabelUnit.init(rawValue:)) }
  }
}
