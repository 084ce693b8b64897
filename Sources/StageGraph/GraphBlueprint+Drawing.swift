extension GraphBlueprint {
  /// The graph as lines of text, one per arrow, in the order of joining.
  ///
  ///     Corpus -Utterance-> AudioReader ×2 (2 lanes × 16)
  package func outline() -> String {
    edges
      .map { edge in
        let lanes = edge.lanes == 1 ? "capacity \(edge.capacity)" : "\(edge.lanes) lanes × \(edge.capacity)"
        return "\(Self.title(of: edge.from)) -\(edge.message)-> \(Self.title(of: edge.to)) (\(lanes))\n"
      }
      .joined()
  }

  /// The graph as a Mermaid flowchart: stages with their workers, arrows with message, lanes and capacity.
  package func mermaid() -> String {
    var text = "flowchart LR\n"
    let receiving = Set(edges.map(\.to.index))
    let sending = Set(edges.map(\.from.index))
    for stage in stages {
      let title = Self.escape(Self.title(of: stage))
      // Sources and sinks are round at the ends of the graph.
      let isEnd = !receiving.contains(stage.index) || !sending.contains(stage.index)
      text += "  s\(stage.index)" + (isEnd ? "([\"\(title)\"])" : "[\"\(title)\"]") + "\n"
    }
    for edge in edges {
      let lanes = edge.lanes == 1 ? "\(edge.capacity)" : "\(edge.lanes) × \(edge.capacity)"
      text += "  s\(edge.from.index) -- \"\(Self.escape(edge.message)) (\(lanes))\" --> s\(edge.to.index)\n"
    }
    return text
  }

  private static func title(of stage: StageDescription) -> String {
    stage.workers == 1 ? stage.name : "\(stage.name) ×\(stage.workers)"
  }

  /// Mermaid ends a quoted text at a quotation mark and reads `#` as the start of an entity.
  private static func escape(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "#": escaped += "#35;"
      case "\"": escaped += "#quot;"
      case "<": escaped += "#lt;"
      case ">": escaped += "#gt;"
      default: escaped.append(character)
      }
    }
    return escaped
  }
}
