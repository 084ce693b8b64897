import Recognition
import Workflows

/// The cost of the rows, the trials, and all settings.
struct CostSection {
  let report: ComparisonReport

  var table: TableView {
    var table = TableView(
      caption: "Cost of each row. Times and memory were measured on the machine that made this report.",
      head: "row",
      columns: [
        "front-end parameters", "all parameters", "front-end operations per frame",
        "classifier operations per frame",
        "latency, frames", "training, frames/s", "streaming, × real time", "front end, ns/frame",
        "peak memory, MiB",
      ])
    for row in report.contenders {
      let speeds = row.cost.trainingFramesPerSecond
      table.add(
        row.name,
        [
          NumberText.count(row.frontEndParameters), NumberText.count(row.parameters),
          NumberText.count(row.operationsPerFrame), NumberText.count(row.classifierOperationsPerFrame),
          row.latencyFrames.map { NumberText.count($0) } ?? "whole utterance",
          NumberText.count(Self.whole(speeds.mean)), NumberText.fixed(row.cost.streamingTimesRealTime, 1),
          NumberText.count(Self.whole(row.cost.frontEndNanosecondsPerFrame)),
          NumberText.mebibytes(row.cost.peakMemoryBytes),
        ])
    }
    return table
  }

  private static func whole(_ value: Double?) -> Int? {
    value.flatMap { $0.isFinite && $0.magnitude < 1e15 ? Int($0.rounded()) : nil }
  }

  var trialsTable: TableView {
    var table = TableView(
      caption: "Trials on the dev speakers of \(report.devSplit), and the choice.", head: "row",
      columns: ["settings", "seed", "dev frame error, %", "dev phone error, %", "chosen"], text: [0, 4])
    for row in report.contenders {
      for trial in row.trials {
        let settings = trial.settings.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
        table.add(
          row.name,
          [
            settings.isEmpty ? "as given" : settings, "\(trial.seed)",
            NumberText.percent(trial.devFrameErrorRate, 2),
            NumberText.percent(trial.devPhoneErrorRate, 2), trial.isChosen ? "chosen" : "",
          ])
      }
    }
    return table
  }

  var decodingTable: TableView {
    var table = TableView(
      caption: "Phone decoding of each row and seed.", head: "row",
      columns: ["seed", "prior weight", "language weight", "insertion penalty", "minimum frames of a phone"])
    for row in report.contenders {
      for seed in row.seeds {
        let decoding = seed.decoding
        table.add(
          row.name,
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
      caption: "Settings shared by all rows.", head: "setting", columns: ["value"], text: [0])
    for setting in report.settings { table.add(setting.name, [setting.value]) }
    return table
  }

  var classifierTable: TableView {
    var table = TableView(
      caption: "Front end and classifier of each row.", head: "row",
      columns: ["front end", "classifier", "channels"],
      text: [0, 1])
    for row in report.contenders {
      table.add(row.name, [row.frontEnd, row.classifier, NumberText.count(row.channels)])
    }
    return table
  }
}
