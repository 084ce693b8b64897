/// Who says what in a corpus, before a word of it is spoken.
package struct CorpusDesign: Equatable, Sendable {
  /// A sentence and its name, such as `SX12`.
  package struct PlannedUtterance: Equatable, Sendable {
    package var name: String
    package var text: String
  }

  /// A speaker and what it says, in the order of the names.
  package struct PlannedSpeaker: Equatable, Sendable {
    package var speaker: PseudoSpeaker
    package var utterances: [PlannedUtterance]

    /// Where its files lie, relative to the corpus.
    package var folder: String {
      "\(speaker.split.folder)/DR\(speaker.dialectRegion)/\(speaker.name)"
    }
  }

  package let recipe: CorpusRecipe
  /// By split (train, dev, test), then in the order of their drawing.
  package let speakers: [PlannedSpeaker]

  package var utteranceCount: Int { speakers.reduce(0) { $0 + $1.utterances.count } }

  /// Draws speakers and deals the sentences to them.
  ///
  /// - Parameter prompts: sentences of the user's; those of the grammar if nil.
  ///
  /// Throws `recipe`, `tooFewPrompts`.
  package init(_ recipe: CorpusRecipe, prompts: [String]? = nil) throws(SynthesisError) {
    try recipe.check()
    self.recipe = recipe
    let calibration = recipe.preset == .tiny ? 1 : Prompt.calibration.count
    let share = Self.sentencesOfEach(recipe, calibration: calibration, prompts: prompts)
    let pools = try Self.pools(recipe, sentencesOfEach: share, prompts: prompts)
    var speakers: [PlannedSpeaker] = []
    var taken: Set<String> = []
    for split in CorpusSplitName.allCases {
      guard let pool = pools[split] else { continue }
      for (place, var speaker) in Self.drawn(recipe, split).enumerated() {
        speaker.name = Self.free(speaker.name, taken: &taken)
        var utterances = (0..<calibration).map {
          PlannedUtterance(name: "SA\($0 + 1)", text: Prompt.calibration[$0])
        }
        for turn in 0..<share {
          let sentence = pool[(place * share + turn) % pool.count]
          utterances.append(
            PlannedUtterance(name: "\(split == .test ? "SI" : "SX")\(sentence.number)", text: sentence.text))
        }
        speakers.append(PlannedSpeaker(speaker: speaker, utterances: utterances))
      }
    }
    self.speakers = speakers
  }

  /// A sentence and its number in the corpus, from 1.
  private struct Sentence {
    var number: Int
    var text: String
  }

  /// How many sentences each speaker reads beside those of calibration, for about the minutes asked for.
  private static func sentencesOfEach(
    _ recipe: CorpusRecipe, calibration: Int, prompts: [String]?
  ) -> Int {
    var sample = prompts ?? []
    if prompts == nil {
      var grammar = SentenceGrammar(seed: recipe.seed)
      sample = grammar.sentences(200, mostWords: recipe.preset.mostWords)
    }
    let letters = sample.reduce(0) { $0 + $1.utf8.count }
    let usual = seconds(letters: Double(letters) / Double(max(1, sample.count)))
    let spent = Prompt.calibration.prefix(calibration).reduce(0) {
      $0 + seconds(letters: Double($1.utf8.count))
    }
    let each = recipe.minutes * 60 / Double(recipe.speakers)
    return max(2, Int(((each - spent) / usual).rounded()))
  }

  /// The usual duration of a sentence of so many characters: a fit to Flite's.
  private static func seconds(letters: Double) -> Double { 0.34 + 0.053 * letters }

  /// Disjoint sets of sentences, a speaker's share at least in each.
  private static func pools(
    _ recipe: CorpusRecipe, sentencesOfEach share: Int, prompts: [String]?
  ) throws(SynthesisError) -> [CorpusSplitName: [Sentence]] {
    let needs = CorpusSplitName.allCases.map { recipe.speakers(of: $0) * share }
    let needed = needs.reduce(0, +)
    var sentences = prompts ?? []
    if prompts == nil {
      var grammar = SentenceGrammar(seed: recipe.seed)
      sentences = grammar.sentences(needed, mostWords: recipe.preset.mostWords)
    } else {
      // In an order of the seed's, so that what stands together in the file is spread over the splits.
      let keyed = sentences.map { text in
        var random = KeyedRandom(seed: recipe.seed, key: "order/\(text)")
        return (rank: random.next(), text: text)
      }
      sentences = keyed.sorted { $0.rank != $1.rank ? $0.rank < $1.rank : $0.text < $1.text }.map(\.text)
    }
    guard sentences.count >= CorpusSplitName.allCases.count * share else {
      throw .tooFewPrompts(found: sentences.count, needed: CorpusSplitName.allCases.count * share)
    }
    var pools: [CorpusSplitName: [Sentence]] = [:]
    var start = 0
    for (place, split) in CorpusSplitName.allCases.enumerated() {
      // By need, but never less than one speaker's share; the last takes the rest.
      let later = CorpusSplitName.allCases.count - 1 - place
      let fair = Int(Double(sentences.count) * Double(needs[place]) / Double(max(1, needed)))
      let most = sentences.count - start - later * share
      let count = later == 0 ? most : min(most, max(share, fair))
      pools[split] = (start..<start + count).map { Sentence(number: $0 + 1, text: sentences[$0]) }
      start += count
    }
    return pools
  }

  private static func drawn(_ recipe: CorpusRecipe, _ split: CorpusSplitName) -> [PseudoSpeaker] {
    let voices = Voice.voices(recipe.engines, isForTest: split == .test)
    // eSpeak NG has many voices that are much alike: they are every second speaker's, if there are others.
    let kinds = [voices.filter { $0.engine != .espeak }, voices.filter { $0.engine == .espeak }].filter {
      !$0.isEmpty
    }
    // Development speakers come after the training speakers in the same round of voices.
    let first = split == .dev ? recipe.speakers(of: .train) : 0
    return (first..<first + recipe.speakers(of: split)).map { place in
      let kind = kinds[place % kinds.count]
      let turn = place / kinds.count
      var random = KeyedRandom(seed: recipe.seed, key: "speaker/\(split.folder)/\(place)")
      return PseudoSpeaker(
        voice: kind[turn % kind.count], lap: turn / kind.count, split: split, dialectRegion: 1 + place % 8,
        random: &random)
    }
  }

  /// The name, with another digit where it is taken.
  private static func free(_ name: String, taken: inout Set<String>) -> String {
    var digits = 0
    var candidate = name
    while !taken.insert(candidate).inserted {
      digits += 1
      candidate = "\(name.dropLast(digits > 9 ? 2 : 1))\(digits)"
    }
    return candidate
  }
}
