import Foundations

/// A stream whose frame t depends on input frame t alone.
package final class RowwiseStream: LayerStream {
  package let inputChannels: Int
  package let outputChannels: Int
  package var latencyFrames: Int? { 0 }

  private let apply: (UnsafePointer<Float>, Int, UnsafeMutablePointer<Float>) -> Void

  /// - Parameters:
  ///   - inputWidth: values of an input frame.
  ///   - outputWidth: values of an output frame.
  ///   - apply: writes `[count, outputWidth]` for frames `[count, inputWidth]`; the bits of a frame must not
  ///     depend on `count`.
  package init(
    inputWidth: Int, outputWidth: Int,
    apply: @escaping (UnsafePointer<Float>, Int, UnsafeMutablePointer<Float>) -> Void
  ) {
    inputChannels = inputWidth
    outputChannels = outputWidth
    self.apply = apply
  }

  package func maximumFrames(accepting count: Int) -> Int { count }
  package func maximumFinishFrames(accepting count: Int) -> Int { 0 }

  package func accept(
    _ frames: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>
  ) -> Int {
    let count = frameCount(of: frames)
    requireRoom(in: output, accepting: count)
    guard let source = frames.baseAddress, let target = output.baseAddress, count > 0 else { return 0 }
    apply(source, count, target)
    return count
  }

  package func finish(into output: UnsafeMutableBufferPointer<Float>) -> Int { 0 }
}
