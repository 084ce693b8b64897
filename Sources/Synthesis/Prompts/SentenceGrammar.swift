/// A generator of sentences from a small grammar, which makes a list of prompts unnecessary.
///
/// Its words were chosen to contain many of the rarer phones (oy, zh, uh, th, ng, syllabic and flapped ones).
package struct SentenceGrammar {
  private var random: KeyedRandom

  package init(seed: UInt64) { random = KeyedRandom(seed: seed, key: "sentences") }

  /// Draws `count` distinct sentences of at most `maximumWords` words, or fewer if 100 attempts per sentence
  /// fail.
  package mutating func sentences(_ count: Int, maximumWords: Int) -> [String] {
    var seen: Set<String> = []
    var sentences: [String] = []
    var attempts = 0
    while sentences.count < count, attempts < 100 * count {
      attempts += 1
      let sentence = sentence()
      guard Prompt.wordCount(of: sentence) <= maximumWords, seen.insert(sentence).inserted else { continue }
      sentences.append(sentence)
    }
    return sentences
  }

  private mutating func sentence() -> String {
    let text: String
    var mark = "."
    switch random.index(below: 7) {
    case 0: text = "\(nounPhrase()) \(verb()) \(nounPhrase())"
    case 1: text = "\(nounPhrase()) \(verb()) \(nounPhrase()) \(preposition()) \(nounPhrase())"
    case 2: text = "\(opening()), \(nounPhrase()) \(verb()) \(nounPhrase())"
    case 3: text = "\(nounPhrases()) \(verb()) \(nounPhrase()) \(adverb())"
    case 4: text = "\(adverb()) \(nounPhrase()) \(verb()) it \(preposition()) \(nounPhrase())"
    case 5:
      text = "\(nounPhrase()) \(verb()) \(nounPhrase()), but \(nounPhrase()) only \(verb()) \(nounPhrase())"
    default:
      text = "\(random.element(of: ["who", "which of them", "has anybody"])) \(verb()) \(nounPhrase())"
      mark = "?"
    }
    return text.prefix(1).uppercased() + text.dropFirst() + mark
  }

  private mutating func nounPhrase() -> String {
    let noun = random.element(of: Self.nouns)
    let adjective = random.uniform(0, 1) < 0.55 ? random.element(of: Self.adjectives) + " " : ""
    var determiner = random.element(of: Self.determiners)
    let next = adjective.isEmpty ? noun : adjective
    let soundsLikeVowel =
      next == "hour" || "aeiou".contains(next.prefix(1)) && !next.hasPrefix("usual") && !next.isEmpty
    if determiner == "a", soundsLikeVowel { determiner = "an" }
    return "\(determiner) \(adjective)\(noun)"
  }

  private mutating func nounPhrases() -> String { "\(nounPhrase()) and \(nounPhrase())" }
  private mutating func verb() -> String { random.element(of: Self.verbs) }
  private mutating func preposition() -> String { random.element(of: Self.prepositions) }
  private mutating func adverb() -> String { random.element(of: Self.adverbs) }
  private mutating func opening() -> String { random.element(of: Self.openings) }

  private static func words(_ text: String) -> [String] {
    text.split(whereSeparator: \.isWhitespace).map(String.init)
  }

  private static let determiners = words(
    "a a the the the this that every another our their her his my your no")

  private static let adjectives = words(
    """
    muddy shallow spotless crooked cloudy noisy pleasant thirsty foggy woolen royal patient tidy drowsy
    purple orange yellow silver brown gray white pale huge little pretty better bitter heavy hollow narrow
    smooth rough tough shaky sturdy dirty early easy angry hungry lucky happy unhappy ancient modern foreign
    distant careful fearless cheap rich young old new loud proud round sour southern northern thick thin
    third brief broad loyal joyful annoying pointed good wooden full other usual casual precious ordinary
    clean green deep red wet dry black blue soft cold warm beautiful curious furious
    """)

  private static let nouns = words(
    """
    shepherd captain pigeon rabbit turtle beetle kitten puppy otter spider badger panther leopard lion tiger
    eagle sparrow thrush swan fish shark whale shrimp oyster oil coin toy boy voice joint point choice noise
    poison treasure measure leisure pleasure vision television garage beige version mirage mouth tooth bath
    path cloth moth earth birth worth youth north feather leather weather mother brother father bother
    rhythm bottom blossom wisdom prison lesson mountain curtain cotton mitten garden burden cousin dozen
    oven seven ribbon wagon castle whistle muscle vessel missile puzzle bottle battle kettle needle saddle
    middle pebble table uncle circle morning evening ceiling building feeling singing ring king wing song
    long tongue ink tank bank anger finger hunger book cook hook foot wood wool bush sugar butcher cushion
    pudding wolf woman house mouse cloud crowd tower flower hour owl cow town gown chair bear stair square
    care year beard ear deer pier door floor shore oar fork horse storm bird nurse shirt girl word work
    world teacher preacher picture kitchen ditch match witch watch church cheese chalk judge bridge badge
    page stage jacket jewel jungle giant engine orange village vase valve wave cave glove sleeve zoo zebra
    prize rose nose breeze beach ocean station motion mission machine shoe ship dish brush yard yacht yellow
    music cube view few queen quilt twin tweed wheel wax box axe fox lock clock rock sock rug mug frog leg
    egg pig dog cab web rib cup cap map soup rope hat boat goat kite gate butter water city letter ladder
    pattern winner dinner planet cabinet money honey hen pen pan lamp drum plum thumb home room spoon moon
    hill wall nail mile rail road bread bed lid mud
    """)

  private static let verbs = words(
    """
    noticed counted painted planted visited wanted waited hated heated tested followed borrowed carried
    hurried buried studied copied emptied answered ordered covered gathered remembered considered delivered
    measured treasured enjoyed destroyed avoided joined pointed watched touched reached scratched fetched
    caught bought brought taught thought fought found wound bound drove rode wrote broke spoke chose froze
    stole shook took looked cooked pushed pulled put could-not-see understood saw drew threw knew blew flew
    grew washed rushed wished finished polished vanished-with admired required hired feared heard shared
    wore tore bore judged managed damaged changed arranged hugged dragged rubbed robbed grabbed helped kept
    dropped trapped wrapped loved moved saved served believed forgave gave used amused refused raised
    praised squeezed closed missed kissed passed crossed fixed mixed asked thanked walked-past liked baked
    made paid played weighed said called mailed filled sold told held needed divided hid led fed ate met let
    hit cut shut forgot
    """
  ).map { $0.replacing("-", with: " ") }

  private static let prepositions = words(
    """
    above across after against along among around before behind below beneath beside between beyond by
    during inside near outside over past through throughout toward under underneath with without
    """)

  private static let adverbs = words(
    """
    usually casually suddenly gladly sadly quietly loudly carefully thoughtfully hardly nearly already again
    ahead abroad outdoors upstairs today tomorrow tonight together soon later yesterday sometimes always
    perhaps
    """)

  private static let openings = [
    "Before dinner", "After the storm", "On Thursday", "In the city", "Without a word",
    "At the bottom of the hill",
    "As usual", "To be sure", "She told them", "He could hear", "They were sure", "We had hoped",
    "I would say",
    "Unless I am wrong", "By the third hour", "Down at the harbor", "Last winter",
  ]
}
