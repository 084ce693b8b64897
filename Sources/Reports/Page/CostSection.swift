import Recognition
import Workflows

/// The cost of the contenders, the trials, and all settings.
struct CostSection {
  let report: ComparisonReport

  var table: TableView {
    var table = TableView(
      caption: "Cost of each contender. Times and memory were measured on the machine that made this report.",
      head: "contender",
      columns: [
        "front-end parameters", "all parameters", "front-end operations per frame",
        "classifier operations per frame",
        "latency, frames", "training, frames/s", "streaming, × real time", "front end, ns/frame",
        "peak memory, MiB",
      ])
    for contender in report.contenders {
      let speeds = contender.cost.trainingFramesPerSecond
      table.add(
        contender.name,
        [
          NumberText.count(contender.frontEndParameters), NumberText.count(contender.parameters),
          NumberText.count(contender.operationsPerFrame),
          NumberText.count(contender.classifierOperationsPerFrame),
          contender.latencyFrames.map { NumberText.count($0) } ?? "whole utterance",
          NumberText.count(Self.whole(speeds.mean)),
          NumberText.fixed(contender.cost.streamingTimesRealTime, 1),
          NumberText.count(Self.whole(contender.cost.frontEndNanosecondsPerFrame)),
          NumberText.mebibytes(contender.cost.peakMemoryBytes),
        ])
    }
    return table
  }

  private static func whole(_ value: Double?) -> Int? {
    value.flatMap { $0.isFinite && $0.magnitude < 1e15 ? Int($0.rounded()) : nil }
  }

  var trialsTable: TableView {
    var table = TableView(
      caption: "Trials on the dev speakers of \(report.devSplit), and the choice.", head: "contender",
      columns: ["settings", "seed", "dev frame error, %", "dev phone error, %", "chosen"], text: [0, 4])
    for contender in report.contenders {
      for trial in contender.trials {
        let settings = trial.settings.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
        table.add(
          contender.name,
          [
            settings.isEmpty ? "as given" : settings, "\(trial.seed)",
            trial.devFrameErrorRate.map { NumberText.percent($0, 2) } ?? "–",
            trial.devPhoneErrorRate.map { NumberText.percent($0, 2) } ?? "–",
            trial.divergence ?? (trial.isChosen ? "chosen" : ""),
          ])
      }
    }
    return table
  }

  var decodingTable: TableView {
    var table = TableView(
      caption: "Phone decoding of each contender and seed.", head: "contender",
      columns: ["seed", "prior weight", "language weight", "insertion penalty", "minimum frames of a phone"])
    for contender in report.contenders {
      for seed in contender.seeds {
        let decoding = seed.decoding
        table.add(
          contender.name,
          [
            "\(seed.seed)", NumberText.fixed(Double(decoding.priorWeight), 2),
            NumberText.fixed(Double(decoding.languageWeight), 2),
            NumberText.fixed(Double(decoding.insertionPenalty), 2), "\(decoding.minimumFrames)",
          ])
      }
    }
    return table
  }

  var settingsTable: TableView {
    var table = TableView(
      caption: "Settings shared by all contenders.", head: "setting", columns: ["value"], text: [0])
    for setting in report.settings { table.add(setting.name, [setting.value]) }
    return table
  }

  var classifierTable: TableView {
    var table = TableView(
      caption: "Front end and classifier of each contender.", head: "contender",
      columns: ["front end", "classifier", "channels"],
      text: [0, 1])
    for contender in report.contenders {
      table.add(
        contender.name, [contender.frontEnd, contender.classifier, NumberText.count(contender.channels)])
    }
    return table
  }
}
