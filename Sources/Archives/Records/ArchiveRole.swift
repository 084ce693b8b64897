/// The content of a file of a shard.
package enum ArchiveRole: Hashable, Sendable {
  /// Features `[frames, channels]`, Float32.
  case features
  /// Frame labels `[frames]`, Int32; −1 for frames used neither for training nor for scoring.
  case labels(LabelSet)
  /// CMVN statistics `[2, channels + 1]` of each utterance, Float64: sums and count, sums of squares and 0.
  case cmvnStatistics

  /// A role of each kind.
  static let kinds: [ArchiveRole] =
    [.features] + LabelSet.usual.prefix(1).map { .labels($0) } + [.cmvnStatistics]

  /// The name in file names and records.
  package var name: String {
    switch self {
    case .features: "feats"
    case .labels(let set): "labels\(set.suffix)"
    case .cmvnStatistics: "cmvn"
    }
  }

  package init?(name: String) {
    switch name {
    case "feats": self = .features
    case "cmvn": self = .cmvnStatistics
    default:
      guard name.hasPrefix("labels"), let set = LabelSet(suffix: name.dropFirst(6)) else { return nil }
      self = .labels(set)
    }
  }

  /// Whether the values are frame labels.
  var isLabels: Bool {
    if case .labels = self { true } else { false }
  }

  /// The axes of a value after the first, which is that of its rows.
  func rowShape(channels: Int) -> [Int] {
    switch self {
    case .features: [channels]
    case .labels: []
    case .cmvnStatistics: [2, channels + 1]
    }
  }

  /// The number of bytes of a row in memory.
  func rowBytes(channels: Int) -> Int {
    let elements = rowShape(channels: channels).reduce(1, *)
    return self == .cmvnStatistics ? 8 * elements : 4 * elements
  }

  /// The number of rows of an utterance: its frames, or one for statistics.
  func rows(of description: UtteranceDescription) -> Int {
    self == .cmvnStatistics ? 1 : description.frameCount
  }
}

/// A set of shards in one directory.
package enum ShardSet: String, CaseIterable, Sendable {
  /// The output of the front end: features without normalization, labels, CMVN statistics.
  case raw
  /// The output of a second pass: normalized features.
  case normalized

  /// The prefix of file names and records of the set.
  var prefix: String { self == .raw ? "" : "normalized." }

  /// The suffix of index names of the set, before the extension.
  var indexSuffix: String { self == .raw ? "" : "_\(rawValue)" }
}

/// The container of an utterance's audio, which determines how Kaldi reads it.
package enum AudioContainer: String, CaseIterable, Sendable {
  case sphere
  case riff
  /// Another container that libsndfile and Lhotse support.
  case other
}
