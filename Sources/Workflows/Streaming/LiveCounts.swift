import Synchronization

/// What has gone through a stream, counted by its stages.
final class LiveCounts: Sendable {
  private let sampleCount = Atomic<Int>(0)
  private let frameCount = Atomic<Int>(0)
  private let oddByteCount = Atomic<Int>(0)
  private let phoneCount = Atomic<Int>(0)
  private let phoneDelay = Atomic<Int>(0)
  private let longestPhoneDelay = Atomic<Int>(0)

  func add(samples: Int) { sampleCount.add(samples, ordering: .relaxed) }
  func add(frames: Int) { frameCount.add(frames, ordering: .relaxed) }
  func add(oddBytes: Int) { oddByteCount.add(oddBytes, ordering: .relaxed) }

  /// Counts a phone that was certain so many frames after its end.
  func addPhone(delayFrames: Int) {
    phoneCount.add(1, ordering: .relaxed)
    phoneDelay.add(delayFrames, ordering: .relaxed)
    longestPhoneDelay.max(delayFrames, ordering: .relaxed)
  }

  var samples: Int { sampleCount.load(ordering: .relaxed) }
  var frames: Int { frameCount.load(ordering: .relaxed) }
  var oddBytes: Int { oddByteCount.load(ordering: .relaxed) }
  var phones: Int { phoneCount.load(ordering: .relaxed) }
  var phoneDelayFrames: Int { phoneDelay.load(ordering: .relaxed) }
  var longestPhoneDelayFrames: Int { longestPhoneDelay.load(ordering: .relaxed) }
}
