import Files
import Foundations

/// The name of a shard's file or folder in `shards/`: `ROLE.NUMBER.DIGEST` and the extension of the format.
///
/// The role is the name of the set if that is not raw; the digest is the first 16 hexadecimal digits of the
/// SHA-256.
struct ShardFileName: Equatable {
  var set: ShardSet
  /// The name of a role, or `normalized`.
  var kind: String
  var number: Int
  var digest: String
  /// The extension with its dot, or empty for a folder.
  var suffix: String

  init(set: ShardSet, role: ArchiveRole, number: Int, sha256: String, suffix: String) {
    self.set = set
    kind = set == .raw ? role.name : set.rawValue
    self.number = number
    digest = String(sha256.prefix(16))
    self.suffix = suffix
  }

  /// Parses a name; nil if it has another form.
  init?(_ name: String) {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3 || parts.count == 4 else { return nil }
    kind = String(parts[0])
    if kind == ShardSet.normalized.rawValue {
      set = .normalized
    } else if ArchiveRole(name: kind)?.name == kind {
      set = .raw
    } else {
      return nil
    }
    guard isDecimal(parts[1]), let number = Int(parts[1]), paddedNumber(number) == parts[1],
      isHexadecimal(parts[2], digits: 16)
    else { return nil }
    self.number = number
    digest = String(parts[2])
    suffix = parts.count == 4 ? ".\(parts[3])" : ""
    guard ArchiveFormat.entrySuffixes.contains(suffix) else { return nil }
  }

  var text: String { "\(kind).\(paddedNumber(number)).\(digest)\(suffix)" }

  /// Whether a name in `records/` is that of a record.
  static func isRecord(_ name: String) -> Bool {
    var parts = name.split(separator: ".", omittingEmptySubsequences: false)
    if parts.first.map(String.init) == ShardSet.normalized.rawValue { parts.removeFirst() }
    guard parts.count == 2, parts[1] == "json", isDecimal(parts[0]), let number = Int(parts[0]) else {
      return false
    }
    return paddedNumber(number) == parts[0]
  }
}

extension OutputDirectory {
  /// Removes a file of a shard, or a folder with its files unless it contains a foreign one.
  static func removeShardFile(_ name: ShardFileName, below path: String, store: FileStore) {
    let file = "\(path)/shards/\(name.text)"
    guard name.suffix.isEmpty else {
      _ = store.operations.unlink(file)
      return
    }
    for entry in store.operations.list(file).names
    where ArchiveFormat.utteranceSuffixes.contains(where: { entry.hasSuffix($0) }) {
      _ = store.operations.unlink("\(file)/\(entry)")
    }
    _ = store.operations.removeFolder(file)
  }
}
