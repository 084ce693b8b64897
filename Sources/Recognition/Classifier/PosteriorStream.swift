package import Learning

/// The streaming form of a classifier: features of one utterance to log posteriors, row by row.
///
/// It belongs to one thread; its output does not depend on how the rows are split into calls.
package final class PosteriorStream {
  private let logits: any LayerStream
  package let classCount: Int

  /// - Parameter values: read while the stream lives.
  package init(_ classifier: some SequenceLayer, values: ModelValues) {
    logits = classifier.makeStream(values)
    classCount = classifier.outputWidth
  }

  /// The rows that an output row waits for; nil if it waits for the end of the utterance.
  package var latencyRows: Int? { logits.latencyRows }

  /// The most rows that `accept` can write for `count` more rows.
  package func maximumRows(accepting count: Int) -> Int { logits.maximumRows(accepting: count) }

  /// The most rows that ``finish(into:)`` can write after `count` more rows.
  package func maximumFinishRows(accepting count: Int) -> Int { logits.maximumFinishRows(accepting: count) }

  /// Takes features, `[count, channels]`, and writes the log posteriors, `[_, classes]`, that they complete.
  package func accept(
    _ rows: UnsafePointer<Float>, count: Int, into output: UnsafeMutablePointer<Float>
  ) -> Int {
    let written = logits.accept(rows, count: count, into: output)
    LogSoftmax.apply(output, rows: written, classes: classCount)
    return written
  }

  /// Ends the utterance and writes its remaining rows; the next row begins another.
  package func finish(into output: UnsafeMutablePointer<Float>) -> Int {
    let written = logits.finish(into: output)
    LogSoftmax.apply(output, rows: written, classes: classCount)
    return written
  }
}
