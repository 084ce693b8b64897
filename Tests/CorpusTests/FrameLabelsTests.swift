import Corpus
import DataManifests
import Foundations
import TestSupport
import Testing

@Suite("FrameLabels")
struct FrameLabelsTests {
  let phones: PhoneSet

  init() throws { phones = try testData.get().phoneSet }

  func interval(_ start: Int, _ end: Int, _ symbol: String) throws -> PhoneTrack.Interval {
    .init(start: start, end: end, phone: UInt16(try #require(phones.phone(symbol))))
  }

  func folding(_ name: String) throws -> Folding { try #require(phones.folding(named: name)) }

  func names(_ labels: [Int32], _ name: String) throws -> [String] {
    let symbols = try folding(name).symbols
    return labels.map { $0 < 0 ? "-" : symbols[Int($0)] }
  }

  @Test("a frame has the phone at its center sample, ends exclusive, and h# past the last label")
  func center() throws {
    // Centers of frames of 400 samples every 160: 200, 360, 520, 680, 840, 1000.
    let track = PhoneTrack(intervals: [try interval(0, 360, "sh"), try interval(360, 840, "iy")])
    let labels = FrameLabels(track, folding: phones.identity, frameLength: 400, frameShift: 160)
    #expect(try names(labels.labels(count: 6), "61") == ["sh", "iy", "iy", "iy", "h#", "h#"])
    #expect(labels.label(ofFrame: 1) == labels.labels(count: 2)[1])
  }

  @Test("folded to 48 and 39 classes, a frame past the last label is sil")
  func foldedSilence() throws {
    let track = PhoneTrack(intervals: [try interval(0, 360, "ao")])
    for name in ["48", "39"] {
      let labels = FrameLabels(track, folding: try folding(name), frameLength: 400, frameShift: 160)
      #expect(try names(labels.labels(count: 3), name) == [name == "39" ? "aa" : "ao", "sil", "sil"])
    }
  }

  @Test("frames in a gap, before the first label, and of a deleted q are -1")
  func unlabeled() throws {
    let track = PhoneTrack(
      intervals: [try interval(300, 500, "q"), try interval(700, 900, "iy")])
    let wanted = [
      "61": ["-", "q", "-", "-", "iy", "h#"], "48": ["-", "-", "-", "-", "iy", "sil"],
      "39": ["-", "-", "-", "-", "iy", "sil"],
    ]
    for (name, expected) in wanted {
      let labels = FrameLabels(track, folding: try folding(name), frameLength: 400, frameShift: 160)
      #expect(try names(labels.labels(count: 6), name) == expected)
    }
  }

  @Test("without snipped edges frame 0 starts before the audio, but its center is inside")
  func unsnipped() throws {
    let track = PhoneTrack(intervals: [try interval(0, 81, "sh"), try interval(81, 400, "iy")])
    let labels = FrameLabels(
      track, folding: phones.identity, firstSample: 80 - 200, frameLength: 400, frameShift: 160)
    #expect(try names(labels.labels(count: 3), "61") == ["sh", "iy", "h#"])
  }

  @Test("the center of an odd frame length is rounded down")
  func oddLength() throws {
    let track = PhoneTrack(intervals: [try interval(0, 100, "sh"), try interval(100, 200, "iy")])
    let labels = FrameLabels(track, folding: phones.identity, frameLength: 201, frameShift: 1)
    #expect(try names(labels.labels(count: 1), "61") == ["iy"])
    let before = FrameLabels(track, folding: phones.identity, frameLength: 199, frameShift: 1)
    #expect(try names(before.labels(count: 1), "61") == ["sh"])
  }

  @Test(
    "labels agree with their definition, in one piece and in any pieces",
    arguments: 0..<20 as Range<UInt64>)
  func definition(_ seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    var intervals: [PhoneTrack.Interval] = []
    var position = Int.random(in: 0...300, using: &generator)
    for _ in 0..<40 {
      if Int.random(in: 0..<4, using: &generator) == 0 {
        position += Int.random(in: 1...900, using: &generator)
      }
      let end = position + Int.random(in: 1...1500, using: &generator)
      intervals.append(.init(start: position, end: end, phone: UInt16.random(in: 0..<61, using: &generator)))
      position = end
    }
    let track = PhoneTrack(intervals: intervals)
    let length = Int.random(in: 1...500, using: &generator)
    let shift = Int.random(in: 1...300, using: &generator)
    let first = Int.random(in: -length / 2...0, using: &generator)
    let count = position / shift + 20
    for folding in phones.foldings {
      let classes = folding.classOfPhone
      let wanted = (0..<count).map { frame -> Int32 in
        let sample = first + frame * shift + length / 2
        if sample >= position { return classes[27] }
        guard let holder = intervals.first(where: { $0.start <= sample && sample < $0.end }) else {
          return -1
        }
        return classes[Int(holder.phone)]
      }
      let labels = FrameLabels(
        track, folding: folding, firstSample: first, frameLength: length, frameShift: shift)
      #expect(labels.labels(count: count) == wanted, "seed \(seed)")
      var pieces: [Int32] = []
      while pieces.count < count {
        let piece = min(count - pieces.count, Int.random(in: 1...64, using: &generator))
        pieces += labels.labels(from: pieces.count, count: piece)
      }
      #expect(pieces == wanted, "seed \(seed)")
    }
  }
}
