import Foundations

/// Counts the lanes of a worker that are still read, and stops the worker when there are none.
///
/// The next message it sent would tell it. But it may wait a long time for an input to make one of.
final class Downstream: Sendable {
  private struct State {
    var openLanes: Int
    var action: (@Sendable () -> Void)?
  }

  private let state: Guarded<State>

  init(openLanes: Int) { state = Guarded(State(openLanes: openLanes)) }

  /// Says what to do when the last lane is closed.
  ///
  /// To be called before the run starts.
  func whenAllClosed(_ action: @escaping @Sendable () -> Void) { state.withLock { $0.action = action } }

  /// Notes that one more lane isn't read any more.
  func laneClosed() {
    let action = state.withLock { state -> (@Sendable () -> Void)? in
      state.openLanes -= 1
      return state.openLanes == 0 ? state.action : nil
    }
    action?()
  }
}
