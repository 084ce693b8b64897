package import DataManifests

/// The result of checking a whole corpus.
package struct CorpusCheck: Codable, Equatable, Sendable {
  /// The counts of a split or of the whole corpus, calibration sentences counted separately.
  package struct Count: Codable, Equatable, Sendable {
    /// The split; nil for the whole corpus.
    package var split: String?
    package var speakers: Int
    package var utterances: Int
    package var utterancesWithCalibration: Int
    package var rejected: Int
    package var durationSeconds: Double
    package var expected: CorpusDescription.Expected?
  }

  package var root: String

  /// The layout that the corpus was taken for.
  package var layout: String

  /// The name of the phone set, and how it was chosen.
  package var phoneSet: String
  package var phoneSetOrigin: PhoneSetOrigin

  /// The number of label files by format.
  package var labelFormats: [String: Int]

  /// The name of the corpus with whose description the counts are compared.
  package var description: String?
  package var splitRule: CorpusSplits.Rule
  package var heldOut: HeldOut?
  package var whole: Count
  package var splits: [Count]

  /// The number of speakers by dialect region, `0` for none.
  package var speakersByDialectRegion: [String: Int]
  package var speakersBySex: [String: Int]
  package var utterancesWithLabels: Int
  package var phones: Int
  package var words: Int
  package var clippedSamples: Int

  /// The minimum and maximum level of an utterance, in dBFS.
  package var quietestRMSDecibels: Double?
  package var loudestRMSDecibels: Double?

  /// The findings of the catalog, of the utterances in key order, and about counts.
  package var findings: [Finding]
  package var rejections: Int
  package var warnings: Int

  /// A comparison with features that were made of the corpus; nil if none was asked for.
  package var features: Features?

  /// Differences between a corpus as it is now and the features that were made of it.
  package struct Features: Codable, Equatable, Sendable {
    package var directory: String
    /// Files that have changed since they were read.
    package var changes: [Finding]
    /// Keys of utterances that no shard was made of.
    package var missing: [String]
    /// Keys of utterances that the corpus does not have anymore.
    package var gone: [String]

    package init(directory: String, changes: [Finding], missing: [String], gone: [String]) {
      self.directory = directory
      self.changes = changes
      self.missing = missing
      self.gone = gone
    }

    package var isCurrent: Bool { changes.isEmpty && missing.isEmpty && gone.isEmpty }
  }
}

extension CorpusCheck {
  /// Combines the inspections of all utterances, in the order of the catalog.
  package init(_ catalog: CorpusCatalog, inspections: [Inspection]) {
    precondition(inspections.count == catalog.utterances.count, "an inspection for each utterance")
    let splits = catalog.splits()
    func count(_ indices: [Int], split: String?, expected: CorpusDescription.Expected?) -> Count {
      let utterances = indices.map { catalog.utterances[$0] }
      return Count(
        split: split, speakers: Set(utterances.map(\.speaker)).count,
        utterances: utterances.count { !catalog.isCalibration($0) },
        utterancesWithCalibration: utterances.count,
        rejected: indices.count { !inspections[$0].isUsable },
        durationSeconds: indices.reduce(0) { $0 + (inspections[$1].durationSeconds ?? 0) }, expected: expected
      )
    }
    root = catalog.root
    layout = catalog.layout
    phoneSet = catalog.phoneSet.name
    phoneSetOrigin = catalog.phoneSetOrigin
    labelFormats = catalog.labelFormats
    description = catalog.description?.name
    splitRule = splits.rule
    heldOut = splits.heldOut
    whole = count(
      Array(catalog.utterances.indices), split: nil, expected: catalog.description?.expected)
    self.splits = splits.names.map { name in
      count(
        splits.members(of: name) ?? [], split: name,
        expected: catalog.description?.splits?.first { $0.name == name }?.expected)
    }
    var first: [String: Utterance] = [:]
    for utterance in catalog.utterances where first[utterance.speaker] == nil {
      first[utterance.speaker] = utterance
    }
    speakersByDialectRegion = Dictionary(grouping: first.values) { "\($0.dialectRegion ?? 0)" }
      .mapValues(\.count)
    speakersBySex = Dictionary(grouping: first.values) { $0.sex?.rawValue ?? "" }.mapValues(\.count)
    utterancesWithLabels = inspections.count { $0.labels != nil }
    phones = inspections.reduce(0) { $0 + ($1.labels?.phones ?? 0) }
    words = inspections.reduce(0) { $0 + ($1.words ?? 0) }
    clippedSamples = inspections.reduce(0) { $0 + ($1.level?.clippedSamples ?? 0) }
    let levels = inspections.compactMap { $0.level?.rmsDecibels }
    quietestRMSDecibels = levels.min()
    loudestRMSDecibels = levels.max()
    let known = Set(catalog.findings)
    findings = catalog.findings + inspections.flatMap { $0.findings.filter { !known.contains($0) } }
    for count in self.splits + [whole] { findings += Self.differences(count) }
    for region in catalog.description?.dialectRegions ?? [] {
      guard let male = region.male, let female = region.female else { continue }
      let found = speakersByDialectRegion["\(region.number)"] ?? 0
      guard found != male + female else { continue }
      findings.append(
        Finding(
          .warning, .splitCount, path: "", field: "DR\(region.number).speakers", expected: "\(male + female)",
          found: "\(found)"))
    }
    rejections = findings.count { $0.severity == .reject }
    warnings = findings.count - rejections
  }

  private static func differences(_ count: Count) -> [Finding] {
    guard let expected = count.expected else { return [] }
    let pairs: [(field: String, expected: Int?, found: Int)] = [
      ("speakers", expected.speakers, count.speakers),
      ("utterances", expected.utterances, count.utterances),
      ("utterancesWithCalibration", expected.utterancesWithCalibration, count.utterancesWithCalibration),
    ]
    return pairs.compactMap { pair in
      guard let wanted = pair.expected, wanted != pair.found else { return nil }
      return Finding(
        .warning, .splitCount, path: "", field: "\(count.split ?? "corpus").\(pair.field)",
        expected: "\(wanted)", found: "\(pair.found)")
    }
  }
}

extension CorpusCatalog {
  /// Inspects all utterances in order and combines the results.
  ///
  /// - Parameter progress: called with the number of inspected utterances.
  /// - Throws: `inputOutput` if the system fails.
  package func check(
    requirements: AudioRequirements = .init(), progress: ((Int) -> Void)? = nil
  ) throws(CorpusError) -> CorpusCheck {
    var inspections: [Inspection] = []
    inspections.reserveCapacity(utterances.count)
    for utterance in utterances {
      inspections.append(try inspect(utterance, requirements: requirements))
      progress?(inspections.count)
    }
    return CorpusCheck(self, inspections: inspections)
  }
}
