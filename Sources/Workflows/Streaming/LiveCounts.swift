import Synchronization

/// What has gone through a stream, counted by the stages at its ends.
final class LiveCounts: Sendable {
  private let sampleCount = Atomic<Int>(0)
  private let frameCount = Atomic<Int>(0)
  private let oddByteCount = Atomic<Int>(0)

  func add(samples: Int) { sampleCount.add(samples, ordering: .relaxed) }
  func add(frames: Int) { frameCount.add(frames, ordering: .relaxed) }
  func add(oddBytes: Int) { oddByteCount.add(oddBytes, ordering: .relaxed) }

  var samples: Int { sampleCount.load(ordering: .relaxed) }
  var frames: Int { frameCount.load(ordering: .relaxed) }
  var oddBytes: Int { oddByteCount.load(ordering: .relaxed) }
}
