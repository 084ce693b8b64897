import Corpus
import Testing

@testable import Stages

@Suite("Resampling") struct ResamplingTests {
  @Test("a sample of the other clock is in the phone that holds its exact time")
  func labels() {
    var intervals: [PhoneTrack.Interval] = []
    var position = 3
    for (index, length) in [40, 1, 7, 160, 2, 333].enumerated() {
      intervals.append(.init(start: position, end: position + length, phone: UInt16(index)))
      position += length + (index == 2 ? 5 : 0)
    }
    let track = PhoneTrack(intervals: intervals)
    for (from, to) in [(8000, 16_000), (44_100, 16_000), (16_000, 8000), (11_025, 16_000)] {
      let converted = track.converted(from: from, to: to)
      #expect(converted.intervals.count == intervals.count)
      for sample in 0..<(position + 10) * to / from {
        // sample / to in [start / from, end / from), as products of integers.
        let exact = intervals.first { $0.start * to <= sample * from && sample * from < $0.end * to }
        let found = converted.intervals.first { $0.start <= sample && sample < $0.end }
        #expect(found?.phone == exact?.phone, "sample \(sample), \(from) to \(to)")
      }
    }
    #expect(track.converted(from: 8000, to: 8000) == track)
  }
}
