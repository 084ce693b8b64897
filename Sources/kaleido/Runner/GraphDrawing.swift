import Workflows

/// A command whose work is a stage graph.
protocol GraphDrawing: Sendable {
  /// The graph that the command would run.
  func drawing() throws -> GraphBlueprintDrawing
}
