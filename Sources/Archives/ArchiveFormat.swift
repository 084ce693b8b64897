/// The layout of the features in a shard.
package enum ArchiveFormat: String, CaseIterable, Sendable {
  /// Kaldi archives, float or compressed, with a Kaldi data directory as index.
  case kaldi
  /// One packed `[frames, channels]` array a shard, with `manifest.jsonl` as index.
  case npy
  /// One array an utterance, with Lhotse's manifests as index (storage type `numpy_files`).
  case lhotse
}

/// The size of a phone set, as folded by Lee and Hon (1989).
package enum PhoneClasses: Int, CaseIterable, Sendable {
  case all61 = 61
  case folded48 = 48
  case folded39 = 39
}

/// What a file of a shard holds.
package enum ArchiveRole: Hashable, Sendable {
  /// Features `[frames, channels]`, Float32.
  case features
  /// Frame labels `[frames]`, Int32; −1 where a frame is neither trained on nor scored.
  case labels(PhoneClasses)
  /// CMVN statistics `[2, channels + 1]` of each utterance, Float64: sums and count, sums of squares and 0.
  case cmvnStatistics

  /// The name in file names and records.
  package var name: String {
    switch self {
    case .features: "feats"
    case .labels(let classes): "labels\(classes.rawValue)"
    case .cmvnStatistics: "cmvn"
    }
  }

  package init?(name: String) {
    switch name {
    case "feats": self = .features
    case "cmvn": self = .cmvnStatistics
    default:
      guard name.hasPrefix("labels"), let count = Int(name.dropFirst(6)),
        let classes = PhoneClasses(rawValue: count)
      else { return nil }
      self = .labels(classes)
    }
  }
}

/// A family of shards in one directory.
package enum ShardSet: String, CaseIterable, Sendable {
  /// What the front end gave: features without normalisation, labels, CMVN statistics.
  case raw
  /// The second pass of `--cmvn`: features alone, normalised.
  case normalised

  /// What file names and records of the set begin with, when it is not the features' own name.
  var prefix: String { self == .raw ? "" : "normalised." }
}

/// The container of an utterance's audio, which decides how Kaldi must read it.
package enum AudioContainer: String, CaseIterable, Sendable {
  case sphere
  case riff
  /// Another container that libsndfile and Lhotse read.
  case other
}
