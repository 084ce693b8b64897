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

  /// Samples in a block of audio.
  ///
  /// About 200 frames: enough that a crossing costs nothing, few enough to stay in a core's cache.
  var blockSamples: Int { min(32_768, max(4096, 200 * frontEnd.timing.frameShiftSamples)) }

  /// What audio must be to be taken.
  var requirements: AudioRequirements {
    AudioRequirements(
      sampleRateHertz: frontEnd.timing.sampleRateHertz, channel: options.channel,
      minimumSampleCount: minimumSampleCount)
  }

  private var reading: AudioReading {
    AudioReading(
      catalog: catalog, phoneSet: data.phoneSet, timing: frontEnd.timing,
      requirements: requirements, blockSamples: blockSamples,
      int16Pool: BufferPool(elementsPerBuffer: blockSamples),
      floatPool: BufferPool(elementsPerBuffer: blockSamples))
  }

  private var extraction: FeatureExtraction {
    let rows = maximumRowsOfBlock
    let foldings = configuration.labels.compactMap { Folding(rawValue: $0.rawValue) }
    return FeatureExtraction(
      frontEnd: frontEnd, phoneSet: data.phoneSet, foldings: foldings,
      rowPool: BufferPool(elementsPerBuffer: rows * frontEnd.channels),
      labelPool: BufferPool(elementsPerBuffer: rows * max(1, foldings.count)))
  }

  /// The most rows that a block of audio and the end of its utterance can give together.
  private var maximumRowsOfBlock: Int {
    let stream = frontEnd.makeStream(utterance: "")
    // A stream that has had some audio may owe as many rows as one fresh from the start gives at its end.
    let silence = [Int16](repeating: 0, count: blockSamples)
    var rows = [Float](repeating: 0, count: stream.maximumFrames(accepting: blockSamples) * stream.channels)
    var most = stream.maximumFrames(accepting: blockSamples)
    silence.withUnsafeBufferPointer { samples in
      rows.withUnsafeMutableBufferPointer { rows in _ = stream.accept(samples, into: rows) }
    }
    most = max(most, stream.maximumFrames(accepting: blockSamples))
    return most + stream.maximumFinishFrames
  }

  private var splitOfPlace: [Int: String] {
    let splits = catalog.splits()
    var names: [Int: String] = [:]
    // The first in the list wins where sets overlap: core test before test.
    for name in splits.names {
      for place in splits.members(of: name) ?? [] where names[place] == nil { names[place] = name }
    }
    return names
  }
}
