package import Files

/// A writer of one shard: utterances in key order, each in blocks of rows, to files with temporary names.
///
/// For each key of the shard, in order, call `begin`, any number of `append` and `appendLabels`, then
/// `commitUtterance`; or `reject`, which also removes an utterance that was begun. `finish` returns the input
/// of a `ShardCommitter`. The files are removed on deinit before that. Memory is bounded by the write buffers
/// (256 KiB for features, 1 MiB for each other role) and the record; compression buffers one utterance.
///
/// After a system error the writer must not be used.
///
/// Invariant behind `@unchecked Sendable`: it is move-only and owns everything it refers to.
package struct ShardWriter: ~Copyable, @unchecked Sendable {
  package let number: Int
  private let directory: OutputDirectory
  private let set: ShardSet
  private let keys: [String]
  private let source: String?
  private let channels: Int
  private var done = 0
  private let features: any RoleSink
  private let labels: [(set: LabelSet, sink: any RoleSink)]
  private let statistics: (any RoleSink)?
  private var current: Current?
  private var utterances: [ShardRecord.Utterance] = []
  private var rejects: [JSONValue] = []
  private var warnings: [JSONValue] = []
  private var inputs: [ShardRecord.Inputs] = []
  private var stamps = InputStamps()

  private struct Current {
    var description: UtteranceDescription
    var positions: [ShardRecord.Position]
    var values = 0
    var labels: [Int]
    var hasStatistics = false
  }

  /// - Parameters:
  ///   - keys: the keys of the shard in order, from `ShardLayout`; for the normalized set, those of its
  ///     record.
  ///   - source: for the normalized set, the digest of its sources, taken from `ShardSources` before they are
  ///     read.
  package init(
    directory: OutputDirectory, shard number: Int, keys: [String], set: ShardSet = .raw,
    source: String? = nil
  ) throws(FileError) {
    precondition((set == .raw) == (source == nil), "the normalized set has a source, the raw one none")
    let configuration = directory.configuration
    func sink(_ role: ArchiveRole) throws(FileError) -> any RoleSink {
      let path = directory.temporaryPath("\(set.prefix)\(role.name).\(paddedNumber(number))")
      return try configuration.storage(of: role).makeSink(at: path, store: directory.store)
    }
    let features = try sink(.features)
    var labels: [(set: LabelSet, sink: any RoleSink)] = []
    var statistics: (any RoleSink)?
    if set == .raw {
      for set in configuration.labels { labels.append((set, try sink(.labels(set)))) }
      if configuration.storesCmvnStatistics { statistics = try sink(.cmvnStatistics) }
    }
    // Nothing throws from here on, since a move-only value must be initialized completely.
    self.number = number
    self.directory = directory
    self.set = set
    self.keys = keys
    self.source = source
    self.channels = configuration.channels
    self.features = features
    self.labels = labels
    self.statistics = statistics
  }

  /// Begins an utterance of `description.frameCount` frames.
  package mutating func begin(_ description: UtteranceDescription) throws(ArchiveError) {
    precondition(current == nil, "begin before the last utterance was ended")
    try expect(description.key)
    try ShardLayout.check(description.speaker)
    if description.audioPath.utf8.contains(where: { $0 < 0x20 }) {
      throw .invalidKey(key: description.key, reason: "its audio's path holds a control character")
    }
    let frames = description.frameCount
    guard frames > 0, frames <= Int(Int32.max) / channels else {
      throw .tooLarge(key: description.key, rows: frames, channels: channels)
    }
    var positions = [
      ShardRecord.Position(
        role: .features, value: try features.begin(key: description.key, rows: frames))
    ]
    for (set, sink) in labels {
      positions.append(
        ShardRecord.Position(
          role: .labels(set), value: try sink.begin(key: description.key, rows: frames)))
    }
    current = Current(
      description: description, positions: positions, labels: [Int](repeating: 0, count: labels.count))
  }

  /// Appends whole rows, `[rows, channels]`.
  ///
  /// The bytes are copied at most once, to the write buffer.
  package mutating func append(_ rows: UnsafeBufferPointer<Float>) throws(ArchiveError) {
    precondition(current != nil && rows.count % channels == 0)
    current?.values += rows.count
    try ArchiveError.onFiles { () throws(FileError) in try features.append(UnsafeRawBufferPointer(rows)) }
  }

  /// Appends frame labels of one set.
  package mutating func appendLabels(
    _ set: LabelSet, _ values: UnsafeBufferPointer<Int32>
  ) throws(ArchiveError) {
    guard let index = labels.firstIndex(where: { $0.set == set }) else {
      preconditionFailure("labels that the configuration does not name")
    }
    current?.labels[index] += values.count
    let sink = labels[index].sink
    try ArchiveError.onFiles { () throws(FileError) in try sink.append(UnsafeRawBufferPointer(values)) }
  }

  /// Sets the CMVN statistics of the utterance, `[2, channels + 1]`, row-major: sums and count, sums of
  /// squares and 0.
  package mutating func setStatistics(_ values: [Double]) throws(ArchiveError) {
    precondition(current != nil && values.count == 2 * (channels + 1))
    guard let statistics, let key = current?.description.key, current?.hasStatistics == false else { return }
    let position = try statistics.begin(key: key, rows: 1)
    current?.positions.append(ShardRecord.Position(role: .cmvnStatistics, value: position))
    current?.hasStatistics = true
    try ArchiveError.onFiles { () throws(FileError) in
      try values.span.bytes.withUnsafeBytes { (bytes) throws(FileError) in try statistics.append(bytes) }
    }
  }

  /// Adds a warning to the record; `finding` should start with the field `key`.
  package mutating func warn(_ finding: JSONValue) { warnings.append(finding) }

  /// Adds what an utterance was read from, be it rejected, to the record.
  ///
  /// - Parameter stamps: of the files, by role; for the cache.
  package mutating func note(_ inputs: ShardRecord.Inputs, stamps: [String: InputStamp]) {
    self.inputs.append(inputs)
    if !stamps.isEmpty { self.stamps.stamps[inputs.key] = stamps }
  }

  /// Adds the utterance to the shard.
  ///
  /// - Throws: `frameCountDiffers` if the numbers of rows, labels or statistics differ from the announced
  ///   ones, `notFinite` if compression finds NaN or infinity; then the utterance is not in the shard, and
  ///   `reject` must be called. After `system` the writer must not be used.
  package mutating func commitUtterance() throws(ArchiveError) {
    guard let ended = current else { preconditionFailure("commit of no utterance") }
    let key = ended.description.key
    let promised = ended.description.frameCount
    guard ended.values == promised * channels else {
      throw .frameCountDiffers(
        key: key, role: .features, promised: promised, found: ended.values / channels)
    }
    for (index, count) in ended.labels.enumerated() where count != promised {
      throw .frameCountDiffers(
        key: key, role: .labels(labels[index].set), promised: promised, found: count)
    }
    if statistics != nil && !ended.hasStatistics {
      throw .frameCountDiffers(key: key, role: .cmvnStatistics, promised: 1, found: 0)
    }
    try features.end()
    for (_, sink) in labels { try sink.end() }
    try statistics?.end()
    utterances.append(ShardRecord.Utterance(description: ended.description, positions: ended.positions))
    current = nil
    done += 1
  }

  /// Excludes an utterance, whether it was begun or not, and adds the finding to the record.
  package mutating func reject(key: String, finding: JSONValue) throws(ArchiveError) {
    if let begun = current {
      precondition(begun.description.key == key, "reject of another utterance than the one begun")
      current = nil
      try rollBack(withStatistics: begun.hasStatistics)
    } else {
      try expect(key)
    }
    rejects.append(finding)
    done += 1
  }

  /// Closes the files of the shard, which keep their temporary names.
  ///
  /// - Throws: `unexpectedUtterance` if a key of the shard was neither written nor rejected.
  package consuming func finish() throws(ArchiveError) -> FinishedShard {
    precondition(current == nil, "finish inside an utterance")
    guard done == keys.count else {
      throw .unexpectedUtterance(shard: number, key: "", expected: keys[done])
    }
    let outputs = try outputs()
    return FinishedShard(
      number: number, set: set, source: source, outputs: outputs, utterances: utterances, rejects: rejects,
      warnings: warnings, inputs: inputs, stamps: stamps)
  }

  private func rollBack(withStatistics: Bool) throws(ArchiveError) {
    try ArchiveError.onFiles { () throws(FileError) in
      try features.rollBack()
      for (_, sink) in labels { try sink.rollBack() }
      if withStatistics { try statistics?.rollBack() }
    }
  }

  private func outputs() throws(ArchiveError) -> [PendingOutput] {
    try ArchiveError.onFiles { () throws(FileError) in
      var outputs = [try features.finish()]
      for (_, sink) in labels { outputs.append(try sink.finish()) }
      if let statistics { outputs.append(try statistics.finish()) }
      return outputs
    }
  }

  private func expect(_ key: String) throws(ArchiveError) {
    let expected = done < keys.count ? keys[done] : nil
    guard let expected, expected.utf8.elementsEqual(key.utf8) else {
      throw .unexpectedUtterance(shard: number, key: key, expected: expected)
    }
  }
}
