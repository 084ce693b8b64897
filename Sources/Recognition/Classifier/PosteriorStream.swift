package import Learning

/// Features of one utterance to log posteriors, row after row: the frozen form of a classifier.
///
/// Belongs to one thread; what it gives does not depend on how the rows were cut.
package final class PosteriorStream {
  private let logits: any LayerStream
  package let classCount: Int

  /// - Parameter values: read while the stream lives.
  package init(_ classifier: some SequenceLayer, values: ModelValues) {
    logits = classifier.makeStream(values)
    classCount = classifier.outputWidth
  }

  /// Rows for which an output row waits; nil where all of the utterance is needed.
  package var latencyRows: Int? { logits.latencyRows }

  /// The most rows that an `accept` of `count` rows can give now.
  package func maximumRows(accepting count: Int) -> Int { logits.maximumRows(accepting: count) }

  /// The most rows that ``finish(into:)`` can give after `count` more rows.
  package func maximumFinishRows(accepting count: Int) -> Int { logits.maximumFinishRows(accepting: count) }

  /// Takes `count` rows of features and writes the rows of log posteriors, `[rows, classes]`, that they complete.
  package func accept(
    _ rows: UnsafePointer<Float>, count: Int, into output: UnsafeMutablePointer<Float>
  ) -> Int {
    let written = logits.accept(rows, count: count, into: output)
    LogSoftmax.apply(output, rows: written, classes: classCount)
    return written
  }

  /// Ends the utterance and writes the rows still owed; the next rows begin another.
  package func finish(into output: UnsafeMutablePointer<Float>) -> Int {
    let written = logits.finish(into: output)
    LogSoftmax.apply(output, rows: written, classes: classCount)
    return written
  }
}
