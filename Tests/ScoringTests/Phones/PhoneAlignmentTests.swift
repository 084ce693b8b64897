import Foundations
import Scoring
import TestSupport
import Testing

@Suite("PhoneAlignment")
struct PhoneAlignmentTests {
  @Test("empty sequences align")
  func emptySequences() {
    #expect(PhoneAlignment(reference: [], hypothesis: []).steps.isEmpty)
    #expect(PhoneAlignment(reference: [1, 2], hypothesis: []).letters == "DD")
    #expect(PhoneAlignment(reference: [], hypothesis: [1]).letters == "I")
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
  func minimumCost(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    for _ in 0..<60 {
      let reference = (0..<Int.random(in: 0...6, using: &generator)).map { _ in
        Int32.random(in: 0...2, using: &generator)
      }
      let hypothesis = (0..<Int.random(in: 0...6, using: &generator)).map { _ in
        Int32.random(in: 0...2, using: &generator)
      }
      for optional in [nil, Int32(0)] {
        let alignment = PhoneAlignment(
          reference: reference, hypothesis: hypothesis, optionallyDeletable: optional)
        #expect(alignment.cost == minimalCost(reference[...], hypothesis[...], optional: optional))
        #expect(alignment.reference == reference)
        #expect(alignment.steps.compactMap(\.hypothesis) == hypothesis)
      }
    }
  }

  // The alignment from a table of all cells, as it was always computed before tables were divided.
  private func stepsOfWholeTable(
    _ reference: [Int32], _ hypothesis: [Int32], optional: Int32?
  ) -> [AlignedPhone] {
    let columns = hypothesis.count + 1
    var costs = [Int](repeating: 0, count: (reference.count + 1) * columns)
    var moves = [Character](repeating: "I", count: costs.count)
    for j in 1..<max(1, columns) { costs[j] = 3 * j }
    for i in 1..<max(1, reference.count + 1) {
      let deletionCost = reference[i - 1] == optional ? 2 : 3
      (costs[i * columns], moves[i * columns]) = (costs[(i - 1) * columns] + deletionCost, "D")
      for j in 1..<max(1, columns) {
        let above = (i - 1) * columns + j
        let substituted = costs[above - 1] + (reference[i - 1] == hypothesis[j - 1] ? 0 : 4)
        let (deleted, inserted) = (costs[above] + deletionCost, costs[i * columns + j - 1] + 3)
        (costs[i * columns + j], moves[i * columns + j]) =
          substituted <= deleted && substituted <= inserted
          ? (substituted, "S") : deleted < inserted ? (deleted, "D") : (inserted, "I")
      }
    }
    var reversed: [AlignedPhone] = []
    var (i, j) = (reference.count, hypothesis.count)
    while i > 0 || j > 0 {
      let move = moves[i * columns + j]
      if move != "I" { i -= 1 }
      if move != "D" { j -= 1 }
      let (spoken, heard) = (move == "I" ? nil : reference[i], move == "D" ? nil : hypothesis[j])
      let operation: AlignmentOperation =
        switch move {
        case "S": spoken == heard ? .correct : .substitution
        case "D": spoken == optional ? .forgivenDeletion : .deletion
        default: .insertion
        }
      reversed.append(AlignedPhone(operation: operation, reference: spoken, hypothesis: heard))
    }
    return reversed.reversed()
  }

  @Test("a table divided into parts gives the steps of the whole table", arguments: [UInt64(4), 5, 6, 7])
  func dividedTables(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    for _ in 0..<150 {
      // Few classes make many ties.
      let classes = Int32.random(in: 0...3, using: &generator)
      func phones() -> [Int32] {
        (0..<Int.random(in: 0...40, using: &generator)).map { _ in
          Int32.random(in: 0...classes, using: &generator)
        }
      }
      let (reference, hypothesis) = (phones(), phones())
      for optional in [nil, Int32(0)] {
        let expected = stepsOfWholeTable(reference, hypothesis, optional: optional)
        for tableLimit in [0, 1, 12, 100, 1 << 24] {
          let alignment = PhoneAlignment(
            reference: reference, hypothesis: hypothesis, optionallyDeletable: optional,
            tableLimit: tableLimit)
          #expect(alignment.steps == expected, "\(reference) \(hypothesis) \(tableLimit)")
        }
      }
    }
  }

  @Test("an alignment whose table would not fit in memory takes little of it")
  func longSequences() {
    var generator = SplitMix64(seed: 8)
    let spoken = (0..<20_000).map { _ in Int32.random(in: 0...38, using: &generator) }
    // Every tenth phone is another, every hundredth is missing.
    let heard = spoken.enumerated().filter { $0.offset % 100 != 50 }
      .map { $0.offset % 10 == 0 ? ($0.element + 1) % 39 : $0.element }
    let alignment = PhoneAlignment(reference: spoken, hypothesis: heard)
    #expect(alignment.reference == spoken)
    #expect(alignment.steps.compactMap(\.hypothesis) == heard)
    #expect(alignment.steps.count { $0.operation == .deletion } >= 200)
    #expect(alignment.errorCount <= 2000 && alignment.errorCount > 1900)
  }
}
