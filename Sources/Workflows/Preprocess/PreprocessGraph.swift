import Archives
import Corpus
import DataManifests
import FrontEnds
import StageGraph
import Stages

extension PreprocessPlan {
  /// The stage graph that does the given shards.
  ///
  ///     Corpus -Utterance-> AudioReader -AudioBlock-> FrontEnd -FeatureBlock-> ArchiveWriter
  ///     -FinishedShard-> ShardCommitter
  ///
  /// Readers and front ends work in lanes, utterance by utterance; the writer takes the lanes in key order.
  /// Memory is bounded by the capacities: a block is at most two seconds of audio at the usual shift.
  func makeGraph(
    shards: [Int], progress: WorkProgress, openDirectory: @escaping @Sendable () throws -> OutputDirectory
  ) -> GraphBlueprint {
    let blueprint = GraphBlueprint("preprocess")
    let work = ShardWork(layout: layout, shards: shards)
    let features = source.join(to: blueprint, indices: work.utterances)
    let assembly = ShardAssembly(
      work, phones: catalog.phoneSet.phones, splits: splitOfUtterance, labels: configuration.labels,
      progress: progress, openDirectory: openDirectory)
    let shards = blueprint.join(features, to: assembly.writer, capacity: 16)
    blueprint.join(shards, to: assembly.committer, capacity: 1)
    return blueprint
  }

  /// The graph as text, for the shards of this run's part.
  package func drawing() -> GraphBlueprintDrawing {
    let graph = makeGraph(shards: [], progress: WorkProgress()) {
      preconditionFailure("a graph that is only drawn does not run")
    }
    return GraphBlueprintDrawing(graph)
  }
}
