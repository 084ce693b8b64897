import Foundations
import Scoring
import TestSupport
import Testing

@Suite("PhoneAlignment")
struct PhoneAlignmentTests {
  @Test("empty sequences align")
  func emptySequences() throws {
    #expect(try PhoneAlignment(reference: [], hypothesis: []).steps.isEmpty)
    #expect(try PhoneAlignment(reference: [1, 2], hypothesis: []).letters == "DD")
    #expect(try PhoneAlignment(reference: [], hypothesis: [1]).letters == "I")
  }

  @Test("alignments are those of sclite, step by step", arguments: SCTKGolden.sets)
  func golden(set: SCTKGolden.Set) throws {
    for (system, strict, forgiving) in [
      (\SCTKGolden.Line.A, \SCTKGolden.Line.strictA, \SCTKGolden.Line.forgivingA),
      (\SCTKGolden.Line.B, \SCTKGolden.Line.strictB, \SCTKGolden.Line.forgivingB),
    ] {
      #expect(
        try set.scored(system, .strict).map(\.alignment.letters) == set.utterances.map { $0[keyPath: strict] }
      )
      #expect(
        try set.scored(system, .forgiving).map(\.alignment.letters)
          == set.utterances.map { $0[keyPath: forgiving] })
    }
  }

  // The minimum cost of all alignments, by recursion over the three moves.
  private func minimalCost(
    _ reference: ArraySlice<Int32>, _ hypothesis: ArraySlice<Int32>, optional: Int32?
  ) -> Int {
    guard let spoken = reference.first else { return 3 * hypothesis.count }
    let deletion =
      (spoken == optional ? 2 : 3) + minimalCost(reference.dropFirst(), hypothesis, optional: optional)
    guard let recognized = hypothesis.first else { return deletion }
    return min(
      deletion, 3 + minimalCost(reference, hypothesis.dropFirst(), optional: optional),
      (spoken == recognized ? 0 : 4)
        + minimalCost(reference.dropFirst(), hypothesis.dropFirst(), optional: optional))
  }

  @Test("the cost is the minimum over all alignments", arguments: [UInt64(1), 2, 3])
  func minimumCost(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    for _ in 0..<60 {
      let reference = (0..<Int.random(in: 0...6, using: &generator)).map { _ in
        Int32.random(in: 0...2, using: &generator)
      }
      let hypothesis = (0..<Int.random(in: 0...6, using: &generator)).map { _ in
        Int32.random(in: 0...2, using: &generator)
      }
      for optional in [nil, Int32(0)] {
        let alignment = try PhoneAlignment(
          reference: reference, hypothesis: hypothesis, optionallyDeletable: optional)
        #expect(alignment.cost == minimalCost(reference[...], hypothesis[...], optional: optional))
        #expect(alignment.reference == reference)
        #expect(alignment.steps.compactMap(\.hypothesis) == hypothesis)
      }
    }
  }

  @Test("an alignment too large for memory is refused before it is tried")
  func tooLarge() {
    let long = [Int32](repeating: 0, count: 1 << 15)
    #expect(
      throws: ScoringError.alignmentTooLarge(reference: 1 << 15, hypothesis: 1 << 15, cellLimit: 1 << 28)
    ) {
      try PhoneAlignment(reference: long, hypothesis: long)
    }
  }
}
