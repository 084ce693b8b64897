import CKernels
import Foundations

/// A streaming feature extractor for one utterance at a time.
///
/// The rows have the same bits however the samples are cut into pieces, and whether these are Int16 or the
/// same values as floats. A row is emitted as soon as its last sample has arrived; if edges are not snipped,
/// the last rows come at `finish`. The size of the state depends on the options (about 60 KB for 25 ms frames
/// at 16 kHz), never on the length of the signal.
///
/// - Important: Nothing is allocated after `init`. A stream belongs to one task at a time; its plan may be
///   shared.
package final class FeatureStream: FrameStream {
  /// The number of values per frame.
  package let outputChannels: Int
  /// Samples accepted since the start or the last `reset`.
  package private(set) var sampleCount = 0
  /// Rows emitted since the start or the last `reset`.
  package private(set) var frameCount = 0

  /// Factors on the samples of frames, their dither included, by the frame's index; nil for 1.
  package var frameScale: ((_ frame: Int) -> Float)?

  private let plan: ExtractionPlan
  private var utteranceKey: UInt64
  private var isFinished = false

  // The latest `staged` samples, from sample `stagedFrom` of the signal on, after a lead that the window
  // kernel may read.
  private let staging: AlignedBuffer<Float>
  private let stagingCapacity: Int
  private var stagedFrom = 0
  private var staged = 0

  private let scratch: FrameScratch

  init(plan: ExtractionPlan, utteranceKey: UInt64) {
    self.plan = plan
    self.utteranceKey = utteranceKey
    outputChannels = plan.channels
    // Room for one group of frames and the samples kept from one group to the next.
    stagingCapacity = plan.frameLength + FrameScratch.margin + plan.kernels.group * plan.frameShift
    staging = AlignedBuffer<Float>(count: FrameScratch.lead + stagingCapacity + Int(CK_SLACK))
    scratch = FrameScratch(plan)
  }

  /// Discards all state and begins another utterance.
  ///
  /// - Parameter utteranceKey: The key of the utterance's dither.
  package func reset(utteranceKey: UInt64) {
    self.utteranceKey = utteranceKey
    sampleCount = 0
    frameCount = 0
    stagedFrom = 0
    staged = 0
    isFinished = false
  }

  /// The number of frames from accepting `count` more samples; exact.
  package func maximumFrames(accepting count: Int) -> Int {
    precondition(count >= 0, "a negative number of samples")
    return max(frameCount, plan.frame.frameCount(sampleCount: sampleCount + count, finished: false))
      - frameCount
  }

  /// The number of frames from finishing after `count` more samples; exact.
  package func maximumFinishFrames(accepting count: Int) -> Int {
    precondition(count >= 0, "a negative number of samples")
    let total = plan.frame.frameCount(sampleCount: sampleCount + count, finished: true)
    return total - frameCount - maximumFrames(accepting: count)
  }

  /// Accepts samples, writes the rows that they complete, `[rows, channels]`, and returns their number.
  ///
  /// - Precondition: `rows` has room for ``maximumFrames(accepting:)`` frames; the stream is not finished.
  @discardableResult
  package func accept(
    _ samples: UnsafeBufferPointer<Int16>, into rows: UnsafeMutableBufferPointer<Float>
  ) -> Int {
    let convert = plan.kernels.table.pointee.convert_int16
    return accept(UnsafeRawBufferPointer(samples), count: samples.count, into: rows) {
      convert($0.assumingMemoryBound(to: Int16.self), $1, $2)
    }
  }

  /// Accepts Int16-valued samples, writes the rows that they complete, `[rows, channels]`, and returns their
  /// number.
  ///
  /// - Precondition: `rows` has room for ``maximumFrames(accepting:)`` frames; the stream is not finished.
  @discardableResult
  package func accept(
    _ samples: UnsafeBufferPointer<Float>, into rows: UnsafeMutableBufferPointer<Float>
  ) -> Int {
    accept(UnsafeRawBufferPointer(samples), count: samples.count, into: rows) {
      $1.update(from: $0.assumingMemoryBound(to: Float.self), count: $2)
    }
  }

  /// Ends the utterance, writes the remaining rows and returns their number.
  ///
  /// A second call does nothing.
  ///
  /// - Precondition: `rows` has room for `maximumFinishFrames` frames.
  @discardableResult
  package func finish(into rows: UnsafeMutableBufferPointer<Float>) -> Int {
    guard !isFinished else { return 0 }
    isFinished = true
    let total = plan.frame.frameCount(sampleCount: sampleCount, finished: true)
    return emit(upTo: total, into: rows)
  }

  @inline(__always)
  private func accept(
    _ bytes: UnsafeRawBufferPointer, count: Int, into rows: UnsafeMutableBufferPointer<Float>,
    copy: (_ samples: UnsafeRawPointer, _ destination: UnsafeMutablePointer<Float>, _ count: Int) -> Void
  ) -> Int {
    precondition(!isFinished, "accept after finish without reset")
    precondition(
      maximumFrames(accepting: count) * outputChannels <= rows.count, "too little room for the rows")
    guard count > 0, let base = bytes.baseAddress else { return 0 }
    let sampleSize = bytes.count / count
    var taken = 0
    var emitted = 0
    while taken < count {
      let piece = min(stagingCapacity - staged, count - taken)
      copy(base + taken * sampleSize, staging.base + FrameScratch.lead + staged, piece)
      staged += piece
      sampleCount += piece
      taken += piece
      let ready = plan.frame.frameCount(sampleCount: sampleCount, finished: false)
      emitted += emit(
        upTo: ready, into: UnsafeMutableBufferPointer(rebasing: rows[(emitted * outputChannels)...]),
        upcoming: UnsafeRawBufferPointer(rebasing: bytes[(taken * sampleSize)...]),
        upcomingStep: plan.frameShift * sampleSize)
      discard()
    }
    return emitted
  }

  // Drops samples that neither the next frame nor the reflection at the end can need.
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

  // Prefetches, per frame, one step of the upcoming samples and one row of the output.
  private func emit(
    upTo end: Int, into rows: UnsafeMutableBufferPointer<Float>,
    upcoming: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0), upcomingStep: Int = 0
  ) -> Int {
    let plan = plan
    let scratch = scratch
    let channels = outputChannels
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
          plan, samples: samples(ofFrame: frame + slot), scale: frameScale?(frame + slot) ?? 1, slot: slot,
          row: row + slot * channels, utteranceKey: utteranceKey, frame: frame + slot)
      }
      scratch.complete(plan, frames: group, into: row)
      row += group * channels
      frame += group
    }
    frameCount = end
    return end - first
  }

  // The samples of a frame, by reflection where it exceeds the signal.
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
