/// A segment of an utterance with errors of either system, bounded by phones that both have correct.
package struct MatchedSegment: Sendable, Equatable {
  package var firstErrors, secondErrors, referenceCount: Int

  package init(firstErrors: Int, secondErrors: Int, referenceCount: Int) {
    self.firstErrors = firstErrors
    self.secondErrors = secondErrors
    self.referenceCount = referenceCount
  }
}

/// The matched-pairs sentence-segment test (MAPSSWE) of sc_stats.
///
/// With the difference dᵢ of the first and the second system's errors in segment i of n,
/// μ = Σd/n, s² = Σ(d−μ)²/(n−1), Z = μ / (s/√n), p = 2(1 − Φ(|Z|)).
/// The normal approximation needs about 50 segments.
///
/// Source: Gillick and Cox, "Some statistical issues in the comparison of speech recognition algorithms"
/// (1989); NIST SCTK, sc_stats.
package struct MatchedPairs: Sendable, Equatable, Encodable {
  package var segmentCount: Int
  package var firstErrors, secondErrors, referenceCount: Int

  /// μ in errors a segment; negative if the first system has fewer.
  package var mean: Double

  /// s in errors a segment.
  package var standardDeviation: Double

  /// Z; 0 if the differences do not vary, as in sc_stats.
  package var z: Double

  /// The two-sided p.
  package var pValue: Double

  package init(segments: [MatchedSegment]) {
    segmentCount = segments.count
    firstErrors = segments.reduce(0) { $0 + $1.firstErrors }
    secondErrors = segments.reduce(0) { $0 + $1.secondErrors }
    referenceCount = segments.reduce(0) { $0 + $1.referenceCount }
    let count = Double(segments.count)
    let mean = segments.isEmpty ? 0 : Double(firstErrors - secondErrors) / count
    let squares = segments.reduce(0.0) { sum, segment in
      let deviation = Double(segment.firstErrors - segment.secondErrors) - mean
      return sum + deviation * deviation
    }
    self.mean = mean
    standardDeviation = squares > 0 ? (squares / (count - 1)).squareRoot() : 0
    z = squares > 0 ? mean / (standardDeviation / count.squareRoot()) : 0
    pValue = StandardNormal.twoSidedP(z)
  }
}

extension MatchedPairs {
  /// The segments of one utterance in two alignments with the same reference.
  ///
  /// A run of `goodPhones` consecutive phones that both systems have correct ends a segment, which begins
  /// with the previous such run, so that adjacent segments share their boundary. It counts all errors in
  /// between. An insertion of either system begins a segment, and there is none without errors.
  ///
  /// - Precondition: both alignments have the same number of reference phones, and `goodPhones` ≥ 1.
  package static func segments(
    _ first: PhoneAlignment, _ second: PhoneAlignment, goodPhones: Int = 2
  ) -> [MatchedSegment] {
    precondition(first.referenceCount == second.referenceCount, "alignments with different references")
    precondition(goodPhones >= 1, "a run without phones")
    var walk = SegmentWalk(first: first.steps, second: second.steps, goodPhones: goodPhones)
    walk.run()
    return walk.segments
  }
}

private struct SegmentWalk {
  let first, second: [AlignedPhone]
  let goodPhones: Int
  var segments: [MatchedSegment] = []
  // The last step, in each alignment, of the run of correct phones before the current segment.
  private var anchor = (first: 0, second: 0)

  init(first: [AlignedPhone], second: [AlignedPhone], goodPhones: Int) {
    self.first = first
    self.second = second
    self.goodPhones = goodPhones
  }

  mutating func run() {
    var (i, j) = (0, 0)
    var open = false
    var good = 0
    while i < first.count {
      while i < first.count, first[i].operation == .insertion { (i, open, good) = (i + 1, true, 0) }
      while j < second.count, second[j].operation == .insertion { (j, open, good) = (j + 1, true, 0) }
      let bothCorrect = i < first.count && first[i].isCorrect && j < second.count && second[j].isCorrect
      if !bothCorrect {
        (open, good) = (true, 0)
      } else if open {
        good += 1
        if good == goodPhones {
          close(through: (i, j))
          (anchor, open, good) = ((i, j), false, 0)
        }
      } else {
        anchor = (i, j)
      }
      i = min(i + 1, first.count)
      j = min(j + 1, second.count)
    }
    // Insertions of the second system after the last reference phone begin a segment.
    if open || j < second.count { close(through: (first.count - 1, second.count - 1)) }
  }

  private mutating func close(through last: (first: Int, second: Int)) {
    let one = count(first, from: anchor.first - (goodPhones - 1), through: last.first)
    let other = count(second, from: anchor.second - (goodPhones - 1), through: last.second)
    guard one.errors > 0 || other.errors > 0 else { return }
    segments.append(
      MatchedSegment(
        firstErrors: one.errors, secondErrors: other.errors,
        referenceCount: (one.reference + other.reference) / 2))
  }

  private func count(
    _ steps: [AlignedPhone], from start: Int, through end: Int
  ) -> (errors: Int, reference: Int) {
    let segment = steps[max(0, start)..<max(max(0, start), end + 1)]
    return (segment.count { !$0.isCorrect }, segment.count { $0.operation != .insertion })
  }
}
