import Archives
import Files

/// The settings that only the end of a run depends on, in `finish.json`: written by each run of `preprocess`,
/// so that `finish` and `status` decide as it does.
struct FinishSettings: Equatable {
  /// How many utterances of the corpus may be rejected.
  var rejectLimit: RejectLimit = .count(0)
  var usesRelativePaths = false

  private var json: JSONValue {
    ["max_bad": .string(rejectLimit.text), "relative_paths": .bool(usesRelativePaths)]
  }

  /// Reads those of a directory; the defaults if there are none.
  ///
  /// - Throws: `malformed`, `system`.
  init(of directory: OutputDirectory) throws(FileError) {
    let path = directory.absolutePath(of: IndexNames.finishSettings)
    guard let bytes = try directory.store.contents(of: path, limit: 1 << 16) else { return }
    let reader = FieldReader(json: try JSONParser.parse(bytes, path: path), path: path)
    guard let limit = RejectLimit(try reader.string("max_bad")) else {
      throw reader.wrong("max_bad", expected: "a number or a percentage")
    }
    rejectLimit = limit
    usesRelativePaths = try reader.bool("relative_paths")
  }

  init(rejectLimit: RejectLimit, usesRelativePaths: Bool) {
    self.rejectLimit = rejectLimit
    self.usesRelativePaths = usesRelativePaths
  }

  func write(to directory: OutputDirectory) throws(FileError) {
    try directory.replaceIfOther(IndexNames.finishSettings, with: OwnedDirectory.bytes(of: json))
  }
}

/// The rejects of a corpus against what may be rejected, as far as its shards are committed.
package struct RejectTally: Equatable, Sendable {
  /// Utterances that were rejected, those of which no key can be made included.
  package var rejects: Int
  package var limit: RejectLimit
  /// Whether there are too many already; more shards can only add to them.
  package var isExceeded: Bool

  /// - Parameter rejectsInShards: those of all committed shards, whichever run made them.
  init(
    _ directory: OutputDirectory, rejectsInShards: Int, limit: RejectLimit
  ) throws(FileError) {
    let unnamed = try directory.unnamedRejects().count
    rejects = rejectsInShards + unnamed
    self.limit = limit
    isExceeded = !limit.allows(rejects, of: directory.configuration.utteranceCount + unnamed)
  }

  /// The fields of reports.
  var fields: [JSONField] {
    [
      JSONField("rejects", .integer(Int64(rejects))), JSONField("max_bad", .string(limit.text)),
      JSONField("too_many_bad", .bool(isExceeded)),
    ]
  }
}
