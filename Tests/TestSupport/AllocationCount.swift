import CMeasurement
import Foundations

/// Allocations of memory, for tests that there are none.
package enum AllocationCount {
  /// Allocations of the calling thread so far.
  package static var now: UInt64 { UInt64(measurement_allocation_count()) }

  /// Whether allocations of the Swift runtime are counted; under a sanitizer they are not.
  package static let works: Bool = {
    let before = now
    let memory = AlignedBuffer<Float>(count: 1 << 12)
    return withExtendedLifetime(memory) { now > before }
  }()
}
