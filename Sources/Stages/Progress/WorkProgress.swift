import Foundations
import StageGraph
import Synchronization

/// Counters that a running workflow moves and a display reads, without locks.
///
/// Any thread may read and write; each counter is consistent by itself.
package final class WorkProgress: Sendable {
  /// The phases of a workflow, in their order.
  package enum Phase: Int, Sendable, CaseIterable {
    /// Looking at folders or reading the manifest; how many utterances there will be is not known.
    case cataloging
    /// Checking what is there already against its checksums, shard by shard.
    case verifying
    /// Reading audio, utterance by utterance.
    case working
    /// Normalizing in a second pass, shard by shard.
    case normalizing
    /// Making the indexes, shard by shard.
    case indexing
    /// Counting frames and phones of the labels, utterance by utterance.
    case surveying
    /// Training, step by step over all epochs: see ``training``.
    case training
    /// Choosing the decoder's weights on dev speakers, utterance by utterance.
    case choosing
  }

  private let currentPhase = Atomic<Int>(Phase.working.rawValue)
  private let totalItems = Atomic<Int>(0)
  private let totalBytes = Atomic<Int>(0)
  private let doneItems = Atomic<Int>(0)
  private let doneBytes = Atomic<Int>(0)
  private let rejectedItems = Atomic<Int>(0)
  private let audioMicroseconds = Atomic<Int>(0)

  /// The current task of a workflow that is made of several.
  private let currentTask = Guarded("")

  /// The layout that the corpus was taken for; empty until it is known.
  private let layout = Guarded("")

  /// The state of a training; changes in the phase ``Phase/training``.
  package let training = TrainingProgress()

  package init() {}

  /// The state of a workflow at one moment.
  package struct Snapshot: Sendable, Equatable {
    package var phase: Phase = .working
    /// The current task; empty if there is only one.
    package var task = ""
    /// Utterances or shards of the phase; 0 where that is not known.
    package var itemsTotal: Int
    package var itemsDone: Int
    package var itemsRejected: Int
    /// Bytes of input: the measure of how much is left, since durations are not known before files are read.
    package var bytesTotal: Int
    package var bytesDone: Int
    package var audioSeconds: Double
    package var training = TrainingProgress.Snapshot()
  }

  /// Begins a phase: its items, and bytes where it has any, are counted from 0.
  ///
  /// The counts of rejects and of audio are kept.
  package func enter(_ phase: Phase, items: Int = 0, bytes: Int = 0) {
    doneItems.store(0, ordering: .relaxed)
    doneBytes.store(0, ordering: .relaxed)
    totalItems.store(items, ordering: .relaxed)
    totalBytes.store(bytes, ordering: .relaxed)
    currentPhase.store(phase.rawValue, ordering: .relaxed)
  }

  /// The layout that the corpus was taken for; empty until it is known.
  package var corpusLayout: String { layout.withLock { $0 } }
  package func enter(corpusLayout: String) { layout.withLock { $0 = corpusLayout } }

  /// Names the purpose of the next phases.
  package func enter(task: String) { currentTask.withLock { $0 = task } }

  /// Sets the number of items of the phase that are done.
  package func reach(item: Int) { doneItems.store(item, ordering: .relaxed) }

  /// One item is done, used or rejected; its bytes and audio were counted by
  /// ``advance(bytes:audioSeconds:)``.
  package func finishItem(rejected: Bool) {
    doneItems.add(1, ordering: .relaxed)
    if rejected { rejectedItems.add(1, ordering: .relaxed) }
  }

  /// Part of an item, or all of it, was read: bytes of input and the duration of their audio.
  package func advance(bytes: Int, audioSeconds: Double) {
    doneBytes.add(bytes, ordering: .relaxed)
    audioMicroseconds.add(Int(audioSeconds * 1e6), ordering: .relaxed)
  }

  package var snapshot: Snapshot {
    Snapshot(
      phase: Phase(rawValue: currentPhase.load(ordering: .relaxed)) ?? .working,
      task: currentTask.withLock { $0 },
      itemsTotal: totalItems.load(ordering: .relaxed), itemsDone: doneItems.load(ordering: .relaxed),
      itemsRejected: rejectedItems.load(ordering: .relaxed), bytesTotal: totalBytes.load(ordering: .relaxed),
      bytesDone: doneBytes.load(ordering: .relaxed),
      audioSeconds: Double(audioMicroseconds.load(ordering: .relaxed)) / 1e6, training: training.snapshot)
  }
}
