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
  var minimumNanoseconds: Double = 3e7

  /// Nanoseconds of one body for each contender, in their order.
  ///
  /// A first round sets the number of repeats, and each turn begins with an uncounted run.
  func time(_ contenders: [Contender]) throws -> [Summary] {
    let repeats = try contenders.map { contender in
      _ = try contender.run(1)
      let once = max(try contender.run(1), 1)
      return max(1, Int((minimumNanoseconds / once).rounded(.up)))
    }
    var values = [[Double]](repeating: [], count: contenders.count)
    for _ in 0..<rounds {
      for index in contenders.indices {
        // Caches are cold after the others' turns, and memory that lay free for seconds costs page faults, in a
        // virtual machine dear ones. Nobody must pay for the pause that our taking turns makes.
        _ = try contenders[index].run(repeats[index])
        values[index].append(try contenders[index].run(repeats[index]))
      }
    }
    return values.map(Summary.init)
  }
}
