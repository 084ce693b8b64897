import Corpus
import DataManifests
import FrontEnds
import Recognition
import StageGraph

/// What the first look at a training set finds, before any sound is read: which utterances can be used, how many frames
/// they have, and what their labels say of the classes.
struct LabelSurvey: Sendable {
  /// Utterances that can be used, by place, in the order in which they were asked for.
  var places: [Int] = []
  /// Rows of each of them.
  var rowCounts: [Int] = []
  var rejects: [Finding] = []
  var statistics: PhoneStatistics

  /// Frames with a label.
  var labelledFrames: Int { statistics.frames.reduce(0, +) }

  /// Segments that the utterances are cut into.
  func segmentCount(segmentFrames: Int) -> Int {
    rowCounts.reduce(0) { $0 + ($1 + segmentFrames - 1) / segmentFrames }
  }

  private struct Surveyed: GraphMessage {
    let place: Int
    let rowCount: Int
    let statistics: PhoneStatistics?
    let rejection: Finding?
  }

  /// Opens the utterances, several at a time, and counts.
  ///
  /// Throws what a system that fails throws; cancelling the task ends it promptly.
  init(of places: [Int], source: FeatureSource, progress: WorkProgress) async throws {
    let classes = source.folding.rawValue
    let result = Guarded(LabelSurvey(statistics: PhoneStatistics(classCount: classes)))
    guard !places.isEmpty else {
      self = result.withLock { $0 }
      return
    }
    progress.enter(.surveying, items: places.count)
    let blueprint = GraphBlueprint("survey")
    let work = places.map { UtteranceWork(place: $0, shard: 0, isFirstOfShard: false, isLastOfShard: false) }
    let utterances = blueprint.add(Source<UtteranceWork>.each("Corpus", of: work))
    let reader = Stage<UtteranceWork, Surveyed>.map("LabelReader", workers: source.jobs) { work in
      try Self.survey(work.place, source)
    }
    let surveyed = blueprint.join(utterances, to: reader)
    // Lanes are merged in order, so the places keep theirs.
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
    places.append(utterance.place)
    rowCounts.append(utterance.rowCount)
    if let counted = utterance.statistics { statistics.merge(counted) }
  }

  private static func survey(_ place: Int, _ source: FeatureSource) throws(CorpusError) -> Surveyed {
    let timing = source.frontEnd.timing
    let opened: OpenUtterance
    switch try source.open(place) {
    case .success(let usable): opened = usable
    case .failure(let rejection):
      return Surveyed(place: place, rowCount: 0, statistics: nil, rejection: rejection.finding)
    }
    let rowCount = timing.rowCount(samples: opened.audio.info.sampleCount)
    var statistics = PhoneStatistics(classCount: source.folding.rawValue)
    if let phones = opened.phones {
      let labels = UtteranceLabels(
        phones, phoneSet: source.phoneSet, folding: source.folding, timing: timing)
      labels.labels(ofRows: 0..<rowCount).withUnsafeBufferPointer { statistics.add(frameLabels: $0) }
      let classes = source.phoneSet.classOfPhone(source.folding)
      statistics.add(phones: phones.intervals.map { classes[Int($0.phone)] })
    }
    return Surveyed(place: place, rowCount: rowCount, statistics: statistics, rejection: nil)
  }
}
