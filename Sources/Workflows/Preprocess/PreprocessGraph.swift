import Archives
import Corpus
import DataManifests
import FrontEnds
import StageGraph

extension PreprocessPlan {
  /// The stage graph that does the given shards.
  ///
  ///     Corpus -Utterance-> AudioReader -AudioBlock-> FrontEnd -FeatureBlock-> ArchiveWriter -FinishedShard-> ShardCommitter
  ///
  /// Readers and front ends work in lanes, utterance by utterance; the writer takes the lanes in key order. Memory is
  /// bounded by the capacities: a block is at most two seconds of audio at the usual shift.
  func makeGraph(
    shards: [Int], progress: WorkProgress, openDirectory: @escaping @Sendable () throws -> OutputDirectory
  ) -> GraphBlueprint {
    let blueprint = GraphBlueprint("preprocess")
    let utterances = blueprint.add(Source<UtteranceWork>.each("Corpus", of: work(of: shards)))
    let audio = blueprint.join(utterances, to: reading.stage(workers: options.jobs), capacity: 16)
    let features = blueprint.join(audio, to: extraction.stage(workers: options.jobs), capacity: 4)
    let assembly = ShardAssembly(
      openDirectory: openDirectory, layout: layout, catalog: catalog, phoneSet: data.phoneSet,
      splits: splitOfPlace,
      labelClasses: configuration.labels, progress: progress)
    let shards = blueprint.join(features, to: assembly.writer, capacity: 16)
    blueprint.join(shards, to: assembly.committer, capacity: 1)
    return blueprint
  }

  /// The graph as text, for the shards of this run's part.
  package func drawing() -> GraphBlueprintDrawing {
    let path = options.outputDirectory
    let graph = makeGraph(shards: [], progress: WorkProgress()) {
      throw Failure(.internal, code: "drawing", subject: path)
    }
    return GraphBlueprintDrawing(graph)
  }

  /// The utterances of the shards in key order.
  func work(of shards: [Int]) -> [UtteranceWork] {
    shards.flatMap { shard in
      let places = layout.range(ofShard: shard)
      return places.map { place in
        UtteranceWork(
          place: place, shard: shard, isFirstOfShard: place == places.lowerBound,
          isLastOfShard: place == places.upperBound - 1)
      }
    }
  }

  /// What audio must be to be taken.
  var requirements: AudioRequirements {
    AudioRequirements(
      sampleRateHertz: frontEnd.timing.sampleRateHertz, channel: options.channel,
      minimumSampleCount: frontEnd.timing.minimumSampleCount)
  }

  private var reading: AudioReading {
    AudioReading(
      catalog: catalog, warningsOfUtterance: catalog.warningsOfUtterance, phoneSet: data.phoneSet,
      timing: frontEnd.timing, channels: frontEnd.channels,
      requirements: requirements, blockSamples: blockSamples,
      int16Pool: BufferPool(elementsPerBuffer: blockSamples),
      floatPool: BufferPool(elementsPerBuffer: blockSamples))
  }

  private var extraction: FeatureExtraction {
    let rows = frontEnd.maximumRows(ofBlock: blockSamples)
    let foldings = configuration.labels.compactMap { Folding(rawValue: $0.rawValue) }
    return FeatureExtraction(
      frontEnd: frontEnd, phoneSet: data.phoneSet, foldings: foldings,
      rowPool: BufferPool(elementsPerBuffer: rows * frontEnd.channels),
      labelPool: BufferPool(elementsPerBuffer: rows * max(1, foldings.count)))
  }
}
