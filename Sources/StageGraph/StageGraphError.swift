/// The reason that a graph could not be made or did not finish.
@usableFromInline package enum StageGraphError: Error {
  /// An outlet of the stage is not joined, so its messages would have no consumer.
  case unjoinedOutlet(stage: String, message: String)

  /// A stage threw: the first cause. Later failures, which mostly follow from the first, are dropped.
  ///
  /// `worker` counts from 0 within the stage.
  case stageFailed(stage: String, worker: Int, underlying: any Error)

  /// The task that ran the graph was canceled before any stage failed.
  case cancelled
}

/// Thrown by ``Sender`` and ``Receiver`` into a stage that should stop.
///
/// A stage must not catch it. It is not a failure of that stage, and the graph does not report it as one.
@usableFromInline package enum StageStop: Error, Equatable, Sendable {
  /// No consumer reads any more, so nothing this worker makes would be used.
  case downstreamFinished

  /// The graph has failed or was canceled.
  case graphEnded
}
