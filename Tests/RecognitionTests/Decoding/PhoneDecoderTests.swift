import Foundations
import Recognition
import TestSupport
import Testing

/// A random phone loop and random log posteriors, small enough to try every path.
private struct TinyCase {
  let loop: PhoneLoop
  let logPriors: [Float]
  let logSuccessions: [Float]
  let posteriors: [Float]
  let classes: Int
  let frames: Int

  /// - Parameter forbidsSome: whether a seventh of the successions are impossible.
  init(seed: UInt64, classes: Int, frames: Int, minimumFrames: Int, forbidsSome: Bool = false) {
    var generator = SplitMix64(seed: seed)
    func number(_ range: ClosedRange<Float>) -> Float { Float.random(in: range, using: &generator) }
    let side = classes + 1
    logPriors = (0..<classes).map { _ in number(-4...0) }
    logSuccessions = (0..<side * side).map {
      let value = number(-5...0)
      return forbidsSome && $0 % 7 == 3 ? -.infinity : value
    }
    posteriors = (0..<frames * classes).map { _ in number(-6...0) }
    let options = PhoneDecodingOptions(
      priorWeight: number(0...1), languageWeight: number(0...3), insertionPenalty: number(-3...1),
      minimumFrames: minimumFrames)
    loop = PhoneLoop(logPriors: logPriors, logSuccessions: logSuccessions, options: options)
    (self.classes, self.frames) = (classes, frames)
  }

  /// The score of a path of phones by its definition.
  func score(_ path: [DecodedPhone]) -> Double {
    let options = loop.options
    var (sum, before) = (0.0, classes)
    for phone in path {
      let index = before * (classes + 1) + Int(phone.phone)
      sum += Double(options.languageWeight) * Double(logSuccessions[index]) + Double(options.insertionPenalty)
      for frame in phone.frames {
        let class_ = Int(phone.phone)
        sum += Double(posteriors[frame * classes + class_] - options.priorWeight * logPriors[class_])
      }
      before = Int(phone.phone)
    }
    return sum + Double(options.languageWeight) * Double(logSuccessions[before * (classes + 1) + classes])
  }

  /// The best score of all paths with phones of at least one frame, trying every pair of classes.
  func bestScore() -> Double {
    let options = loop.options
    func bigram(_ before: Int, _ phone: Int) -> Double {
      Double(options.languageWeight) * Double(logSuccessions[before * (classes + 1) + phone])
    }
    var scores: [Double] = []
    for frame in 0..<frames {
      scores = (0..<classes).map { phone in
        let enters =
          scores.indices.map { scores[$0] + bigram($0, phone) }.max() ?? bigram(classes, phone)
        let best = max(
          enters + Double(options.insertionPenalty), scores.isEmpty ? -.infinity : scores[phone])
        return best + Double(posteriors[frame * classes + phone] - options.priorWeight * logPriors[phone])
      }
    }
    return scores.indices.map { scores[$0] + bigram($0, classes) }.max() ?? -.infinity
  }

  /// The best of all paths whose phones have the minimum of frames.
  func bestPath() -> [DecodedPhone] {
    var best: (score: Double, path: [DecodedPhone]) = (-.infinity, [])
    func extend(_ path: [DecodedPhone], from start: Int) {
      if start == frames {
        let score = score(path)
        if score > best.score { best = (score, path) }
        return
      }
      for end in stride(from: start + loop.options.minimumFrames, through: frames, by: 1) {
        for phone in 0..<classes {
          extend(path + [DecodedPhone(phone: Int32(phone), frames: start..<end)], from: end)
        }
      }
    }
    extend([], from: 0)
    return best.path
  }
}

extension PhoneDecoder {
  fileprivate func decode(_ posteriors: [Float], classes: Int, pieces: [Int]) -> [DecodedPhone] {
    posteriors.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return finish() }
      var (phones, frame) = ([DecodedPhone](), 0)
      for piece in pieces {
        phones += accept(base + frame * classes, count: piece)
        frame += piece
      }
      return phones + finish()
    }
  }
}

