package import DataManifests
import Foundations
import Glibc

/// The utterances of a corpus in byte order of their keys, and what is wrong with it without opening a file.
///
/// Utterances that cannot be used stand in it with their `rejection`, so that the order and the shards made from it do
/// not move when one is repaired. Names no key can be made of stand in `findings` alone.
package struct CorpusCatalog: Sendable {
  /// The folder that paths are relative to, links resolved.
  package let root: String

  /// The manifest the catalogue was read from; nil for a folder.
  package let manifest: String?

  /// What the corpus should hold, from `corpus.json` at the root or from the data folder; nil if nothing says.
  package let description: CorpusDescription?

  /// Sorted by key; keys are unlike one another.
  package let utterances: [Utterance]

  /// Every finding, those of `utterances` among them, in a fixed order.
  package let findings: [Finding]

  /// Utterance names that every speaker reads (TIMIT's SA1 and SA2).
  package let calibrationSentences: Set<String>

  /// Catalogues a folder or a `.jsonl` manifest.
  ///
  /// - Parameters:
  ///   - corpus: the folder or manifest.
  ///   - root: what a manifest's paths are relative to; the manifest's folder if nil. Unused for a folder.
  ///   - data: the program's data.
  ///   - visit: given the number of utterances found, now and then; what it throws (`cancelled`) ends the work.
  ///
  /// Throws `duplicateIdentifier`, `emptyCorpus`, `badManifest`, `noSuchPath`, `notACorpus`, `permission`,
  /// `inputOutput`. Opens folders, the manifest and `corpus.json`, and no other file.
  package init(
    _ corpus: String, root: String? = nil, data: DataManifests,
    visit: @escaping (_ utterances: Int) throws(CorpusError) -> Void = { _ throws(CorpusError) in }
  ) throws(CorpusError) {
    var status = stat()
    guard stat(corpus, &status) == 0 else {
      _ = try CorpusRoot(corpus)
      throw .noSuchPath(path: Sanitized.path(corpus))
    }
    var utterances: [Utterance]
    var findings: [Finding]
    let place: CorpusRoot
    switch status.st_mode & S_IFMT {
    case S_IFDIR:
      place = try CorpusRoot(corpus)
      let catalog = try FolderCatalog(place, visit: visit)
      (utterances, findings) = (catalog.utterances, catalog.findings)
      manifest = nil
    case S_IFREG where corpus.hasSuffix(".jsonl"):
      let beside = corpus.lastIndex(of: "/").map { String(corpus[...$0]) } ?? "."
      place = try CorpusRoot(root ?? beside)
      let catalog = try ManifestCatalog(manifest: corpus, root: place, visit: visit)
      (utterances, findings) = (catalog.utterances, catalog.findings)
      manifest = corpus
    default:
      throw .notACorpus(path: Sanitized.path(corpus))
    }
    self.root = place.path
    utterances.sort {
      if UtteranceKey.precedes($0.key, $1.key) { return true }
      if UtteranceKey.precedes($1.key, $0.key) { return false }
      return UtteranceKey.precedes($0.audioPath, $1.audioPath)
    }
    try Self.refuseTwins(utterances)
    guard !utterances.isEmpty || !findings.rejections.isEmpty else {
      throw .emptyCorpus(path: Sanitized.path(corpus))
    }
    let description = try Self.description(at: place, utterances: utterances, data: data)
    self.description = description
    calibrationSentences = Set(
      (description?.calibrationSentences ?? data.timit.calibrationSentences ?? []).map {
        UtteranceKey.upper($0)
      })
    let unlabelled = utterances.filter { $0.labelsPath == nil && $0.rejection == nil }
    if !unlabelled.isEmpty, unlabelled.count == utterances.count(where: { $0.rejection == nil }) {
      findings.append(
        Finding(.warning, .labelMissing, path: "", expected: "label files", found: "none in the whole corpus")
      )
    } else {
      for utterance in unlabelled {
        findings.append(
          Finding(
            .warning, .labelMissing, path: Sanitized.path(utterance.audioPath), expected: "a .PHN file",
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

  /// The path in the file system of an utterance's file.
  package func absolutePath(_ relative: String) -> String {
    root == "/" ? "/\(relative)" : "\(root)/\(relative)"
  }

  /// Whether every speaker reads this utterance, which keeps it out of training and scoring.
  package func isCalibration(_ utterance: Utterance) -> Bool { calibrationSentences.contains(utterance.name) }

  private static func refuseTwins(_ sorted: [Utterance]) throws(CorpusError) {
    // String equality takes canonically equivalent spellings as one, which byte order need not bring together.
    var unusual: [String: String] = [:]
    for (place, utterance) in sorted.enumerated() {
      var twin: String?
      if place > 0, sorted[place - 1].key == utterance.key { twin = sorted[place - 1].audioPath }
      if twin == nil, utterance.key.utf8.contains(where: { $0 >= 0x80 }) {
        twin = unusual.updateValue(utterance.audioPath, forKey: utterance.key)
      }
      if let twin {
        throw .duplicateIdentifier(
          key: utterance.key, paths: [Sanitized.path(twin), Sanitized.path(utterance.audioPath)])
      }
    }
  }

  /// Says that a corpus has some, but not all, of the speakers by which a known one is recognised: without them
  /// its official splits are not taken, and nothing else would tell.
  private static func incompleteCopy(
    of known: CorpusDescription, _ utterances: [Utterance]
  ) -> Finding? {
    guard let signature = known.recognisedBySpeakersOf,
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
      do throws(DataManifestError) {
        return try CorpusDescription(contentsOf: path)
      } catch {
        switch error {
        case .malformed(let path, let field, let expected, let found):
          throw .badManifest(
            path: Sanitized.path(path), line: 0, field: field, expected: expected, found: found)
        case .unreadable(let path, let code):
          if code == EACCES { throw .permission(path: Sanitized.path(path)) }
          throw .inputOutput(path: Sanitized.path(path), operation: "read", errno: code)
        case .notFound, .notADataFolder:
          return nil
        }
      }
    }
    guard let signature = data.timit.recognisedBySpeakersOf,
      let speakers = data.timit.splits?.first(where: { $0.name == signature })?.speakers
    else { return nil }
    let present = Set(utterances.map(\.speaker))
    return speakers.allSatisfy(present.contains) ? data.timit : nil
  }
}
