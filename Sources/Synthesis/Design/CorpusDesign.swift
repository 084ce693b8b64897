/// The plan of a corpus: its speakers and their sentences.
package struct CorpusDesign: Equatable, Sendable {
  /// A sentence and its utterance name, such as `SX12`.
  package struct PlannedUtterance: Equatable, Sendable {
    package var name: String
    package var text: String
  }

  /// A speaker with its utterances.
  package struct PlannedSpeaker: Equatable, Sendable {
    package var speaker: PseudoSpeaker
    package var utterances: [PlannedUtterance]

    /// The folder of its files, relative to the corpus.
    package var folder: String {
      "\(speaker.split.folder)/DR\(speaker.dialectRegion)/\(speaker.name)"
    }
  }

  package let recipe: CorpusRecipe
  /// Ordered by split (train, dev, test), then as drawn.
  package let speakers: [PlannedSpeaker]

  package var utteranceCount: Int { speakers.reduce(0) { $0 + $1.utterances.count } }

  /// Draws the speakers and distributes the sentences among them.
  ///
  /// - Parameters:
  ///   - recipe: sizes, seed and engines.
  ///   - prompts: the user's sentences; those of ``SentenceGrammar`` if nil.
  /// - Throws: ``SynthesisError/recipe(field:value:expected:)``,
  ///   ``SynthesisError/tooFewPrompts(found:needed:)``.
  package init(_ recipe: CorpusRecipe, prompts: [String]? = nil) throws(SynthesisError) {
    try recipe.check()
    self.recipe = recipe
    let calibration = recipe.preset == .tiny ? 1 : Prompt.calibration.count
    let perSpeaker = Self.sentencesPerSpeaker(recipe, calibration: calibration, prompts: prompts)
    let pools = try Self.pools(recipe, sentencesPerSpeaker: perSpeaker, prompts: prompts)
    var speakers: [PlannedSpeaker] = []
    var taken: Set<String> = []
    for split in CorpusSplitName.allCases {
      guard let pool = pools[split] else { continue }
      for (index, var speaker) in Self.drawnSpeakers(recipe, split).enumerated() {
        speaker.name = Self.uniqueName(speaker.name, taken: &taken)
        var utterances = (0..<calibration).map {
          PlannedUtterance(name: "SA\($0 + 1)", text: Prompt.calibration[$0])
        }
        for turn in 0..<perSpeaker {
          let sentence = pool[(index * perSpeaker + turn) % pool.count]
          utterances.append(
            PlannedUtterance(name: "\(split == .test ? "SI" : "SX")\(sentence.number)", text: sentence.text))
        }
        speakers.append(PlannedSpeaker(speaker: speaker, utterances: utterances))
      }
    }
    self.speakers = speakers
  }

  /// A sentence and its number in the corpus, counted from 1.
  private struct Sentence {
    var number: Int
    var text: String
  }

  /// The number of sentences per speaker, without calibration, that gives about the requested minutes.
  private static func sentencesPerSpeaker(
    _ recipe: CorpusRecipe, calibration: Int, prompts: [String]?
  ) -> Int {
    var sample = prompts ?? []
    if prompts == nil {
      var grammar = SentenceGrammar(seed: recipe.seed)
      sample = grammar.sentences(200, maximumWords: recipe.preset.maximumWords)
    }
    let letters = sample.reduce(0) { $0 + $1.utf8.count }
    let average = seconds(letters: Double(letters) / Double(max(1, sample.count)))
    let calibrationSeconds = Prompt.calibration.prefix(calibration).reduce(0) {
      $0 + seconds(letters: Double($1.utf8.count))
    }
    let secondsPerSpeaker = recipe.minutes * 60 / Double(recipe.speakers)
    return max(2, Int(((secondsPerSpeaker - calibrationSeconds) / average).rounded()))
  }

  /// The average duration of a sentence of `letters` characters, a linear fit to Flite's speech.
  private static func seconds(letters: Double) -> Double { 0.34 + 0.053 * letters }

  /// Disjoint sets of sentences for the splits, each enough for at least one speaker.
  private static func pools(
    _ recipe: CorpusRecipe, sentencesPerSpeaker: Int, prompts: [String]?
  ) throws(SynthesisError) -> [CorpusSplitName: [Sentence]] {
    let needs = CorpusSplitName.allCases.map { recipe.speakers(of: $0) * sentencesPerSpeaker }
    let needed = needs.reduce(0, +)
    var sentences = prompts ?? []
    if prompts == nil {
      var grammar = SentenceGrammar(seed: recipe.seed)
      sentences = grammar.sentences(needed, maximumWords: recipe.preset.maximumWords)
    } else {
      // Shuffled by the seed, so that neighboring lines of the file are spread over the splits.
      let keyed = sentences.map { text in
        var random = KeyedRandom(seed: recipe.seed, key: "order/\(text)")
        return (rank: random.next(), text: text)
      }
      sentences = keyed.sorted { $0.rank != $1.rank ? $0.rank < $1.rank : $0.text < $1.text }.map(\.text)
    }
    let minimum = CorpusSplitName.allCases.count * sentencesPerSpeaker
    guard sentences.count >= minimum else {
      throw .tooFewPrompts(found: sentences.count, needed: minimum)
    }
    var pools: [CorpusSplitName: [Sentence]] = [:]
    var start = 0
    for (index, split) in CorpusSplitName.allCases.enumerated() {
      // In proportion to need, but at least one speaker's sentences; the last split takes the rest.
      let remainingSplits = CorpusSplitName.allCases.count - 1 - index
      let proportional = Int(Double(sentences.count) * Double(needs[index]) / Double(max(1, needed)))
      let available = sentences.count - start - remainingSplits * sentencesPerSpeaker
      let count =
        remainingSplits == 0 ? available : min(available, max(sentencesPerSpeaker, proportional))
      pools[split] = (start..<start + count).map { Sentence(number: $0 + 1, text: sentences[$0]) }
      start += count
    }
    return pools
  }

  private static func drawnSpeakers(_ recipe: CorpusRecipe, _ split: CorpusSplitName) -> [PseudoSpeaker] {
    let voices = Voice.voices(recipe.engines, isForTest: split == .test)
    // eSpeak NG has many similar voices: only every second speaker takes one if there are other engines.
    let kinds = [voices.filter { $0.engine != .espeak }, voices.filter { $0.engine == .espeak }].filter {
      !$0.isEmpty
    }
    // Dev speakers continue the rotation of voices after the training speakers.
    let first = split == .dev ? recipe.speakers(of: .train) : 0
    return (first..<first + recipe.speakers(of: split)).map { index in
      let kind = kinds[index % kinds.count]
      let turn = index / kinds.count
      var random = KeyedRandom(seed: recipe.seed, key: "speaker/\(split.folder)/\(index)")
      return PseudoSpeaker(
        voice: kind[turn % kind.count], rotation: turn / kind.count, split: split,
        dialectRegion: 1 + index % 8, random: &random)
    }
  }

  /// The name, with another digit if it is taken.
  private static func uniqueName(_ name: String, taken: inout Set<String>) -> String {
    var digits = 0
    var candidate = name
    while !taken.insert(candidate).inserted {
      digits += 1
      candidate = "\(name.dropLast(digits > 9 ? 2 : 1))\(digits)"
    }
    return candidate
  }
}
