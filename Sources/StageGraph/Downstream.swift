import Foundations

/// A counter of a worker's lanes that are still read; it stops the worker when there are none.
///
/// The worker would notice at its next message, but it may wait a long time for the input of that message.
final class Downstream: Sendable {
  private struct State {
    var openLanes: Int
    var action: (@Sendable () -> Void)?
  }

  private let state: Guarded<State>

  init(openLanes: Int) { state = Guarded(State(openLanes: openLanes)) }

  /// Sets the action to perform when the last lane is closed.
  ///
  /// Must be called before the run starts.
  func whenAllClosed(_ action: @escaping @Sendable () -> Void) { state.withLock { $0.action = action } }

  /// Records that one more lane is no longer read.
  func laneClosed() {
    let action = state.withLock { state -> (@Sendable () -> Void)? in
      state.openLanes -= 1
      return state.openLanes == 0 ? state.action : nil
    }
    action?()
  }
}
