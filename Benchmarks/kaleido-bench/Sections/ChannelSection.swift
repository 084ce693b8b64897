import ArgumentParser
import StageGraph

/// The cost of sending a message from stage to stage.
struct ChannelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "channel", abstract: "Nanoseconds per message between stages at capacity 16.")

  @OptionGroup var options: SharedOptions

  func run() throws {
    try options.report(pinned: false) { try ChannelSection(runs: max(options.runs, 9)).measure() }
  }
}

struct ChannelSection {
  var runs = 9
  /// The number of messages in one run.
  var messages = 200_000

  /// A counted reference, like a block of audio or features.
  private final class Payload: GraphMessage {
    let number: Int
    init(number: Int) { self.number = number }
  }

  private struct Row {
    let item: String
    let stagesBetween: Int
    var target: Double?
  }

  func measure() throws -> Section {
    let rows = [
      Row(item: "one producer to one consumer", stagesBetween: 0, target: 500),
      Row(item: "three channels in a chain, all of them", stagesBetween: 2),
    ]
    var times = [[Double]](repeating: [], count: rows.count)
    for round in 0...runs {
      for (index, row) in rows.enumerated() {
        let time = try nanosecondsPerMessage(stagesBetween: row.stagesBetween)
        if round > 0 { times[index].append(time) }
      }
    }
    let figures = zip(rows, times).map { row, times in
      let summary = Summary(times)
      return Figure(
        row.item, unit: "ns/message", ours: summary,
        target: row.target.map { Target(.atMost, $0, unit: "ns", of: summary.median) })
    }
    return Section(
      title: "Channels",
      conditions: [
        "capacity 16, a counted reference as message, \(MarkdownReport.number(Double(messages))) messages"
          + " per run, "
          + "wall-clock time, not pinned, stage meters included"
      ],
      figures: figures)
  }

  /// The wall-clock time of a run divided by the number of messages.
  private func nanosecondsPerMessage(stagesBetween: Int) throws -> Double {
    let count = messages
    return try waitFor {
      let payload = Payload(number: 1)
      let blueprint = GraphBlueprint("channel")
      var outlet = blueprint.add(
        Source<Payload>("source") { sender in
          for _ in 0..<count { try await sender.send(payload) }
          try await sender.endGroup()
        })
      for index in 0..<stagesBetween {
        outlet = blueprint.join(outlet, to: Stage<Payload, Payload>.map("stage \(index)") { $0 })
      }
      blueprint.join(
        outlet,
        to: Sink<Payload>("sink") { receiver in
          var sum = 0
          while let message = try await receiver.nextInStream() { sum += message.number }
          guard sum == count else {
            throw BenchmarkError.resultsDiffer("\(sum) of \(count) messages arrived")
          }
        })
      let run = try blueprint.makeRun()
      let start = WallClock.now()
      try await run.execute()
      return (WallClock.now() - start) / Double(count)
    }
  }
}
