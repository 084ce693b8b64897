import Testing

@testable import Workflows

@Suite struct SpectrogramTextTests {
  @Test func `loud is dark and high is up`() {
    // The lowest channel grows louder with time, the highest softer.
    let rows = (0..<40).flatMap { frame in [Float(frame), Float(40 - frame)] }
    let picture = SpectrogramText(
      rows: rows, channels: 2, labels: [("aa", 0), ("b", 20)], columns: 20, height: 2)
    #expect(picture.lines.count == 2)
    #expect(picture.lines[0].first == "█" && picture.lines[0].last == " ")
    #expect(picture.lines[1].first == " " && picture.lines[1].last == "█")
    #expect(picture.phones == "aa        b         ")
  }

  @Test(arguments: [0, 1, 5])
  func `few frames make a narrow picture`(frames: Int) {
    let picture = SpectrogramText(
      rows: [Float](repeating: 1, count: 3 * frames), channels: 3, labels: [("h#", 0)], columns: 9, height: 12
    )
    #expect(picture.lines.allSatisfy { $0.count == frames })
    #expect(picture.lines.count == (frames == 0 ? 0 : 3))
  }
}
