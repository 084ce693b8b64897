/// Why a graph could not be made or did not end by itself.
@usableFromInline package enum StageGraphError: Error {
  /// An outlet of the stage leads nowhere, so its messages would have no consumer.
  case unjoinedOutlet(stage: String, message: String)

  /// A stage threw: the first cause. Later failures, which mostly follow from the first, are dropped.
  ///
  /// `worker` counts from 0 within the stage.
  case stageFailed(stage: String, worker: Int, underlying: any Error)

  /// The task that ran the graph was cancelled before any stage failed.
  case cancelled
}

/// Thrown by ``Sender`` and ``Receiver`` into a stage that should stop.
///
/// A stage lets it pass. It isn't a failure of that stage, and the graph doesn't report it as one.
@usableFromInline package enum StageStop: Error, Equatable, Sendable {
  /// Every consumer has had enough, so nothing this worker makes would be read.
  case downstreamFinished

  /// The graph has failed or was cancelled.
  case graphEnded
}
