import FrontEnds
import Testing

@Suite("The samples that a frame of features describes")
struct FrameTimingTests {
  private func timing(_ request: String) throws -> FrameTiming {
    try FrontEndSpec(parsing: request).makeFrontEnd().timing
  }

  @Test("Frames of 25 ms every 10 ms, with both kinds of edges")
  func plain() throws {
    let snipped = try timing("mel")
    #expect([399, 400, 559, 560, 16_000].map(snipped.rowCount) == [0, 1, 1, 2, 98])
    #expect([0, 1, 97].map(snipped.centerSample) == [200, 360, 15_720])
    #expect(snipped.rowShiftMilliseconds == 10)
    let reflected = try timing("mel:no-snip-edges")
    #expect([79, 80, 240, 400, 560, 16_000].map(reflected.rowCount) == [0, 1, 2, 3, 4, 100])
    #expect([0, 1].map(reflected.firstSample) == [-120, 40])
    #expect([0, 1].map(reflected.centerSample) == [80, 240])
  }

  @Test("Subsampling moves frames apart or repeats them; context does not move them")
  func subsampled() throws {
    let kept = try timing("mel:subsample=3,subsample-offset=1,deltas=2,splice=4")
    #expect(kept.rowShiftMilliseconds == 30)
    #expect(kept.rowCount(samples: 16_000) == 33)
    #expect([0, 1].map(kept.firstSample) == [160, 640])
    let repeated = try timing("mel:subsample=-2")
    #expect(repeated.rowShiftMilliseconds == 5)
    #expect(repeated.rowCount(samples: 16_000) == 196)
    #expect([0, 1, 2].map(repeated.centerSample) == [200, 200, 360])
  }
}
