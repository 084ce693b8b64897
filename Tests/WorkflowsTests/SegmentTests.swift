import Corpus
import DataManifests
import Foundations
import FrontEnds
import Learning
import StageGraph
import Stages
import TestSupport
import Testing

@testable import Recognition
@testable import Workflows

@Suite struct SegmentTests {
  private func plan(_ change: (inout TrainOptions) throws -> Void = { _ in }) throws -> TrainPlan {
    var options = TrainOptions(
      corpus: CorpusLocation(BuiltInCorpus.path), runDirectory: "/nowhere",
      features: .frontEnd(try FrontEndSpec(parsing: "mel:bins=5")),
      jobs: 2)
    options.training.shuffleSegments = 4
    options.training.batchSegments = 3
    options.training.segmentFrames = 50
    options.classifier.contextFrames = 7
    try change(&options)
    return try TrainPlan(options)
  }

  /// A batch as arrays.
  private struct Batch: Equatable, Sendable {
    var rows: [Float]
    var labels: [Int32]
    var padding: [PaddingRows]
  }

  private func batches(_ plan: TrainPlan, epoch: Int, indices: [Int]) async throws -> [Batch] {
    let graph = TrainGraph(
      source: plan.trainSource, indices: indices, context: plan.recognizer.context,
      options: plan.options.training, progress: WorkProgress())
    let found = Guarded([Batch]())
    try await graph.forEachBatch(ofEpoch: epoch) { batch in
      let copy = Batch(
        rows: Array(batch.rows.values), labels: Array(batch.labels), padding: batch.padding)
      found.withLock { $0.append(copy) }
    }
    return found.withLock { $0 }
  }

  @Test(
    "hold every frame of every utterance once, with the rows around it, a gain over the utterance or none",
    arguments: ["mel:bins=5", "mel:bins=5,dither=1,gain=utterance,mean=utterance", "mel:bins=5,gain=running"])
  func everyFrame(request: String) async throws {
    let frontEnd = try FrontEndSpec(parsing: request)
    let plan = try plan { $0.features = .frontEnd(frontEnd) }
    let indices = plan.train.indices
    let (frames, context, width) = (50, 7, 5)
    // By its first row and its labels a segment is found again in the utterances as they are.
    var expected: [Batch] = []
    for utteranceIndex in indices {
      let utterance = plan.catalog.utterances[utteranceIndex]
      let name = utterance.audioPath.replacing(".WAV", with: "")
      let samples = try BuiltInCorpus.samples(ofUtterance: name)
      let rows = try #require(plan.recognizer.features.frontEnd).source.features(
        of: samples, utterance: utterance.key)
      let phones = try #require(
        try plan.catalog.open(utterance).phones)
      let count = rows.count / width
      let labels = FrameLabels(
        phones, folding: plan.catalog.phoneSet.lastFolding, frameLength: 400, frameShift: 160
      ).labels(count: count)
      for first in stride(from: 0, to: count, by: frames) {
        var batch = Batch(rows: [], labels: [], padding: [PaddingRows()])
        for row in (first - context)..<(first + frames + context) {
          let isValid = row >= 0 && row < count
          batch.rows += isValid ? Array(rows[row * width..<(row + 1) * width]) : [0, 0, 0, 0, 0]
          if row < 0 { batch.padding[0].leading += 1 }
          if row >= count { batch.padding[0].trailing += 1 }
        }
        for frame in first..<(first + frames) { batch.labels.append(frame < count ? labels[frame] : -1) }
        expected.append(batch)
      }
    }
    let found = try await batches(plan, epoch: 0, indices: indices).flatMap { batch in
      (0..<batch.padding.count).map { segment in
        let size = batch.rows.count / batch.padding.count
        return Batch(
          rows: Array(batch.rows[segment * size..<(segment + 1) * size]),
          labels: Array(batch.labels[segment * frames..<(segment + 1) * frames]),
          padding: [batch.padding[segment]])
      }
    }
    #expect(found.count == expected.count)
    for segment in expected { #expect(found.count { $0 == segment } == 1) }
  }

  @Test("come in an order of each epoch's own, the same for any number of jobs")
  func order() async throws {
    let indices = try plan().train.indices
    let first = try await batches(try plan(), epoch: 0, indices: indices)
    #expect(try await batches(try plan { $0.jobs = 1 }, epoch: 0, indices: indices) == first)
    #expect(try await batches(try plan { $0.jobs = 5 }, epoch: 0, indices: indices) == first)
    #expect(try await batches(try plan(), epoch: 1, indices: indices) != first)
    #expect(try await batches(try plan { $0.training.seed = 2 }, epoch: 0, indices: indices) != first)
    #expect(first.dropLast().allSatisfy { $0.padding.count == 3 })
  }

  @Test("are as many as the survey of the labels promises")
  func survey() async throws {
    let plan = try plan()
    let survey = try await LabelSurvey(
      of: plan.train.indices, source: plan.trainSource, progress: WorkProgress())
    let found = try await batches(plan, epoch: 0, indices: survey.indices)
    #expect(found.reduce(0) { $0 + $1.padding.count } == survey.segmentCount(segmentFrames: 50))
    #expect(found.reduce(0) { $0 + $1.labels.count { $0 >= 0 } } == survey.labeledFrames)
    #expect(survey.rejects.isEmpty && survey.indices == plan.train.indices)
  }

  @Test("leave SA out unless they are asked for")
  func calibration() throws {
    let (without, with) = (try plan(), try plan { $0.includesCalibration = true })
    func names(_ plan: TrainPlan) -> Set<String> {
      Set((plan.train.indices + plan.dev.indices).map { plan.catalog.utterances[$0].name })
    }
    #expect(!names(without).contains("SA1") && names(with).contains("SA1"))
    #expect(without.train.calibrationCount == with.train.indices.count - without.train.indices.count)
  }
}
