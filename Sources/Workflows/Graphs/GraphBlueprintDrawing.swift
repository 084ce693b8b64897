import StageGraph

/// A stage graph as text: what `kaleido graph` prints.
package struct GraphBlueprintDrawing: Sendable, Equatable {
  /// A Mermaid flow chart.
  package let mermaid: String
  /// A line for each arrow.
  package let outline: String

  init(_ blueprint: GraphBlueprint) {
    mermaid = blueprint.mermaid()
    outline = blueprint.outline()
  }
}
