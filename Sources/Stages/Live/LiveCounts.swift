import Foundations
import Signal
import Synchronization

/// Counts of a stream, kept by its stages.
package final class LiveCounts: Sendable {
  private let sampleCount = Atomic<Int>(0)
  private let rate = Atomic<Int>(0)
  private let frameCount = Atomic<Int>(0)
  private let oddByteCount = Atomic<Int>(0)
  private let phoneCount = Atomic<Int>(0)
  private let phoneDelay = Atomic<Int>(0)
  private let longestPhoneDelay = Atomic<Int>(0)

  package init() {}

  private let fault = Guarded<StageError?>(nil)

  /// The fault that ended the input before its end; every frame before it is written.
  package var inputFault: StageError? { fault.withLock { $0 } }
  func end(with error: StageError) { fault.withLock { $0 = error } }

  package func add(samples: Int) { sampleCount.add(samples, ordering: .relaxed) }
  func set(sampleRateHertz: Int) { rate.store(sampleRateHertz, ordering: .relaxed) }
  package func add(frames: Int) { frameCount.add(frames, ordering: .relaxed) }
  package func add(oddBytes: Int) { oddByteCount.add(oddBytes, ordering: .relaxed) }

  /// Counts a phone that was certain `delayFrames` frames after its end.
  package func addPhone(delayFrames: Int) {
    phoneCount.add(1, ordering: .relaxed)
    phoneDelay.add(delayFrames, ordering: .relaxed)
    longestPhoneDelay.max(delayFrames, ordering: .relaxed)
  }

  package var samples: Int { sampleCount.load(ordering: .relaxed) }
  /// The sample rate of the input; nil before it is known.
  var sampleRateHertz: Int? { rate.load(ordering: .relaxed) == 0 ? nil : rate.load(ordering: .relaxed) }

  /// The samples of the input at another sample rate.
  package func samples(atRate other: Int) -> Int {
    ResamplingPlan.sample(samples, of: sampleRateHertz ?? other, at: other)
  }

  package var frames: Int { frameCount.load(ordering: .relaxed) }
  package var oddBytes: Int { oddByteCount.load(ordering: .relaxed) }
  package var phones: Int { phoneCount.load(ordering: .relaxed) }
  package var phoneDelayFrames: Int { phoneDelay.load(ordering: .relaxed) }
  package var longestPhoneDelayFrames: Int { longestPhoneDelay.load(ordering: .relaxed) }
}
