/// Invalid options or statistics from outside.
package enum PostprocessingError: Error, Sendable, Equatable {
  /// An option is outside its range.
  case optionOutOfRange(option: PostprocessingOption, found: Int, allowed: ClosedRange<Int>)

  /// An offset with repeated frames, where it has no meaning.
  case offsetWithRepetition(factor: Int, offset: Int)

  /// Rows with too many channels, or windows with too many values, to be held in memory.
  case tooLarge(channels: Int, allowed: Int)

  /// Statistics that are not a 2 × (channels + 1) matrix.
  case malformedStatistics(rows: Int, columns: Int)

  /// A sum or count that is not finite, or a negative count or sum of squares.
  case invalidStatistics(row: Int, column: Int)

  /// Statistics of less than one frame.
  case insufficientStatistics(count: Double)
}

/// The option that a ``PostprocessingError`` is about.
package enum PostprocessingOption: String, Sendable {
  case deltaOrder, deltaWindow, spliceLeft, spliceRight, subsampleFactor, subsampleOffset
  case slidingWindow, slidingMinimumWindow
}
