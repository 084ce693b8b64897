package import Foundations

extension TrainingConfiguration {
  /// The settings of what is trained on.
  package static let dataSettings: [Setting<TrainingConfiguration>] = [
    .classes(\.classes), .trainSplit(\.trainSplit), .devSplit(\.devSplit),
    .withSA(\.includesCalibration, help: "Whether SA1 and SA2 are trained on."), .channel(\.channel),
  ]
}

extension TrainingConfiguration {
  /// The mean of all channels, in place of a channel; the reader of audio has the same number for it.
  package static let mixedChannels = -1
}

/// Settings of the data, which several commands share.
extension Setting {
  /// The name of a column of the phone set.
  package static func classes(_ path: any Path<String>) -> Setting {
    .text("classes", path, .name("a column of the phone set"), help: classesHelp).valued("column")
  }

  /// The name of a column of the phone set; nil for its last.
  package static func classes(_ path: any Path<String?>) -> Setting {
    .text("classes", path, .name("a column of the phone set"), orKeyword: "last", help: classesHelp).with {
      $0.defaultNote = "the last: 39 of TIMIT"
      $0.placeholder = "column"
    }
  }

  private static var classesHelp: String {
    "Classes that are trained: a column of the phone set, such as 61, 48 or 39 of TIMIT; scored is the last."
  }

  package static func trainSplit(_ path: any Path<String>) -> Setting {
    .text("train-split", path, .splitName, help: "Split to train on.").valued("name")
  }

  package static func devSplit(_ path: any Path<String>) -> Setting {
    .text(
      "dev-split", path, .splitName,
      help: "Split to choose by: best epoch, early stopping, the decoder's weights."
    ).valued("name")
  }

  /// Whether the sentences that every speaker reads are used, too.
  package static func withSA(_ path: any Path<Bool>, help: String) -> Setting {
    .flag("with-sa", path, help: help)
  }

  /// The channel to take from files of several, from 1; ``mixedChannels`` is the mean of all, nil takes only
  /// mono.
  package static func channel(_ path: any Path<Int?>) -> Setting {
    Setting(
      "channel", kind: .keyword("mono", or: .keyword("mix", or: .integer(1...1024))),
      help: """
        Channel to take from files of several, from 1; mix is the mean of all, mono takes only files of one.
        """
    ) { root in
      switch root[keyPath: path] {
      case nil: .string("mono")
      case TrainingConfiguration.mixedChannels: .string("mix")
      case let channel?: .integer(channel)
      }
    } write: { root, value in
      switch value {
      case .integer(let channel): root[keyPath: path] = channel
      case .string("mix"): root[keyPath: path] = TrainingConfiguration.mixedChannels
      default: root[keyPath: path] = nil
      }
    }.valued("n")
  }
}

extension SettingForm<String> {
  /// The name of a split.
  package static let splitName = name("the name of a split")
}
