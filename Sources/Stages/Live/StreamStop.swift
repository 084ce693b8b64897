import Synchronization

/// The wish that a stream should end: as at the end of its input, with everything written that has come.
///
/// Any thread may ask and look.
package final class StreamStop: Sendable {
  private let isAsked = Atomic<Bool>(false)

  package init() {}

  package func ask() { isAsked.store(true, ordering: .relaxed) }

  package var isRequested: Bool { isAsked.load(ordering: .relaxed) }
}
