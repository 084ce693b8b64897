import Archives
import Corpus
import DataManifests
import FrontEnds
import Signal
import StageGraph

/// The features of a fixed row as a directory of `preprocess` holds them: what training may read instead of audio.
///
/// The directory must be whole, of the same corpus, options and arithmetic, and neither compressed; then the rows have
/// the bits that the front end would give.
struct StoredFeatures: Sendable {
  private struct Entry: Sendable {
    let shard: Int
    let index: Int
  }

  private let directory: OutputDirectory
  private let records: [ShardRecord]
  private let entries: [String: Entry]
  let channels: Int
  private let labels: PhoneClasses

  /// Opens a directory and checks that it holds what the front end would give, checksums included.
  ///
  /// Throws ``Failure``: 78, naming what differs; 75 for a directory that is not whole, 65 for a damaged one.
  init(
    _ path: String, row: Row, features: FeatureConfiguration, channel: Int?, folding: Folding,
    catalog: CorpusCatalog, phoneSet: PhoneSet, frontEnd: any FrontEnd, jobs: Int, progress: WorkProgress
  ) async throws {
    directory = try OutputDirectory.open(at: path, forWriting: false)
    channels = frontEnd.channels
    guard let classes = PhoneClasses(rawValue: folding.rawValue) else {
      throw Failure(.internal, code: "classes", subject: "\(folding.rawValue)")
    }
    labels = classes
    let configuration = directory.configuration
    let wanted = PreprocessPlan.optionFields(row: row, features: features, channel: channel)
    var differences: [Failure.Difference] = []
    func compare(_ field: String, _ held: String?, _ expected: String) {
      if held != expected {
        differences.append(Failure.Difference(field: field, held: held ?? "nothing", wanted: expected))
      }
    }
    // Normalisation is done here, with the statistics that lie beside the rows; a seed without dither does nothing.
    let isSeedless = features.frame.dither == 0 && [.mel, .mfcc, .fft].contains(row.name)
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
    compare("manifest_sha256", configuration.manifestSHA256, try sha256(catalog.canonicalManifest()))
    compare(
      "options.phone-table-sha256", configuration.options["phone-table-sha256"]?.stringValue,
      try sha256(phoneSet.canonicalTable))
    compare(
      "arithmetic_fingerprint", configuration.arithmeticFingerprint,
      PreprocessPlan.text(of: frontEnd.fingerprint))
    compare("compressed", "\(configuration.isCompressed)", "false")
    compare("channels", "\(configuration.channels)", "\(frontEnd.channels)")
    guard differences.isEmpty else {
      throw Failure(
        .configurationDiffers, code: "features-differ", subject: Sanitised.path(path),
        remedy:
          "Run preprocess with the same row and options, without --compress; or leave --features-from out.",
        differences: differences)
    }
    let status = try await ShardVerification(directory: directory, progress: progress, jobs: jobs)
      .status(verifyingChecksums: true)
    guard status.isWhole else {
      throw Failure(
        status.wrong.isEmpty ? .interrupted : .badInput, code: "shards-missing",
        subject: Sanitised.path(path),
        expected: "every shard committed and as it was written",
        found: "\(status.missing.count) missing, \(status.wrong.count) damaged",
        remedy: "Run the preprocess command again: it does what is missing and what is wrong.")
    }
    var (records, entries): ([ShardRecord], [String: Entry]) = ([], [:])
    for shard in 0..<directory.shardCount {
      guard let record = try directory.record(ofShard: shard) else {
        throw ArchiveError.shardsMissing(numbers: [shard])
      }
      for (index, utterance) in record.utterances.enumerated() {
        entries[utterance.description.key] = Entry(shard: shard, index: index)
      }
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

    func reader(ofShard shard: Int, _ make: () throws -> Reader) rethrows -> Reader {
      if let place = readers.firstIndex(where: { $0.shard == shard }) {
        readers.append(readers.remove(at: place))
      } else {
        if readers.count == Self.limit { readers.removeFirst() }
        readers.append((shard, try make()))
      }
      return readers[readers.count - 1].reader
    }
  }

  /// The stage that takes the place of audio and front end.
  func stage(source: FeatureSource, workers: Int) -> Stage<UtteranceWork, FeatureBlock> {
    let blockRows = min(512, max(1, BlockSize.preferredValues / channels))
    let rowPool = BufferPool<Float>(elementsPerBuffer: blockRows * channels)
    let labelPool = BufferPool<Int32>(elementsPerBuffer: blockRows)
    return .grouped(
      "ShardReader", workers: workers, state: { OpenShards() }, begin: { _ in },
      each: { shards, work, sender in
        let opened: OpenUtterance
        let utterance = source.catalog.utterances[work.place]
        switch try source.open(work.place) {
        case .failure(let rejection):
          let context = UtteranceContext(work: work, utterance: utterance, content: nil)
          try await sender.send(
            FeatureBlock(
              context: context, sampleCount: 0, rows: nil, isFirst: false, isLast: true,
              rejection: rejection.finding, statistics: nil))
          return
        case .success(let usable): opened = usable
        }
        let rowCount = source.frontEnd.timing.rowCount(samples: opened.audio.info.sampleCount)
        guard let entry = entries[utterance.key],
          records[entry.shard].utterances[entry.index].description.frameCount == rowCount
        else {
          throw Failure(
            .badInput, code: "features-stale", subject: Sanitised.path(directory.path), place: utterance.key,
            expected: "\(rowCount) rows", found: entries[utterance.key] == nil ? "none" : "another number",
            remedy: "Run preprocess again with --retry-rejects, or --force if the corpus has changed.")
        }
        let reader = try shards.reader(ofShard: entry.shard) {
          OpenShards.Reader(try ShardReader(directory: directory, record: records[entry.shard]))
        }
        let stored = records[entry.shard].utterances[entry.index]
        let context = UtteranceContext(
          work: work, utterance: utterance,
          content: .init(
            audio: opened.audio.info, phones: opened.phones, words: nil, sentence: nil, warnings: [],
            rowCount: rowCount))
        for first in stride(from: 0, to: rowCount, by: blockRows) {
          let count = min(blockRows, rowCount - first)
          let isLast = first + count == rowCount
          var rows = try rowPool.acquire()
          var labels = try labelPool.acquire()
          rows.count = count * channels
          labels.count = count
          try reader.shard.readFeatures(
            of: stored, from: first, count: count,
            into: UnsafeMutableBufferPointer(start: rows.base, count: rows.count))
          try reader.shard.readLabels(
            self.labels, of: stored, from: first, count: count,
            into: UnsafeMutableBufferPointer(start: labels.base, count: count))
          let statistics = isLast ? try reader.shard.statistics(of: stored) : nil
          try await sender.send(
            FeatureBlock(
              context: context, sampleCount: 0,
              rows: .init(features: rows, labels: labels, rowCount: count), isFirst: first == 0,
              isLast: isLast, rejection: nil, statistics: statistics))
        }
      })
  }
}
