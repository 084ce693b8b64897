import Corpus
import Synthesis
import Testing

@Suite struct CorpusDesignTests {
  @Test(
    "no voice is in both training and test, no sentence in two splits",
    arguments: CorpusPreset.allCases, [[VoiceEngine.flite], VoiceEngine.allCases, [.espeak]])
  func disjointSplits(preset: CorpusPreset, engines: [VoiceEngine]) throws {
    let design = try CorpusDesign(CorpusRecipe(preset: preset, engines: engines))
    func voices(_ isTest: Bool) -> Set<Voice> {
      Set(design.speakers.filter { ($0.speaker.split == .test) == isTest }.map(\.speaker.voice))
    }
    #expect(voices(true).isDisjoint(with: voices(false)))
    #expect(!voices(true).isEmpty)
    var texts: [CorpusSplitName: Set<String>] = [:]
    for planned in design.speakers {
      for utterance in planned.utterances where !utterance.name.hasPrefix("SA") {
        texts[planned.speaker.split, default: []].insert(utterance.text)
      }
    }
    let (train, dev, test) = (texts[.train] ?? [], texts[.dev] ?? [], texts[.test] ?? [])
    #expect(!train.isEmpty && !dev.isEmpty && !test.isEmpty)
    #expect(train.isDisjoint(with: dev) && train.isDisjoint(with: test) && dev.isDisjoint(with: test))
    #expect(texts.values.joined().allSatisfy { !Prompt.calibration.contains($0) })
  }

  @Test(
    "every speaker has a unique name and reads the calibration sentences", arguments: CorpusPreset.allCases)
  func speakers(preset: CorpusPreset) throws {
    let recipe = CorpusRecipe(preset: preset, seed: 7)
    let design = try CorpusDesign(recipe)
    #expect(design.speakers.count == preset.speakers)
    #expect(Set(design.speakers.map(\.speaker.name)).count == preset.speakers)
    for planned in design.speakers {
      #expect(planned.speaker.name.wholeMatch(of: /[FM][A-Z]{3}[0-9]/) != nil)
      #expect(planned.speaker.name.hasPrefix(planned.speaker.sex.rawValue))
      #expect((1...8).contains(planned.speaker.dialectRegion))
      let names = planned.utterances.map(\.name)
      #expect(Set(names).count == names.count)
      #expect(names.filter { $0.hasPrefix("SA") } == (preset == .tiny ? ["SA1"] : ["SA1", "SA2"]))
    }
    for split in CorpusSplitName.allCases {
      #expect(design.speakers.count { $0.speaker.split == split } == recipe.speakers(of: split))
    }
  }

  @Test("every split has a speaker", arguments: [3, 4, 5, 11, 32, 333])
  func splitSizes(speakers: Int) throws {
    let recipe = CorpusRecipe(preset: .tiny, speakers: speakers)
    let counts = CorpusSplitName.allCases.map { recipe.speakers(of: $0) }
    #expect(counts.allSatisfy { $0 >= 1 } && counts.reduce(0, +) == speakers)
    #expect(try CorpusDesign(recipe).speakers.count == speakers)
  }

  @Test("the seed determines the corpus")
  func seed() throws {
    let design = try CorpusDesign(CorpusRecipe(preset: .tiny, seed: 3))
    #expect(try CorpusDesign(CorpusRecipe(preset: .tiny, seed: 3)) == design)
    let other = try CorpusDesign(CorpusRecipe(preset: .tiny, seed: 4))
    #expect(other.speakers.map(\.speaker.name) != design.speakers.map(\.speaker.name))
    #expect(other.speakers.map(\.utterances) != design.speakers.map(\.utterances))
  }

  @Test("more minutes give more sentences")
  func minutes() throws {
    let counts = try [0.5, 5, 50].map {
      try CorpusDesign(CorpusRecipe(preset: .small, speakers: 4, minutes: $0)).utteranceCount
    }
    #expect(counts[0] < counts[1] && counts[1] < counts[2])
    // A sentence takes 2 to 5 seconds.
    #expect((600...1500).contains(counts[2]))
  }

  @Test("the user's prompts are distributed to disjoint splits")
  func ownPrompts() throws {
    let prompts = (0..<30).map {
      "Sentence of mine number " + String(repeating: "very ", count: $0 % 5) + "much \(letters($0))"
    }
    let recipe = CorpusRecipe(preset: .tiny, speakers: 8, minutes: 1.5)
    let design = try CorpusDesign(recipe, prompts: prompts)
    let texts = CorpusSplitName.allCases.map { split in
      Set(
        design.speakers.filter { $0.speaker.split == split }.flatMap { $0.utterances.dropFirst().map(\.text) }
      )
    }
    #expect(texts.allSatisfy { $0.isSubset(of: prompts) && !$0.isEmpty })
    #expect(
      texts[0].isDisjoint(with: texts[1]) && texts[1].isDisjoint(with: texts[2])
        && texts[0].isDisjoint(with: texts[2]))
    for planned in design.speakers {
      #expect(Set(planned.utterances.map(\.name)).count == planned.utterances.count)
    }
  }

  @Test("too few prompts are rejected", arguments: [0, 1, 5])
  func tooFewPrompts(count: Int) {
    let prompts = (0..<count).map { "One more sentence \(letters($0))" }
    #expect {
      _ = try CorpusDesign(CorpusRecipe(preset: .tiny), prompts: prompts)
    } throws: { error in
      guard case SynthesisError.tooFewPrompts(let found, let needed) = error else { return false }
      return found == count && needed > count
    }
  }

  @Test("invalid recipes are rejected")
  func invalidRecipes() {
    var tooFew = CorpusRecipe(preset: .tiny)
    tooFew.speakers = 2
    var tooLong = CorpusRecipe(preset: .tiny)
    tooLong.minutes = .infinity
    let none = CorpusRecipe(preset: .tiny, engines: [])
    for recipe in [tooFew, tooLong, none] {
      #expect(throws: SynthesisError.self) { _ = try CorpusDesign(recipe) }
    }
  }

  private func letters(_ number: Int) -> String {
    String(UnicodeScalar(UInt8(97 + number / 26))) + String(UnicodeScalar(UInt8(97 + number % 26)))
  }
}
