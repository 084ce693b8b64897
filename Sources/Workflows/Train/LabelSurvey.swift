import Corpus
import DataManifests
import Foundations
import FrontEnds
import Recognition
import StageGraph
import Stages

/// The result of a first pass over a training set: which utterances can be used, how many frames they have,
/// and how often each class is in their labels.
///
/// Only files of floats are read as a whole, whose samples alone may be unusable behind a good header: what
/// the survey takes no later step may leave out.
struct LabelSurvey: Sendable {
  /// Utterances that can be used, by index, in the order in which they were asked for.
  var indices: [Int] = []
  /// Rows of each of them.
  var rowCounts: [Int] = []
  /// Frames with a label, and phones, of each speaker who can be used.
  var labeledBySpeaker: [String: (frames: Int, phones: Int)] = [:]
  var rejects: [Finding] = []
  /// Symbols outside the phone set, by utterance.
  var unknownPhones: [Finding] = []
  var statistics: PhoneStatistics

  /// Frames with a label.
  var labeledFrames: Int { statistics.frames.reduce(0, +) }

  /// Segments that the utterances are cut into.
  func segmentCount(segmentFrames: Int) -> Int {
    rowCounts.reduce(0) { $0 + ($1 + segmentFrames - 1) / segmentFrames }
  }

  private struct Surveyed: GraphMessage {
    let index: Int
    let speaker: String
    let rowCount: Int
    let statistics: PhoneStatistics?
    let rejection: Finding?
    var phoneCount = 0
    var unknownPhones: [Finding] = []
  }

  /// Opens the utterances, several at a time, and counts.
  ///
  /// Canceling the task ends it promptly.
  ///
  /// - Throws: the errors of a system that fails.
  init(of indices: [Int], source: FeatureSource, progress: WorkProgress) async throws {
    let classes = source.folding.classCount
    let result = Guarded(LabelSurvey(statistics: PhoneStatistics(classCount: classes)))
    guard !indices.isEmpty else {
      self = result.withLock { $0 }
      return
    }
    progress.enter(.surveying, items: indices.count)
    let blueprint = GraphBlueprint("survey")
    let work = indices.map { UtteranceWork(index: $0) }
    let utterances = blueprint.add(Source<UtteranceWork>.each("Corpus", of: work))
    let reader = Stage<UtteranceWork, Surveyed>.map("LabelReader", workers: source.jobs) { work in
      try Self.survey(work.index, source)
    }
    let surveyed = blueprint.join(utterances, to: reader)
    // Lanes are merged in order, so the indices keep theirs.
    blueprint.join(
      surveyed,
      to: Sink<Surveyed>.each("Survey") { utterance in
        result.withLock { $0.add(utterance) }
        progress.finishItem(rejected: utterance.rejection != nil)
      })
    _ = try await blueprint.run()
    try Task.checkCancellation()
    self = result.withLock { $0 }
  }

  private init(statistics: PhoneStatistics) { self.statistics = statistics }

  private mutating func add(_ utterance: Surveyed) {
    if let rejection = utterance.rejection { return rejects.append(rejection) }
    indices.append(utterance.index)
    rowCounts.append(utterance.rowCount)
    unknownPhones += utterance.unknownPhones
    labeledBySpeaker[utterance.speaker, default: (0, 0)].phones += utterance.phoneCount
    guard let counted = utterance.statistics else { return }
    labeledBySpeaker[utterance.speaker, default: (0, 0)].frames += counted.frames.reduce(0, +)
    statistics.merge(counted)
  }

  private static func survey(_ index: Int, _ source: FeatureSource) throws -> Surveyed {
    let utterance = source.catalog.utterances[index]
    func rejected(_ finding: Finding) -> Surveyed {
      Surveyed(index: index, speaker: utterance.speaker, rowCount: 0, statistics: nil, rejection: finding)
    }
    let opened: OpenUtterance
    switch try source.opener.open(index) {
    case .usable(let usable): opened = usable
    case .rejected(let finding): return rejected(finding)
    }
    if let finding = try unusableSamples(of: opened.audio, utterance) { return rejected(finding) }
    let rowCount = try source.rowCount(index, of: opened.audio.info)
    var statistics = PhoneStatistics(classCount: source.folding.classCount)
    var phoneCount = 0
    if let phones = opened.phones {
      source.labels(
        opened.phones, rate: opened.audio.info.sampleRateHertz, folding: source.folding, rows: rowCount
      ).withUnsafeBufferPointer { statistics.add(frameLabels: $0) }
      let classOfPhone = source.folding.classOfPhone
      let classes = phones.intervals.map { classOfPhone[Int($0.phone)] }
      statistics.add(phones: classes)
      phoneCount = classes.count { $0 >= 0 }
    }
    return Surveyed(
      index: index, speaker: utterance.speaker, rowCount: rowCount, statistics: statistics, rejection: nil,
      phoneCount: phoneCount, unknownPhones: opened.warnings.filter { $0.code == .unknownPhone })
  }

  /// The largest magnitude of a sample, on the scale of Int16: a frame's power stays finite far beyond it.
  private static let largestSample: Float = 1e12

  /// The fault of the samples of a file of floats; nil for any other file.
  private static func unusableSamples(
    of audio: AudioFile, _ utterance: Utterance
  ) throws(CorpusError) -> Finding? {
    guard audio.info.coding.isFloat else { return nil }
    var block = [Float](repeating: 0, count: 1 << 14)
    do throws(CorpusError) {
      while audio.position < audio.info.sampleCount {
        let count = try block.withUnsafeMutableBufferPointer { (buffer) throws(CorpusError) in
          try audio.read(into: buffer)
        }
        if let sample = block[..<count].firstIndex(where: { abs($0) > largestSample }) {
          return Finding(
            .reject, .nonFinite, path: Sanitized.path(utterance.audioPath),
            field: "sample \(audio.position - count + sample)", expected: "samples within ±\(largestSample)",
            found: "\(block[sample])", utterance: utterance.key)
        }
      }
      return nil
    } catch {
      guard case .rejected(let finding) = error else { throw error }
      return finding
    }
  }
}
