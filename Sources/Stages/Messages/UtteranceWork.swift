import StageGraph

/// One utterance of a corpus on its way into a graph.
package struct UtteranceWork: GraphMessage {
  package static var messageName: String { "Utterance" }

  /// The index in the catalog.
  package let index: Int

  package init(index: Int) { self.index = index }
}
