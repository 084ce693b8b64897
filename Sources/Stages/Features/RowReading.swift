import Corpus
import Foundations
import FrontEnds
import StageGraph

/// Rows of an utterance that are read, not computed.
struct ReadRows {
  let count: Int
  /// Whether every row has a label.
  let isLabeled: Bool
  /// Reads some rows, and their labels where there are any.
  let read:
    (_ rows: Range<Int>, _ features: UnsafeMutableBufferPointer<Float>, _ labels: UnsafeMutablePointer<Int32>)
      throws -> Void
  /// The sums for normalization; nil where none are stored.
  let statistics: () throws -> [Double]?
}

extension FeatureSource {
  /// The stage that reads rows, instead of audio reader and front end: each utterance is opened or rejected
  /// as if its audio were read, and its rows come in blocks.
  ///
  /// - Parameters:
  ///   - state: of a worker.
  ///   - open: finds the rows of an utterance that can be used.
  func rowReader<State>(
    _ name: String, workers: Int, state: @escaping @Sendable () -> State,
    open: @escaping @Sendable (State, Utterance, OpenUtterance) throws -> ReadRows
  ) -> Stage<UtteranceWork, FeatureBlock> {
    let channels = features.channels
    let blockRows = min(512, max(1, BlockSize.preferredValues / channels))
    let rowPool = BufferPool<Float>(elementsPerBuffer: blockRows * channels)
    let labelPool = BufferPool<Int32>(elementsPerBuffer: blockRows)
    return .grouped(
      name, workers: workers, state: state, begin: { _ in },
      each: { state, work, sender in
        let utterance = catalog.utterances[work.index]
        let opened: OpenUtterance
        switch try opener.open(work.index) {
        case .rejected(let finding):
          let context = UtteranceContext(work: work, utterance: utterance, content: nil)
          try await sender.send(.end(context, rejection: finding))
          return
        case .usable(let usable): opened = usable
        }
        let rows = try open(state, utterance, opened)
        let context = UtteranceContext(
          work: work, utterance: utterance,
          content: .init(
            audio: opened.audio.info, phones: opened.phones, words: nil, sentence: nil, warnings: [],
            rowCount: rows.count))
        for first in stride(from: 0, to: rows.count, by: blockRows) {
          let count = min(blockRows, rows.count - first)
          let isLast = first + count == rows.count
          var values = try rowPool.acquire()
          var labels = try labelPool.acquire()
          values.count = count * channels
          labels.count = rows.isLabeled ? count : 0
          try rows.read(
            first..<first + count, UnsafeMutableBufferPointer(start: values.base, count: values.count),
            labels.base)
          let statistics = isLast ? try rows.statistics() : nil
          try await sender.send(
            FeatureBlock(
              context: context, sampleCount: 0,
              rows: .init(features: values, labels: labels, rowCount: count), isFirst: first == 0,
              isLast: isLast, rejection: nil, statistics: statistics))
        }
      })
  }
}
