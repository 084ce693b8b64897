package import DataManifests
import Foundations
import Glibc

/// The utterances of a corpus in byte order of their keys, with the findings that need no file to be opened.
///
/// Unusable utterances are included with their `rejection`, so that the order, and shards made from it, do
/// not change when one is repaired. Names that cannot form a key are only in `findings`.
package struct CorpusCatalog: Sendable {
  /// The folder that paths are relative to, links resolved.
  package let root: String

  /// The name of the layout, a key of ``CorpusLayouts``.
  package let layout: String

  /// How the corpus and its labels are read.
  package let options: CorpusOptions

  /// The manifest the catalog was read from; nil for a folder.
  package let manifest: String?

  /// The description of the corpus, from `corpus.json` at the root or from the data folder; nil if there is
  /// none.
  package let description: CorpusDescription?

  /// The phones that the labels are of.
  package let phoneSet: PhoneSet

  /// How the phone set was chosen.
  package let phoneSetOrigin: PhoneSetOrigin

  /// Labels from elsewhere; nil if they are beside the audio or in the list.
  let alignments: Alignments?

  /// Sorted by key; keys are unique.
  package let utterances: [Utterance]

  /// All findings, including those of `utterances`, in a fixed order.
  package let findings: [Finding]

  /// The names of utterances read by every speaker (TIMIT's SA1 and SA2).
  package let calibrationSentences: Set<String>

  /// Makes the catalog of a folder or a list.
  ///
  /// Opens folders, lists of utterances, `corpus.json` and the phone set, and label files only where the set
  /// is made of the symbols in them.
  ///
  /// - Parameters:
  ///   - corpus: the folder or manifest.
  ///   - root: the base of a manifest's relative paths; the manifest's folder if nil. Unused for a folder.
  ///   - options: the layout and how labels are read.
  ///   - data: the program's data.
  ///   - modelPhones: the phone set of a model that meets the corpus, which the corpus has unless something
  ///     else is said of it.
  ///   - visit: called repeatedly with the number of utterances found; its error (`cancelled`) stops the
  ///     work.
  /// - Throws: `duplicateIdentifier`, `emptyCorpus`, `badManifest`, `noSuchPath`, `notACorpus`, `permission`,
  ///   `inputOutput`.
  package init(
    _ corpus: String, root: String? = nil, options: CorpusOptions = CorpusOptions(), data: DataManifests,
    modelPhones: PhoneSet? = nil,
    visit: @escaping (_ utterances: Int) throws(CorpusError) -> Void = { _ throws(CorpusError) in }
  ) throws(CorpusError) {
    let path = try CorpusPath(corpus)
    let chosen = options.layout.flatMap(CorpusLayouts.named) ?? CorpusLayouts.layout(of: path)
    guard let chosen else { throw .notACorpus(path: Sanitized.path(corpus)) }
    let content = try chosen.catalog(path, CatalogRequest(root: root, labels: options.labels, visit: visit))
    layout = chosen.name
    self.options = options
    manifest = content.manifest
    let corpusRoot = content.root
    var utterances = content.utterances
    options.speakerPattern?.assign(to: &utterances)
    var findings = content.findings
    self.root = corpusRoot.path
    utterances.sort {
      if UtteranceKey.precedes($0.key, $1.key) { return true }
      if UtteranceKey.precedes($1.key, $0.key) { return false }
      return UtteranceKey.precedes($0.audioPath, $1.audioPath)
    }
    try Self.rejectDuplicateKeys(utterances)
    guard !utterances.isEmpty || !findings.rejections.isEmpty else {
      throw .emptyCorpus(path: Sanitized.path(corpus))
    }
    let description = try Self.description(
      at: content.descriptionRoot ?? corpusRoot, utterances: utterances, data: data)
    self.description = description
    calibrationSentences = Set(
      (description?.calibrationSentences ?? data.timit.calibrationSentences ?? []).map {
        UtteranceKey.upper($0)
      })
    let alignments = try Alignments(options.labels)
    if let alignments {
      for index in utterances.indices { alignments.assign(to: &utterances[index]) }
    }
    self.alignments = alignments
    switch options.phones {
    case .found:
      let found = try Self.symbols(
        of: utterances, root: corpusRoot.path, alignments: alignments, options: options.labels, visit: visit)
      phoneSet = try PhoneSet.auto(found, modelPhones, corpus: corpus)
      phoneSetOrigin = .found
    case .named(let name):
      phoneSet = try CorpusError.onData { () throws(DataManifestError) in try data.phoneSet(named: name) }
      phoneSetOrigin = .option
    case nil:
      (phoneSet, phoneSetOrigin) = try CorpusError.onData { () throws(DataManifestError) in
        if let name = description?.phoneSet {
          let base = content.descriptionRoot ?? corpusRoot
          return (try data.phoneSet(named: name, base: base.path), .description)
        }
        if let name = chosen.phoneSet { return (try data.phoneSet(named: name), .layout) }
        return (modelPhones ?? data.phoneSet, .default)
      }
    }
    let unlabeled = utterances.filter { !$0.hasLabels && $0.rejection == nil }
    if !unlabeled.isEmpty, unlabeled.count == utterances.count(where: { $0.rejection == nil }) {
      findings.append(
        Finding(.warning, .labelMissing, path: "", expected: "label files", found: "none in the whole corpus")
      )
    } else {
      for utterance in unlabeled {
        findings.append(
          Finding(
            .warning, .labelMissing, path: Sanitized.path(utterance.audioPath), expected: "a label file",
            found: "none", utterance: utterance.key))
      }
    }
    findings += utterances.compactMap(\.rejection)
    if description == nil, let finding = Self.incompleteCopy(of: data.timit, utterances) {
      findings.append(finding)
    }
    self.utterances = utterances
    self.findings = findings
  }

  /// The absolute path of a file of the corpus.
  package func absolutePath(_ relative: String) -> String {
    root == "/" ? "/\(relative)" : "\(root)/\(relative)"
  }

  /// Whether the utterance is read by every speaker, and therefore excluded from training and scoring.
  package func isCalibration(_ utterance: Utterance) -> Bool { calibrationSentences.contains(utterance.name) }

  private static func rejectDuplicateKeys(_ sorted: [Utterance]) throws(CorpusError) {
    // Strings that are canonically equivalent are equal, but not necessarily adjacent in byte order.
    var unusual: [String: String] = [:]
    for (index, utterance) in sorted.enumerated() {
      var twin: String?
      if index > 0, sorted[index - 1].key == utterance.key { twin = sorted[index - 1].audioPath }
      if twin == nil, utterance.key.utf8.contains(where: { $0 >= 0x80 }) {
        twin = unusual.updateValue(utterance.audioPath, forKey: utterance.key)
      }
      if let twin {
        throw .duplicateIdentifier(
          key: utterance.key, paths: [Sanitized.path(twin), Sanitized.path(utterance.audioPath)])
      }
    }
  }

  /// A finding for a corpus with some, but not all, of the speakers that identify a known corpus: its
  /// official splits are then not used, without any other sign.
  private static func incompleteCopy(
    of known: CorpusDescription, _ utterances: [Utterance]
  ) -> Finding? {
    guard let signature = known.recognizedBySpeakersOf,
      let speakers = known.splits?.first(where: { $0.name == signature })?.speakers
    else { return nil }
    let present = Set(utterances.map(\.speaker))
    let found = speakers.count { present.contains(UtteranceKey.upper($0)) }
    guard found > 0, found < speakers.count else { return nil }
    return Finding(
      .warning, .splitCount, path: "", field: "\(known.name) \(signature)",
      expected: "\(speakers.count) speakers, or the official splits are not taken", found: "\(found)")
  }

  private static func description(
    at root: CorpusRoot, utterances: [Utterance], data: DataManifests
  ) throws(CorpusError) -> CorpusDescription? {
    let path = root.absolute("corpus.json")
    var looking = root
    if case .regular = try looking.look(at: "corpus.json") {
      return try CorpusError.onData { () throws(DataManifestError) in
        try CorpusDescription(contentsOf: path)
      }
    }
    guard let signature = data.timit.recognizedBySpeakersOf,
      let speakers = data.timit.splits?.first(where: { $0.name == signature })?.speakers
    else { return nil }
    let present = Set(utterances.map(\.speaker))
    return speakers.allSatisfy(present.contains) ? data.timit : nil
  }
}

extension CorpusCatalog {
  /// The number of utterances with labels by the name of the format, going by the extensions.
  package var labelFormats: [String: Int] {
    var counts: [String: Int] = [:]
    for utterance in utterances {
      if utterance.labels != nil { counts["alignment", default: 0] += 1 }
      guard let path = utterance.labelsPath else { continue }
      let rank = LabelFormats.classify(path)?.rank
      counts[options.labels.format ?? rank.map { LabelFormats.all[$0].name } ?? "phn", default: 0] += 1
    }
    return counts
  }
}
