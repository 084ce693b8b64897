/// The registry of corpus layouts.
package enum CorpusLayouts {
  /// In the order in which a corpus is compared with them.
  static let all: [any CorpusLayout] = [
    LhotseLayout(),
    NemoLayout(),
    ManifestLayout(),
    CommonVoiceLayout(),
    SpeechoceanLayout(),
    KaldiLayout(),
    LibriSpeechLayout(),
    L2ArcticLayout(),
    CmuArcticLayout(),
    VctkLayout(),
    BuckeyeLayout(),
    FolderLayout(),
  ]

  /// The names for the user, each with a line of help.
  package static var descriptions: [(name: String, summary: String)] { all.map { ($0.name, $0.summary) } }

  /// The layout of a name; nil if there is none.
  static func named(_ name: String) -> (any CorpusLayout)? { all.first { $0.name == name } }

  /// The first layout that recognizes the corpus; nil if none does.
  static func layout(of corpus: CorpusPath) -> (any CorpusLayout)? { all.first { $0.recognizes(corpus) } }

  /// Whether the paths of a folder's lists are relative to a root that the user may name.
  package static func hasRoot(_ folder: String, layout: String?) -> Bool {
    guard let path = try? CorpusPath(folder) else { return false }
    return (layout.flatMap(named) ?? Self.layout(of: path))?.listsHaveRoot ?? false
  }
}
