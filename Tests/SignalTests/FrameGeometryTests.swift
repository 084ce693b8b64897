import Testing

@testable import Signal

@Suite("Frames of a signal")
struct FrameGeometryTests {
  @Test(
    "the numbers of frames at 400 and 160 samples are Kaldi's",
    arguments: [
      (399, true, 0), (400, true, 1), (559, true, 1), (560, true, 2), (16_000, true, 98), (0, true, 0),
      (79, false, 0), (80, false, 1), (239, false, 1), (240, false, 2), (400, false, 3), (560, false, 4),
      (16_000, false, 100), (0, false, 0),
    ])
  func counts(samples: Int, snipsEdges: Bool, frames: Int) {
    var options = FrameOptions()
    options.snipsEdges = snipsEdges
    #expect(options.frameCount(sampleCount: samples) == frames)
  }

  @Test("an unfinished signal has the frames whose last sample has arrived", arguments: [true, false])
  func whileGoingOn(snipsEdges: Bool) {
    for (length, shift) in [(25.0, 10.0), (10.0, 25.0), (1.0, 0.125), (20.0, 8.0)] {
      var options = FrameOptions()
      options.snipsEdges = snipsEdges
      options.frameLengthMilliseconds = length
      options.frameShiftMilliseconds = shift
      for n in 0..<2000 {
        let total = options.frameCount(sampleCount: n)
        let whole = (0..<total).prefix {
          options.firstSample(ofFrame: $0) + options.frameLength <= n
        }.count
        #expect(options.frameCount(sampleCount: n, finished: false) == whole)
      }
    }
  }

  @Test("lengths in samples are truncated, as in Kaldi")
  func fractions() {
    var options = FrameOptions()
    options.sampleRateHertz = 22_050
    #expect(options.frameLength == 551)
    #expect(options.frameShift == 220)
    #expect(options.transformSize == 1024)
    options.sampleRateHertz = 8000
    #expect(options.frameLength == 200)
    #expect(options.transformSize == 256)
    options.roundsToPowerOfTwo = false
    #expect(options.transformSize == 200)
  }

  @Test("reflection repeats the edge sample, and is itself repeated as needed")
  func reflection() {
    let indices = (-7..<10).map { FrameOptions.reflected($0, sampleCount: 3) }
    #expect(indices == [0, 0, 1, 2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0, 1, 2, 2])
    #expect(FrameOptions.reflected(-1_000_000, sampleCount: 1) == 0)
  }
}
