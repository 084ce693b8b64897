import Foundations
import Learning
import TestSupport
import Testing

/// Allocations are counted for each thread by the test program's own `malloc` family.
@Suite(
  "LayerAllocation",
  .enabled(if: AllocationCount.works, "allocations are not counted under a sanitizer"))
struct LayerAllocationTests {
  @Test("forward, backward and statistics allocate nothing", arguments: LayerCase.all)
  func step(layer: LayerCase) {
    let harness = LayerHarness(
      seed: 1, shape: SequenceShape(segments: 5, rows: 12), padding: GradientTests.padding, make: layer.make)
    let pass = harness.layer.makePass(harness.shape)
    let (input, values, step) = (harness.inputMatrix, harness.values, harness.step)
    let upstream = AlignedBuffer<Float>(count: pass.output.count)
    let upstreamMatrix = Matrix(upstream.base, rows: pass.output.rows, columns: pass.output.columns)
    let inputGradient = AlignedBuffer<Float>(count: input.count)
    let inputGradientMatrix = Matrix(inputGradient.base, rows: input.rows, columns: input.columns)
    let gradient = AlignedBuffer<Float>(count: values.parameters.count)
    func run() {
      pass.forward(input, values: values, step: step)
      pass.backward(
        upstreamMatrix, input: input, inputGradient: inputGradientMatrix, values: values, gradient: gradient,
        step: step)
      pass.addWeightGradients(to: gradient)
      pass.updateStatistics(values)
    }
    // The runtime allocates metadata of types at their first use.
    run()
    let before = AllocationCount.now
    run()
    #expect(AllocationCount.now == before)
  }

  @Test("a stream allocates nothing after its first utterance", arguments: LayerCase.all)
  func stream(layer: LayerCase) {
    let harness = LayerHarness(
      seed: 1, shape: SequenceShape(segments: 1, rows: 150), padding: [PaddingRows()], make: layer.make)
    let stream = harness.layer.makeStream(harness.values)
    let output = AlignedBuffer<Float>(count: 300 * stream.outputChannels)
    func accept(_ frames: Range<Int>) {
      let channels = stream.inputChannels
      let piece = harness.input.values[(frames.lowerBound * channels)..<(frames.upperBound * channels)]
      _ = stream.accept(UnsafeBufferPointer(rebasing: piece), into: output.values)
    }
    func run() {
      accept(0..<1)
      accept(1..<81)
      accept(81..<150)
      _ = stream.finish(into: output.values)
    }
    run()
    let before = AllocationCount.now
    run()
    #expect(AllocationCount.now == before)
  }
}
