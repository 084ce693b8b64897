/// A stream whose output row t depends on input row t alone.
package final class RowwiseStream: LayerStream {
  package let inputWidth: Int
  package let outputWidth: Int
  package var latencyRows: Int? { 0 }

  private let apply: (UnsafePointer<Float>, Int, UnsafeMutablePointer<Float>) -> Void

  /// - Parameter apply: writes `[count, outputWidth]` for rows `[count, inputWidth]`; the bits of a row must
  ///   not depend on `count`.
  package init(
    inputWidth: Int, outputWidth: Int,
    apply: @escaping (UnsafePointer<Float>, Int, UnsafeMutablePointer<Float>) -> Void
  ) {
    self.inputWidth = inputWidth
    self.outputWidth = outputWidth
    self.apply = apply
  }

  package func maximumRows(accepting count: Int) -> Int { count }
  package func maximumFinishRows(accepting count: Int) -> Int { 0 }

  package func accept(
    _ rows: UnsafePointer<Float>, count: Int, into output: UnsafeMutablePointer<Float>
  ) -> Int {
    if count > 0 { apply(rows, count, output) }
    return count
  }

  package func finish(into output: UnsafeMutablePointer<Float>) -> Int { 0 }
}
