/// One of the things that are timed beside each other.
struct Contender {
  let name: String
  /// Does `repeats` runs in a row and gives the mean nanoseconds of one.
  let run: (_ repeats: Int) throws -> Double

  init(_ name: String, run: @escaping (_ repeats: Int) throws -> Double) {
    self.name = name
    self.run = run
  }

  /// A contender in this process, timed with the thread's clock.
  static func here(_ name: String, _ body: @escaping () throws -> Void) -> Contender {
    Contender(name) { repeats in
      let start = ThreadClock.now()
      for _ in 0..<repeats { try body() }
      return (ThreadClock.now() - start) / Double(repeats)
    }
  }
}

/// Times contenders in turn, round after round, so that a slow minute of the machine falls on all of them.
struct AlternatingRuns {
  var rounds: Int
  /// A run repeats its body until it takes at least this long, so that short bodies are not all clock.
  var minimumNanoseconds: Double = 1e7

  /// Nanoseconds of one body for each contender, in their order.
  ///
  /// A first, uncounted round warms caches and sets the number of repeats.
  func time(_ contenders: [Contender]) throws -> [Summary] {
    let repeats = try contenders.map { contender in
      _ = try contender.run(1)
      let once = max(try contender.run(1), 1)
      return max(1, Int((minimumNanoseconds / once).rounded(.up)))
    }
    var values = [[Double]](repeating: [], count: contenders.count)
    for _ in 0..<rounds {
      for index in contenders.indices {
        values[index].append(try contenders[index].run(repeats[index]))
      }
    }
    return values.map(Summary.init)
  }
}
