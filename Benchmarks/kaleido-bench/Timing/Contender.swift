/// One of the alternatives that are timed in turn.
struct Contender {
  let name: String
  /// Runs `repeats` times in a row and returns the mean nanoseconds of one run.
  let run: (_ repeats: Int) throws -> Double

  init(_ name: String, run: @escaping (_ repeats: Int) throws -> Double) {
    self.name = name
    self.run = run
  }

  /// A contender in this process, timed with the thread clock.
  static func here(_ name: String, _ body: @escaping () throws -> Void) -> Contender {
    Contender(name) { repeats in
      let start = ThreadClock.now()
      for _ in 0..<repeats { try body() }
      return (ThreadClock.now() - start) / Double(repeats)
    }
  }
}

/// Timing of contenders in turn, round by round, so that a slow minute of the machine affects all of them.
struct AlternatingRuns {
  var rounds: Int
  /// The minimum duration of a run, reached by repetition, so that the clock does not dominate short bodies.
  var minimumNanoseconds: Double = 3e7

  /// The nanoseconds of one body for each contender, in order.
  ///
  /// A first round determines the number of repeats, and each turn begins with an uncounted run.
  func time(_ contenders: [Contender]) throws -> [Summary] {
    let repeats = try contenders.map { contender in
      _ = try contender.run(1)
      let once = max(try contender.run(1), 1)
      return max(1, Int((minimumNanoseconds / once).rounded(.up)))
    }
    var values = [[Double]](repeating: [], count: contenders.count)
    for _ in 0..<rounds {
      for index in contenders.indices {
        // After the turns of others caches are cold, and memory that was free for seconds costs page faults
        // (expensive ones in a virtual machine). The uncounted run keeps that out of the times.
        _ = try contenders[index].run(repeats[index])
        values[index].append(try contenders[index].run(repeats[index]))
      }
    }
    return values.map(Summary.init)
  }
}
