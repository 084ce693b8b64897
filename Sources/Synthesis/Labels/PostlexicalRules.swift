/// The rules that turn an engine's segments into those that TIMIT's transcribers would have marked.
///
/// Stops and affricates are split into closure and release; t and d become flaps; schwa and a sonorant become
/// a syllabic sonorant; h between voiced sounds is voiced; short unstressed vowels are reduced; silence is
/// `h#`, `pau` or `epi`.
struct PostlexicalRules {
  /// One of the 61 phones, samples [start, end), and the index of its word.
  struct Phone: Equatable {
    var symbol: String
    var start: Int
    var end: Int
    var word: Int?
  }

  // Limits in milliseconds.
  private static let longestSyllabicSchwa = 45.0
  private static let longestFlap = 50.0
  private static let longestNasalFlap = 45.0
  private static let longestReducedVowel = 60.0
  private static let longestEpentheticSilence = 35.0
  private static let shortestReleasedVoicedStop = 40.0

  private let release: StopRelease

  /// - Parameter samples: the speech that the segments refer to, Int16-valued.
  init(samples: [Float]) { release = StopRelease(in: samples) }

  /// The phones of contiguous segments; they are contiguous, too, and never empty.
  func phones(of spoken: [SpokenSegment]) -> [Phone] {
    let segments = Self.merged(spoken)
    var phones: [Phone] = []
    for index in segments.indices { append(segments, index, to: &phones) }
    return phones.filter { $0.end > $0.start }
  }

  private static func milliseconds(_ segment: SpokenSegment) -> Double {
    Double(segment.end - segment.start) * 1000 / Double(RenderedUtterance.sampleRateHertz)
  }

  /// Joins successive silences, an r to the r-colored vowel before it, and schwa with a following sonorant.
  static func merged(_ segments: [SpokenSegment]) -> [SpokenSegment] {
    var merged: [SpokenSegment] = []
    for segment in segments {
      guard let last = merged.last else {
        merged.append(segment)
        continue
      }
      let isOfSameWord = last.word == segment.word
      if last.isSilence && segment.isSilence
        || segment.phone == "r" && ["er", "axr"].contains(last.phone) && isOfSameWord
      {
        merged[merged.count - 1].end = segment.end
      } else if let syllabic = syllabic(segment, after: merged) {
        merged[merged.count - 1].end = segment.end
        merged[merged.count - 1].phone = syllabic
      } else {
        merged.append(segment)
      }
    }
    return merged
  }

  /// The syllabic sonorant that replaces the segment and a short schwa after a voiceless consonant, or nil.
  private static func syllabic(_ segment: SpokenSegment, after before: [SpokenSegment]) -> String? {
    guard let symbol = ["l": "el", "n": "en", "m": "em", "ng": "eng"][segment.phone], before.count > 1 else {
      return nil
    }
    let (onset, schwa) = (before[before.count - 2], before[before.count - 1])
    guard schwa.phone == "ax", schwa.word == segment.word, milliseconds(schwa) < longestSyllabicSchwa,
      onset.word == segment.word, !onset.isSilence, !PhoneGroups.voiced.contains(onset.phone)
    else { return nil }
    return symbol
  }

  private func append(_ segments: [SpokenSegment], _ index: Int, to phones: inout [Phone]) {
    let segment = segments[index]
    let before = index > 0 ? segments[index - 1].phone : SpokenSegment.silence
    let isLast = index + 1 == segments.count
    let after = isLast ? SpokenSegment.silence : segments[index + 1].phone
    let isStressedAfter = isLast ? false : segments[index + 1].isStressed
    let length = Self.milliseconds(segment)
    func add(_ symbol: String, from start: Int? = nil, to end: Int? = nil) {
      phones.append(
        Phone(symbol: symbol, start: start ?? segment.start, end: end ?? segment.end, word: segment.word))
    }
    let isAfterVowel = PhoneGroups.vowels.contains(before)
    let isBeforeVowel = PhoneGroups.vowels.contains(after)
    switch segment.phone {
    case SpokenSegment.silence:
      add(index == 0 || isLast ? "h#" : length < Self.longestEpentheticSilence ? "epi" : "pau")
    case "t", "d":
      let isFlap =
        (isAfterVowel || before == "r") && (isBeforeVowel || after == "el") && !isStressedAfter
        && length < Self.longestFlap
      if isFlap { add("dx") } else { addStop(segment, after: after, length: length, to: &phones) }
    case "n" where isAfterVowel && isBeforeVowel && !isStressedAfter && length < Self.longestNasalFlap:
      add("nx")
    case let stop where PhoneGroups.closures[stop] != nil:
      addStop(segment, after: after, length: length, to: &phones)
    case "hh" where PhoneGroups.voiced.contains(before) && PhoneGroups.voiced.contains(after): add("hv")
    case "er" where !segment.isStressed: add("axr")
    case "uw" where PhoneGroups.coronals.contains(before): add("ux")
    case "ih" where !segment.isStressed && length < Self.longestReducedVowel: add("ix")
    default: add(segment.phone)
    }
  }

  /// Appends closure and release, or only the closure if there is no burst and none is expected.
  private func addStop(
    _ segment: SpokenSegment, after: String, length: Double, to phones: inout [Phone]
  ) {
    let stop = segment.phone
    let closure = PhoneGroups.closures[stop] ?? stop
    let burst = release.sample(from: segment.start, to: segment.end)
    let isUnreleased =
      PhoneGroups.closures[after] != nil || after == SpokenSegment.silence
      || ["b", "d", "g"].contains(stop) && length < Self.shortestReleasedVoicedStop
    guard burst != nil || !isUnreleased else {
      phones.append(Phone(symbol: closure, start: segment.start, end: segment.end, word: segment.word))
      return
    }
    let closureFraction = ["ch", "jh"].contains(stop) ? 0.5 : 0.6
    let split = burst ?? segment.start + Int(closureFraction * Double(segment.end - segment.start))
    phones.append(Phone(symbol: closure, start: segment.start, end: split, word: segment.word))
    phones.append(Phone(symbol: stop, start: split, end: segment.end, word: segment.word))
  }
}
