import Corpus
import Foundations
import Glibc
import Stages
import Workflows

/// Shows a workflow's progress on standard error while it runs.
///
/// On a terminal, and with `--progress always`, one line is redrawn five times a second; elsewhere a line is
/// written within the first second and then every ten.
struct ProgressDisplay {
  var isRedrawn: Bool
  var isShown: Bool
  var verb: String
  /// The items that are counted, where they are not utterances.
  var unit: String

  init(_ options: OutputOptions, verb: String, unit: String = "shards") {
    isRedrawn = options.progress.isActive(on: STDERR_FILENO)
    isShown = options.progress == .always || (options.progress == .auto && !options.quiet)
    self.verb = verb
    self.unit = unit
  }

  /// Runs the work with the display beside it; the display ends with the work.
  func show<Value: Sendable>(
    _ progress: WorkProgress, during work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    guard isShown else { return try await work() }
    let display = self
    let named = LayoutNamed()
    // Also where the work fails: the error is not printed behind half a line.
    defer { if isRedrawn { Console.error("\r\u{1B}[K") } }
    return try await withThrowingTaskGroup(of: Value?.self) { group in
      group.addTask { try await work() }
      group.addTask {
        await display.redraw(progress, named)
        return nil
      }
      var result: Value?
      while result == nil, let next = try await group.next() { result = next }
      group.cancelAll()
      guard let result else { throw CancellationError() }
      display.nameLayout(progress, named)
      return result
    }
  }

  /// Writes once what the corpus was taken for, where it is another layout than this program's own.
  private func nameLayout(_ progress: WorkProgress, _ named: LayoutNamed) {
    let name = progress.corpusLayout
    guard !name.isEmpty, name != "folders", name != "manifest" else { return }
    let isFirst = named.value.withLock { isNamed in
      defer { isNamed = true }
      return !isNamed
    }
    guard isFirst else { return }
    let summary = CorpusLayouts.descriptions.first { $0.name == name }?.summary ?? name
    Console.error((isRedrawn ? "\r\u{1B}[K" : "") + "\(verb): taken for \(summary)\n")
  }

  private func redraw(_ progress: WorkProgress, _ named: LayoutNamed) async {
    var start = ContinuousClock.now
    var phase = progress.snapshot.phase
    var next = start + .milliseconds(isRedrawn ? 100 : 900)
    var lastLook = start
    while !Task.isCancelled {
      do { try await Task.sleep(until: next, clock: .continuous) } catch { return }
      nameLayout(progress, named)
      let state = progress.snapshot
      // Rates and what is left are those of the phase, which began at some moment since the last look.
      if state.phase != phase { (phase, start) = (state.phase, lastLook) }
      lastLook = .now
      let elapsed = ContinuousClock.now - start
      let text = line(state, elapsedSeconds: elapsed / .seconds(1))
      Console.error(isRedrawn ? "\r\u{1B}[K" + text.prefix(max(10, Console.width - 1)) : text + "\n")
      next += isRedrawn ? .milliseconds(200) : .seconds(10)
    }
  }

  /// "preprocess 1240/6300 utterances, 19.7 %, 9120 x real time, 0:21 left", or
  /// "preprocess: verifying 12/25 shards, 48.0 %, 0:03 left".
  func line(_ state: WorkProgress.Snapshot, elapsedSeconds: Double) -> String {
    guard state.task.isEmpty else {
      var (display, part) = (self, state)
      display.verb = "\(verb): \(state.task)"
      part.task = ""
      return display.line(part, elapsedSeconds: elapsedSeconds)
    }
    switch state.phase {
    case .cataloging: return "\(verb): cataloging, \(state.itemsDone, "utterance")"
    case .verifying: return shards("verifying", state, elapsedSeconds)
    case .normalizing: return shards("normalizing", state, elapsedSeconds)
    case .indexing: return shards("indexing", state, elapsedSeconds)
    case .working: return utterances(state, elapsedSeconds)
    case .surveying: return "\(verb): reading labels, \(state.itemsDone)/\(state.itemsTotal) utterances"
    case .choosing:
      return "\(verb): choosing the decoder's weights, \(state.itemsDone)/\(state.itemsTotal) utterances"
    case .training: return training(state.training, elapsedSeconds)
    }
  }

  /// "train: epoch 3/20, loss 1.412, dev frame error 46.20 %, 81240 frames/s, 1:02 left".
  private func training(_ state: TrainingProgress.Snapshot, _ elapsedSeconds: Double) -> String {
    var parts = ["\(verb): epoch \(state.epoch)/\(state.epochs)"]
    if let loss = state.loss { parts.append("loss \(Quantity.fixed(loss, 3))") }
    if let rate = state.devErrorRate { parts.append("dev frame error \(Quantity.fixed(rate * 100, 2)) %") }
    if elapsedSeconds > 0, state.ownSteps > 0 {
      parts.append("\(Quantity.fixed(Double(state.ownFrames) / elapsedSeconds, 0)) frames/s")
      let left = elapsedSeconds / Double(state.ownSteps) * Double(max(0, state.steps - state.stepsDone))
      parts.append("\(Quantity.clock(left)) left")
    }
    return parts.joined(separator: ", ")
  }

  private func shards(_ what: String, _ state: WorkProgress.Snapshot, _ elapsedSeconds: Double) -> String {
    let text = "\(verb): \(what) \(state.itemsDone)/\(state.itemsTotal) \(unit)"
    guard state.itemsTotal > 0, state.itemsDone > 0 else { return text }
    let share = min(1, Double(state.itemsDone) / Double(state.itemsTotal))
    let left = Quantity.clock(elapsedSeconds * (1 - share) / share)
    return text + ", \(Quantity.fixed(share * 100, 1)) %, \(left) left"
  }

  private func utterances(_ state: WorkProgress.Snapshot, _ elapsedSeconds: Double) -> String {
    var parts = ["\(verb) \(state.itemsDone)/\(state.itemsTotal) utterances"]
    let share = state.bytesTotal > 0 ? min(1, Double(state.bytesDone) / Double(state.bytesTotal)) : 0
    parts.append("\(Quantity.fixed(share * 100, 1)) %")
    if elapsedSeconds > 0 {
      parts.append("\(Quantity.fixed(state.audioSeconds / elapsedSeconds, 0)) x real time")
    }
    if share > 0, share < 1 {
      parts.append("\(Quantity.clock(elapsedSeconds * (1 - share) / share)) left")
    }
    if state.itemsRejected > 0 { parts.append("\(state.itemsRejected) rejected") }
    return parts.joined(separator: ", ")
  }
}

/// Whether the layout was written, shared by the work and its display.
private final class LayoutNamed: Sendable {
  let value = Guarded(false)
}
