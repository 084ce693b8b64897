import CKernels
import Foundations

/// Turns the samples of one utterance, as they come, into rows of features.
///
/// Whatever the lengths of the pieces, and whether they are Int16 or the same numbers as floats, the rows have the same
/// bits. A row is given as soon as its last sample is there; with edges that are not snipped, the last ones at `finish`.
/// The state is bounded by the options (about 60 KB for 25 ms frames at 16 kHz), never by the length of the signal.
///
/// - Important: After `init` nothing is allocated. A stream belongs to one task at a time; its plan may be shared.
package final class FeatureStream {
  /// Columns of a row.
  package let channels: Int
  /// Samples accepted since the start or the last `reset`.
  package private(set) var sampleCount = 0
  /// Rows given since the start or the last `reset`.
  package private(set) var frameCount = 0

  private let plan: ExtractionPlan
  private var utteranceKey: UInt64
  private var isFinished = false

  // The latest samples: `staged` of them from the signal's sample `stagedFrom` on, after a lead that the window kernel
  // may read.
  private let staging: AlignedBuffer<Float>
  private let stagingCapacity: Int
  private var stagedFrom = 0
  private var staged = 0

  private let scratch: FrameScratch

  init(plan: ExtractionPlan, utteranceKey: UInt64) {
    self.plan = plan
    self.utteranceKey = utteranceKey
    channels = plan.channels
    // One group of frames beside what is kept from one to the next.
    stagingCapacity = plan.frameLength + FrameScratch.margin + plan.kernels.group * plan.frameShift
    staging = AlignedBuffer<Float>(count: FrameScratch.lead + stagingCapacity + Int(CK_SLACK))
    scratch = FrameScratch(plan)
  }

  /// Bytes of samples and scratch held, whatever the length of the signal; the plan's tables are not counted.
  package var stateByteCount: Int { staging.count * 4 + scratch.byteCount }

  /// Forgets everything and begins another utterance, whose key tells its dither from that of others.
  package func reset(utteranceKey: UInt64) {
    self.utteranceKey = utteranceKey
    sampleCount = 0
    frameCount = 0
    stagedFrom = 0
    staged = 0
    isFinished = false
  }

  /// Rows that come of accepting so many more samples, and of finishing after them if `finishing`.
  package func frames(afterAccepting count: Int, finishing: Bool = false) -> Int {
    precondition(count >= 0, "a number of samples is not negative")
    return plan.frame.frameCount(sampleCount: sampleCount + count, finished: finishing) - frameCount
  }

  /// Takes samples and writes the rows that are whole now, `[rows, channels]`; gives their number.
  ///
  /// - Precondition: `rows` has room for `frames(afterAccepting:)`; the stream is not finished.
  @discardableResult
  package func accept(
    _ samples: UnsafeBufferPointer<Int16>, into rows: UnsafeMutableBufferPointer<Float>
  ) -> Int {
    let convert = plan.kernels.table.pointee.convert_int16
    return accept(UnsafeRawBufferPointer(samples), count: samples.count, into: rows) {
      convert($0.assumingMemoryBound(to: Int16.self), $1, $2)
    }
  }

  /// Takes samples on the scale of Int16 and writes the rows that are whole now, `[rows, channels]`; gives their
  /// number.
  ///
  /// - Precondition: `rows` has room for `frames(afterAccepting:)`; the stream is not finished.
  @discardableResult
  package func accept(
    _ samples: UnsafeBufferPointer<Float>, into rows: UnsafeMutableBufferPointer<Float>
  ) -> Int {
    accept(UnsafeRawBufferPointer(samples), count: samples.count, into: rows) {
      $1.update(from: $0.assumingMemoryBound(to: Float.self), count: $2)
    }
  }

  /// Ends the utterance and writes the rows that were waiting for its end; gives their number.
  ///
  /// A second call does nothing.
  ///
  /// - Precondition: `rows` has room for `frames(afterAccepting: 0, finishing: true)`.
  @discardableResult
  package func finish(into rows: UnsafeMutableBufferPointer<Float>) -> Int {
    guard !isFinished else { return 0 }
    isFinished = true
    let total = plan.frame.frameCount(sampleCount: sampleCount, finished: true)
    return give(upTo: total, into: rows)
  }

  @inline(__always)
  private func accept(
    _ bytes: UnsafeRawBufferPointer, count: Int, into rows: UnsafeMutableBufferPointer<Float>,
    copy: (_ samples: UnsafeRawPointer, _ destination: UnsafeMutablePointer<Float>, _ count: Int) -> Void
  ) -> Int {
    precondition(!isFinished, "a finished stream takes samples only after a reset")
    precondition(frames(afterAccepting: count) * channels <= rows.count, "too little room for the rows")
    guard count > 0, let base = bytes.baseAddress else { return 0 }
    let sampleSize = bytes.count / count
    var taken = 0
    var given = 0
    while taken < count {
      let piece = min(stagingCapacity - staged, count - taken)
      copy(base + taken * sampleSize, staging.base + FrameScratch.lead + staged, piece)
      staged += piece
      sampleCount += piece
      taken += piece
      let ready = plan.frame.frameCount(sampleCount: sampleCount, finished: false)
      given += give(
        upTo: ready, into: UnsafeMutableBufferPointer(rebasing: rows[(given * channels)...]),
        upcoming: UnsafeRawBufferPointer(rebasing: bytes[(taken * sampleSize)...]),
        upcomingStep: plan.frameShift * sampleSize)
      discard()
    }
    return given
  }

  // Drops what neither the next frame nor a reflection at the end can need.
  private func discard() {
    let next = plan.frame.firstSample(ofFrame: frameCount)
    let keepFrom = max(stagedFrom, min(next, sampleCount - plan.frameLength - FrameScratch.margin))
    let dropped = keepFrom - stagedFrom
    guard dropped > 0 else { return }
    let start = staging.base + FrameScratch.lead
    start.update(from: start + dropped, count: staged - dropped)
    staged -= dropped
    stagedFrom = keepFrom
  }

  // While it computes, the samples that come next and the rows that it will write are fetched into the cache: a step
  // of one and a row of the other for each frame.
  private func give(
    upTo end: Int, into rows: UnsafeMutableBufferPointer<Float>,
    upcoming: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0), upcomingStep: Int = 0
  ) -> Int {
    let plan = plan
    let scratch = scratch
    let channels = channels
    let utteranceKey = utteranceKey
    let first = frameCount
    guard end > first, var row = rows.baseAddress else { return 0 }
    precondition((end - first) * channels <= rows.count, "too little room for the rows")
    var frame = first
    while frame < end {
      let group = min(end - frame, plan.kernels.group)
      for slot in 0..<group {
        let ahead = (frame - first + slot) * upcomingStep
        if let start = upcoming.baseAddress, ahead + upcomingStep <= upcoming.count {
          ck_prefetch(start + ahead, upcomingStep)
        }
        ck_prefetch_for_writing(row + slot * channels, channels * MemoryLayout<Float>.stride)
        scratch.prepare(
          plan, samples: samples(ofFrame: frame + slot), slot: slot, row: row + slot * channels,
          utteranceKey: utteranceKey, frame: frame + slot)
      }
      scratch.complete(plan, frames: group, into: row)
      row += group * channels
      frame += group
    }
    frameCount = end
    return end - first
  }

  // The samples of a frame, put together by reflection where the signal does not reach.
  private func samples(ofFrame frame: Int) -> UnsafePointer<Float> {
    let length = plan.frameLength
    let first = plan.frame.firstSample(ofFrame: frame)
    let start = staging.base + FrameScratch.lead
    if first >= stagedFrom, first + length <= sampleCount {
      return UnsafePointer(start + (first - stagedFrom))
    }
    let edge = scratch.edge
    for i in 0..<length {
      edge[i] = start[FrameOptions.reflected(first + i, sampleCount: sampleCount) - stagedFrom]
    }
    return UnsafePointer(edge)
  }
}
