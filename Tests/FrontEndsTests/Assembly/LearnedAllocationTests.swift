import Foundations
import FrontEnds
import Learning
import TestSupport
import Testing

/// Counted by the test program's own definitions of malloc and its kin, per thread.
@Suite(
  "Allocations of learned front ends",
  .enabled(if: AllocationCount.works, "allocations are not counted under a sanitizer"))
struct LearnedAllocationTests {
  @Test("A step allocates nothing: forward and backward", arguments: LearnedGradientTests.rows)
  func step(request: String) throws {
    let setup = try LearnableSetup(request)
    let context = setup.layer.context.rows
    let segments = Segments(
      setup.frontEnd, rows: 20 + context,
      padding: [PaddingRows(), PaddingRows(leading: 18), PaddingRows(trailing: 19)])
    let pass = setup.layer.makePass(segments.shape)
    let upstream = AlignedBuffer<Float>(count: pass.output.count)
    let upstreamMatrix = Matrix(upstream.base, rows: pass.output.rows, columns: pass.output.columns)
    let gradient = AlignedBuffer<Float>(count: setup.declaration.parameterCount)
    let (input, values, step) = (segments.input, setup.values, segments.step)
    func run() {
      pass.forward(input, values: values, step: step)
      pass.backward(
        upstreamMatrix, input: input, inputGradient: nil, values: values, gradient: gradient, step: step)
    }
    // What is needed once is made at the first step.
    run()
    let before = AllocationCount.now
    run()
    #expect(AllocationCount.now == before)
    withExtendedLifetime((segments, upstream)) {}
  }

  @Test(
    "A stream that has run allocates nothing, and so the next utterance",
    arguments: LayeredFrontEndTests.rows + LayeredFrontEndTests.matrixRows + ["mel:time=dct", "mel"])
  func stream(request: String) throws {
    let frontEnd = try FrontEndSpec(parsing: request).makeFrontEnd()
    let samples = testSamples(count: 12_345)
    let stream = frontEnd.makeStream(utterance: "A")
    var rows = [Float](repeating: 0, count: frontEnd.maximumFrames(ofBlock: 12_345) * frontEnd.channels)
    rows.withUnsafeMutableBufferPointer { rows in
      samples.withUnsafeBufferPointer { samples in
        func run() {
          stream.reset(utterance: "A")
          _ = stream.accept(UnsafeBufferPointer(rebasing: samples[..<100]), into: rows)
          _ = stream.accept(UnsafeBufferPointer(rebasing: samples[100..<2000]), into: rows)
          _ = stream.accept(UnsafeBufferPointer(rebasing: samples[2000...]), into: rows)
          _ = stream.finish(into: rows)
        }
        run()
        let before = AllocationCount.now
        run()
        #expect(AllocationCount.now == before)
      }
    }
  }
}
