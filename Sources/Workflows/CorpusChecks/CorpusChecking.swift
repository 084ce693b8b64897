import Archives
package import Corpus
import DataManifests
import Foundations
import Signal
import StageGraph
package import Stages

/// `corpus check`: every utterance read to its end, several at a time, and what is wrong put together.
package struct CorpusChecking: Sendable {
  package var corpus: CorpusLocation
  /// The only sample rate taken; nil takes any.
  package var sampleRateHertz: Int? = 16_000
  package var channel: Int?
  package var jobs: Int
  /// A directory of `preprocess` whose features are compared with the corpus.
  package var featuresDirectory: String?

  package init(corpus: CorpusLocation, jobs: Int = 1) {
    self.corpus = corpus
    self.jobs = jobs
  }

  private struct Numbered: GraphMessage {
    static var messageName: String { "Utterance" }
    let index: Int
  }

  private struct Inspected: GraphMessage {
    static var messageName: String { "Inspection" }
    let inspection: Inspection
  }

  /// - Throws: an error for a corpus that cannot be cataloged and for a system that fails; what is wrong
  /// with files is in the result.
  package func run(progress: WorkProgress = WorkProgress()) async throws -> CorpusCheck {
    let directory = try featuresDirectory.map { try OutputDirectory.open(at: $0, forWriting: false) }
    let catalog = try corpus.catalog(progress: progress)
    progress.enter(
      .working, items: catalog.utterances.count,
      bytes: catalog.utterances.reduce(0) { $0 + $1.audioByteCount })
    let inspections = Guarded<[Inspection]>([])
    let graph = graph(catalog, progress) { inspection in
      inspections.withLock { $0.append(inspection) }
    }
    _ = try await graph.run()
    var check = CorpusCheck(catalog, inspections: inspections.withLock { $0 })
    if let directory {
      let found = try await StaleInputs(
        directory: directory, catalog: catalog, jobs: jobs, progress: progress
      ).find(in: Array(0..<directory.shardCount))
      let made = Set(found.indices)
      check.features = CorpusCheck.Features(
        directory: directory.path, changes: found.changes,
        missing: catalog.utterances.indices.filter { !made.contains($0) }.map { catalog.utterances[$0].key },
        gone: found.gone)
    }
    return check
  }

  private func graph(
    _ catalog: CorpusCatalog, _ progress: WorkProgress, keep: @escaping @Sendable (Inspection) -> Void
  ) -> GraphBlueprint {
    // The defaults of preprocess: a frame of 25 ms, labels within a shift of 10 ms.
    var framing = FrameOptions()
    if let sampleRateHertz { framing.sampleRateHertz = sampleRateHertz }
    let clippingSamples = framing.frameShift
    let requirements = AudioRequirements(
      sampleRateHertz: sampleRateHertz, channel: channel, minimumSampleCount: max(1, framing.frameLength))
    let blueprint = GraphBlueprint("corpus check")
    let utterances = blueprint.add(
      Source<Numbered>.each("Corpus", of: catalog.utterances.indices.map { Numbered(index: $0) }))
    let inspector = Stage<Numbered, Inspected>.map("Inspector", workers: jobs) { numbered in
      let utterance = catalog.utterances[numbered.index]
      let inspection = try catalog.inspect(
        utterance, requirements: requirements, clippingSamples: clippingSamples)
      progress.advance(bytes: utterance.audioByteCount, audioSeconds: inspection.durationSeconds ?? 0)
      progress.finishItem(rejected: !inspection.isUsable)
      return Inspected(inspection: inspection)
    }
    let inspected = blueprint.join(utterances, to: inspector)
    blueprint.join(inspected, to: Sink<Inspected>.each("Check") { keep($0.inspection) })
    return blueprint
  }

  /// The graph, for drawing.
  package func blueprint() throws -> GraphBlueprintDrawing {
    let progress = WorkProgress()
    return GraphBlueprintDrawing(graph(try corpus.catalog(progress: progress), progress) { _ in })
  }
}
