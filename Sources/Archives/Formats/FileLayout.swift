/// The files of the values of a role in a shard.
enum FileLayout: Equatable, Sendable {
  /// One file of all utterances.
  ///
  /// `position` is the name in `manifest.jsonl` of an utterance's position in the file: `offset` in bytes, or
  /// `row`.
  case file(suffix: String, position: String)
  /// A folder with one file per utterance, named after the key.
  case filePerUtterance(suffix: String)

  /// The extension of the entry in `shards/`, with its dot; empty for a folder.
  var entrySuffix: String {
    switch self {
    case .file(let suffix, _): suffix
    case .filePerUtterance: ""
    }
  }
}

extension RecordFiles {
  /// The file with an utterance's value of a role.
  func file(of role: ArchiveRole, key: String, _ layout: FileLayout) -> ShardRecord.File? {
    switch layout {
    case .file: file(of: role)
    case .filePerUtterance(let suffix): file(of: role, key: key, suffix: suffix)
    }
  }
}