@Suite("PhoneDecoder")
struct PhoneDecoderTests {
  @Test("the best of all paths is found", arguments: 1...3, 0..<20)
  func bruteForce(minimumFrames: Int, seed: Int) {
    let frames = minimumFrames == 1 ? 6 : 8
    let tiny = TinyCase(seed: UInt64(seed), classes: 3, frames: frames, minimumFrames: minimumFrames)
    let found = PhoneDecoder(tiny.loop).decode(tiny.posteriors, classes: 3, pieces: [frames])
    #expect(found == tiny.bestPath(), "seed \(seed)")
  }

  @Test(
    "the best path over many classes is found, most of them far behind or impossible", arguments: 0..<12,
    [false, true])
  func manyClasses(seed: Int, forbidsSome: Bool) {
    let (classes, frames) = (39, 200)
    let tiny = TinyCase(
      seed: UInt64(seed), classes: classes, frames: frames, minimumFrames: 1, forbidsSome: forbidsSome)
    let found = PhoneDecoder(tiny.loop).decode(tiny.posteriors, classes: classes, pieces: [frames])
    #expect(abs(tiny.score(found) - tiny.bestScore()) < 1e-6, "seed \(seed)")
  }

  @Test("an utterance shorter than the minimum of frames has one phone")
  func tooShort() {
    let tiny = TinyCase(seed: 7, classes: 4, frames: 2, minimumFrames: 3)
    let found = PhoneDecoder(tiny.loop).decode(tiny.posteriors, classes: 4, pieces: [2])
    #expect(found.count == 1 && found.first?.frames == 0..<2)
    #expect(PhoneDecoder(tiny.loop).finish().isEmpty)
  }

  @Test(
    "the phones do not depend on how the frames are split, or on an earlier utterance", arguments: 1...3)
  func online(minimumFrames: Int) {
    let (classes, frames) = (5, 700)
    let tiny = TinyCase(seed: 11, classes: classes, frames: frames, minimumFrames: minimumFrames)
    // Smooth posteriors, like those of speech.
    var posteriors = tiny.posteriors
    for i in classes..<posteriors.count {
      posteriors[i] = 0.9 * posteriors[i - classes] + 0.4 * posteriors[i]
    }
    let whole = PhoneDecoder(tiny.loop).decode(posteriors, classes: classes, pieces: [frames])
    let decoder = PhoneDecoder(tiny.loop)
    var generator = SplitMix64(seed: 3)
    for _ in 0..<5 {
      var (pieces, left) = ([Int](), frames)
      while left > 0 {
        pieces.append(min(left, Int.random(in: 1...90, using: &generator)))
        left -= pieces[pieces.count - 1]
      }
      #expect(decoder.decode(posteriors, classes: classes, pieces: pieces) == whole)
    }
    #expect(whole.first?.frames.lowerBound == 0 && whole.last?.frames.upperBound == frames)
    #expect(zip(whole, whole.dropFirst()).allSatisfy { $0.frames.upperBound == $1.frames.lowerBound })
    #expect(whole.allSatisfy { $0.frames.count >= minimumFrames })
    #expect(whole.count > 20)
  }

  @Test("phones are emitted before the utterance ends")
  func early() {
    let (classes, frames) = (3, 400)
    // Each phone in turn is certain for 20 frames.
    var posteriors = [Float](repeating: -8, count: classes * frames)
    for frame in 0..<frames { posteriors[frame * classes + frame / 20 % classes] = -0.01 }
    let loop = PhoneLoop(
      logPriors: [Float](repeating: 0, count: classes),
      logSuccessions: [Float](repeating: -1, count: (classes + 1) * (classes + 1)),
      options: PhoneDecodingOptions(priorWeight: 0, languageWeight: 1, insertionPenalty: 0, minimumFrames: 3))
    let decoder = PhoneDecoder(loop)
    let early = posteriors.withUnsafeBufferPointer { values in
      values.baseAddress.map { decoder.accept($0, count: frames) } ?? []
    }
    #expect(early.count >= 18)
    let phones = early + decoder.finish()
    #expect(phones.map(\.phone) == (0..<20).map { Int32($0 % classes) })
    #expect(phones.allSatisfy { $0.frames.count == 20 })
  }
}
