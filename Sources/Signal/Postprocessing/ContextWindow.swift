/// A sliding window of rows, with the first and last row of the utterance repeated beyond its edges.
///
/// The window of a frame is `(left + 1 + right) * channels` contiguous floats. Repeating the edge rows is
/// equivalent to clamping the frame index, as Kaldi describes it.
struct ContextWindow: Sendable {
  let channels: Int
  let left: Int
  let right: Int

  /// Rows are moved to the front of the storage once in at least this many rows.
  private static let slackFrames = 64

  private var storage: [Float]
  private var head = 0
  private var tail = 0
  private var hasStarted = false
  private var hasFinished = false

  init(channels: Int, left: Int, right: Int) {
    precondition(channels > 0 && left >= 0 && right >= 0)
    self.channels = channels
    self.left = left
    self.right = right
    storage = [Float](repeating: 0, count: (left + right + 1 + Self.slackFrames) * channels)
  }

  /// Calls `body` with the first float of each window that the rows complete, and returns the number of
  /// calls.
  @inline(__always)
  mutating func accept(
    _ rows: UnsafeBufferPointer<Float>, frames: Int,
    body: (_ index: Int, _ window: UnsafePointer<Float>) -> Void
  ) -> Int {
    precondition(!hasFinished, "finished without reset")
    guard frames > 0, let base = rows.baseAddress else { return 0 }
    var emitted = 0
    if !hasStarted {
      hasStarted = true
      for _ in 0..<left { append(base, index: &emitted, body: body) }
    }
    for frame in 0..<frames { append(base + frame * channels, index: &emitted, body: body) }
    return emitted
  }

  /// Calls `body` for the windows that reach past the last row, and returns the number of calls.
  @inline(__always)
  mutating func finish(body: (_ index: Int, _ window: UnsafePointer<Float>) -> Void) -> Int {
    precondition(!hasFinished, "finished without reset")
    hasFinished = true
    guard hasStarted else { return 0 }
    var emitted = 0
    for _ in 0..<right { appendCopyOfLast(index: &emitted, body: body) }
    return emitted
  }

  mutating func reset() {
    head = 0
    tail = 0
    hasStarted = false
    hasFinished = false
  }

  @inline(__always)
  private mutating func append(
    _ row: UnsafePointer<Float>, index: inout Int, body: (Int, UnsafePointer<Float>) -> Void
  ) {
    makeRoom()
    storage.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      (base + tail * channels).update(from: row, count: channels)
    }
    tail += 1
    emit(index: &index, body: body)
  }

  @inline(__always)
  private mutating func appendCopyOfLast(index: inout Int, body: (Int, UnsafePointer<Float>) -> Void) {
    makeRoom()
    storage.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      (base + tail * channels).update(from: base + (tail - 1) * channels, count: channels)
    }
    tail += 1
    emit(index: &index, body: body)
  }

  @inline(__always)
  private mutating func emit(index: inout Int, body: (Int, UnsafePointer<Float>) -> Void) {
    guard tail - head == left + 1 + right else { return }
    storage.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      body(index, base + head * channels)
    }
    head += 1
    index += 1
  }

  @inline(__always)
  private mutating func makeRoom() {
    guard (tail + 1) * channels > storage.count else { return }
    let held = tail - head
    let (from, count, floats) = (head * channels, held, channels)
    storage.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      base.update(from: base + from, count: count * floats)
    }
    head = 0
    tail = held
  }
}
