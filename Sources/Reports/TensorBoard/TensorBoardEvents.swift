import FrontEnds
package import Recognition

/// The scalars of a training as a TensorBoard event file, one step per epoch.
///
/// Contents and name depend only on the history, not on host or time. TensorBoard shows a folder as one run,
/// so each training needs its own.
package struct TensorBoardEvents: Sendable, Equatable {
  /// The name of the file: TensorBoard looks for `tfevents` in it and sorts by the number.
  package static let fileName = "events.out.tfevents.0000000000.kaleido"

  /// The contents of the file.
  package let bytes: [UInt8]

  /// Encodes `loss/train`, `accuracy/train`, `error/dev`, `learning_rate` and `movement/PART`.
  package init(_ history: TrainingHistory) {
    var bytes = EventRecord(fileVersion: "brain.Event:2").framed
    for epoch in history.epochs {
      var scalars: [(tag: String, value: Float)] = [
        ("loss/train", Float(epoch.loss)), ("accuracy/train", Float(epoch.accuracy)),
        ("error/dev", Float(epoch.devErrorRate)), ("learning_rate", Float(epoch.learningRate)),
      ]
      for part in epoch.movement { scalars.append(("movement/\(part.part)", Float(part.relativeDistance))) }
      bytes += EventRecord(step: epoch.epoch, scalars: scalars).framed
    }
    self.bytes = bytes
  }
}
