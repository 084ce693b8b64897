import Archives
import Corpus
import DataManifests
import Files
import Foundations
package import FrontEnds
import Signal
import StageGraph

/// The features of a front end that does not learn, as a directory of `preprocess` holds them: what training
/// may read instead of audio.
///
/// The directory must be whole, of the same corpus, options and arithmetic, and neither compressed; then the
/// rows have the bits that the front end would give.
package struct StoredFeatures: Sendable {
  private struct Entry: Sendable {
    let shard: Int
    let index: Int
  }

  private let path: String
  private let directory: OutputDirectory
  private let records: [ShardRecord]
  private let entries: [String: Entry]
  private let channels: Int
  private let labels: LabelSet

  /// Opens a directory and checks that it holds what the front end would give, checksums included.
  ///
  /// - Parameters:
  ///   - source: what the features are to be of, for one phone set.
  ///   - indices: the utterances that will be read, whose files must be those that the features were made of.
  ///
  /// - Throws: ``StageError`` for a directory of other features, or one that is not whole; ``ArchiveError``.
  package init(
    _ path: String, frontEnd: FrontEndSpec, source: FeatureSource, indices: [Int],
    progress: WorkProgress
  ) async throws {
    directory = try OutputDirectory.open(at: path, forWriting: false)
    self.path = path
    channels = source.features.channels
    guard let labels = LabelSet(source.folding.name) else { preconditionFailure("a column has a name") }
    self.labels = labels
    let configuration = directory.configuration
    let wanted = DirectoryOptions.fields(
      frontEnd: frontEnd, channel: source.opener.audioChannel)
    var differences: [StageError.FieldDifference] = []
    func compare(_ field: String, _ held: String?, _ expected: String) {
      if held != expected {
        differences.append(StageError.FieldDifference(field: field, held: held, wanted: expected))
      }
    }
    // Normalization is done here, with the statistics that are stored beside the rows; a seed without
    // dither does nothing.
    let features = frontEnd.configuration
    let isSeedless = features.frame.dither == 0 && !frontEnd.kind.isLearnable
    // A sliding window is part of the rows; any other scope leaves them raw.
    let isSliding = features.cmvn == .sliding || configuration.options["cmvn"] == "sliding"
    for field in wanted {
      if field.name == "seed", isSeedless { continue }
      if !isSliding, ["cmvn", "cmvn-norm-vars"].contains(field.name) { continue }
      let held = configuration.options[field.name]
      if held == field.value || held?.numberValue != nil && held?.numberValue == field.value.numberValue {
        continue
      }
      compare("options.\(field.name)", held?.text, field.value.text)
    }
    compare("manifest_sha256", configuration.manifestSHA256, try sha256(source.catalog.canonicalManifest()))
    compare(
      "options.phones.sha256", configuration.options["phones"]?["sha256"]?.stringValue,
      try source.catalog.phoneSet.sha256)
    compare(
      "label_classes", configuration.labels.contains(labels) ? labels.name : nil, labels.name)
    compare(
      "arithmetic_fingerprint", configuration.arithmeticFingerprint, source.features.fingerprint.text)
    compare("compressed", "\(configuration.isCompressed)", "false")
    compare("channels", "\(configuration.channels)", "\(channels)")
    guard differences.isEmpty else {
      throw StageError.storedFeaturesDiffer(path: path, differences: differences)
    }
    let status = try await ShardVerification(directory: directory, progress: progress, jobs: source.jobs)
      .status(verifyingChecksums: true)
    guard status.isWhole else {
      throw StageError.storedFeaturesIncomplete(
        path: path, missingShards: status.missing.count, damagedShards: status.wrong.count)
    }
    try await directory.requireFresh(
      of: source.catalog, indices, roles: [.audio, .labels], path: path, jobs: source.jobs,
      progress: progress)
    var (records, entries): ([ShardRecord], [String: Entry]) = ([], [:])
    for shard in 0..<directory.shardCount {
      guard var record = try directory.record(ofShard: shard) else {
        throw ArchiveError.shardsMissing(numbers: [shard])
      }
      for (index, utterance) in record.utterances.enumerated() {
        entries[utterance.description.key] = Entry(shard: shard, index: index)
      }
      record.inputs = []
      records.append(record)
    }
    self.records = records
    self.entries = entries
  }

  // MARK: Reading

  /// A worker's open shards, the last one used at the end.
  private final class OpenShards {
    private var readers: [(shard: Int, reader: Reader)] = []

    final class Reader {
      let shard: ShardReader
      init(_ shard: consuming ShardReader) { self.shard = shard }
    }

    /// Shards of which files are kept open.
    private static let limit = 8

    func reader(ofShard shard: Int, _ make: () -> Reader) -> Reader {
      if let index = readers.firstIndex(where: { $0.shard == shard }) {
        readers.append(readers.remove(at: index))
      } else {
        if readers.count == Self.limit { readers.removeFirst() }
        readers.append((shard, make()))
      }
      return readers[readers.count - 1].reader
    }
  }

  /// The stage that replaces audio reader and front end.
  func stage(source: FeatureSource, workers: Int) -> Stage<UtteranceWork, FeatureBlock> {
    source.rowReader("ShardReader", workers: workers, state: { OpenShards() }) { shards, utterance, opened in
      let rowCount = source.features.timing.rowCount(
        samples: source.opener.sampleCount(of: opened.audio.info))
      guard let entry = entries[utterance.key],
        records[entry.shard].utterances[entry.index].description.frameCount == rowCount
      else {
        throw StageError.storedFeaturesStale(
          path: path, key: utterance.key, expectedRows: rowCount, isStored: entries[utterance.key] != nil)
      }
      let reader = shards.reader(ofShard: entry.shard) {
        OpenShards.Reader(ShardReader(directory: directory, record: records[entry.shard]))
      }
      let stored = records[entry.shard].utterances[entry.index]
      return ReadRows(count: rowCount, isLabeled: true) { rows, features, block in
        try reader.shard.readFeatures(of: stored, from: rows.lowerBound, count: rows.count, into: features)
        try reader.shard.readLabels(
          labels, of: stored, from: rows.lowerBound, count: rows.count,
          into: UnsafeMutableBufferPointer(start: block, count: rows.count))
      } statistics: {
        try reader.shard.statistics(of: stored)
      }
    }
  }
}
