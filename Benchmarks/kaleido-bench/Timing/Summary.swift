/// The median, minimum and maximum of several runs.
struct Summary: Codable, Sendable {
  let median: Double
  let minimum: Double
  let maximum: Double
  let runs: Int

  /// `values` must not be empty.
  init(_ values: [Double]) {
    precondition(!values.isEmpty, "a summary of no runs")
    let sorted = values.sorted()
    let middle = sorted.count / 2
    median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    minimum = sorted[0]
    maximum = sorted[sorted.count - 1]
    runs = sorted.count
  }

  /// The summary in another unit; `convert` must be monotonic.
  func mapped(_ convert: (Double) -> Double) -> Summary {
    let ends = [convert(minimum), convert(maximum)]
    return Summary(
      median: convert(median), minimum: min(ends[0], ends[1]), maximum: max(ends[0], ends[1]), runs: runs)
  }

  private init(median: Double, minimum: Double, maximum: Double, runs: Int) {
    self.median = median
    self.minimum = minimum
    self.maximum = maximum
    self.runs = runs
  }
}

/// The percentile of sorted values by nearest rank.
func percentile(_ fraction: Double, ofSorted sorted: [Double]) -> Double {
  precondition(!sorted.isEmpty, "a percentile of no values")
  let rank = Int((fraction * Double(sorted.count)).rounded(.up)) - 1
  return sorted[min(max(rank, 0), sorted.count - 1)]
}
