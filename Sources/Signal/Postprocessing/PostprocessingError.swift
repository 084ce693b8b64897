/// What is wrong with options or statistics that came from outside.
package enum PostprocessingError: Error, Sendable, Equatable {
  /// An option is outside its range.
  case optionOutOfRange(option: PostprocessingOption, found: Int, allowed: ClosedRange<Int>)

  /// Every frame is to be repeated, which leaves no meaning to an offset.
  case offsetWithRepetition(factor: Int, offset: Int)

  /// Rows of so many channels, or a window of so many values, are beyond what is held in memory.
  case tooLarge(channels: Int, allowed: Int)

  /// Rows or statistics of another number of channels.
  case channelMismatch(expected: Int, found: Int)

  /// Not a 2 × (channels + 1) matrix.
  case malformedStatistics(rows: Int, columns: Int)

  /// A sum or the count is infinite, not a number or, for counts and squares, negative.
  case invalidStatistics(row: Int, column: Int)

  /// Statistics over less than one frame.
  case insufficientStatistics(count: Double)
}

/// The options that ``PostprocessingError`` names.
package enum PostprocessingOption: String, Sendable {
  case deltaOrder, deltaWindow, spliceLeft, spliceRight, subsampleFactor, subsampleOffset
  case slidingWindow, slidingMinimumWindow
}
