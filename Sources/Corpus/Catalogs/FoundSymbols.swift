import DataManifests

/// The symbols that the labels of a corpus hold.
struct FoundSymbols {
  private(set) var symbols: Set<String> = []
  /// Whether a format's unlabeled stretch was found, which means silence.
  private var hasBlank = false

  /// The symbols as a set of phones; nil if there are none, or too many for phones.
  ///
  /// Unlabeled stretches are `sil` where no symbol is a usual name of silence.
  var phoneSet: PhoneSet? {
    let found = PhoneSet(found: symbols)
    guard hasBlank, found?.silence == nil else { return found }
    return PhoneSet(found: symbols.union(["sil"]))
  }

  mutating func add(_ entries: LabelEntries) {
    for entry in entries.entries {
      if entry.symbol == entries.blank { hasBlank = true } else { symbols.insert(entry.symbol) }
    }
  }
}

extension CorpusCatalog {
  /// Reads the labels of all utterances, whatever their times; those that cannot be read are left out.
  ///
  /// - Throws: `inputOutput` if the system fails, the error of `visit`.
  static func symbols(
    of utterances: [Utterance], root: String, alignments: Alignments?, options: LabelOptions,
    visit: (_ utterances: Int) throws(CorpusError) -> Void
  ) throws(CorpusError) -> FoundSymbols {
    var found = FoundSymbols()
    var seen: Set<String> = []
    for (index, utterance) in utterances.enumerated() where utterance.rejection == nil {
      if index.isMultiple(of: 256) { try visit(index) }
      if let labels = utterance.labels {
        found.add(LabelEntries(entries: labels))
        continue
      }
      guard let path = utterance.labelsPath else { continue }
      let context = LabelContext(
        path: path, utterance: utterance.key, sampleCount: 0, names: [utterance.name, utterance.key],
        options: options)
      do throws(CorpusError) {
        if let archive = alignments?.archive {
          found.add(try archive.entries(context: context))
        } else {
          // Parts of a recording share its labels.
          let file = alignments?.absolutePath(path) ?? (root == "/" ? "/\(path)" : "\(root)/\(path)")
          guard seen.insert(file).inserted else { continue }
          found.add(
            try AnnotationFile.parse(file, context: context) { (bytes, context) throws(CorpusError) in
              try LabelEntries(bytes, format: nil, context: context) { _, _ in }
            })
        }
      } catch {
        guard case .rejected = error else { throw error }
      }
    }
    return found
  }
}
