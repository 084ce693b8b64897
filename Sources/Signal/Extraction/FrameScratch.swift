import CKernels
import Foundations
import Glibc

/// The scratch memory of a stream, for one group of frames at a time.
final class FrameScratch {
  /// Floats before a frame that the window kernel may read.
  static let lead = 16
  /// Samples kept in addition to a frame's length, for reflection at the end.
  static let margin = 4

  /// The samples of a frame that is reflected, dithered or scaled.
  var edge: UnsafeMutablePointer<Float> { edgeStorage.base + Self.lead }

  // `powers` holds the spectra of a group and, after their transposition, the channels of its rows.
  private let edgeStorage, time, spectra, powers, transposed, bins, energies: AlignedBuffer<Float>
  private let powerStride, spectrumStride: Int

  init(_ plan: ExtractionPlan) {
    let points = plan.transformSize / 2
    let group = plan.kernels.group
    let padded = (points + 1 + 15) / 16 * 16
    let slack = Int(CK_SLACK)
    // With an odd number of cache lines, the rows of a group are in different cache sets.
    let stride = padded / 16 % 2 == 0 ? padded + 16 : padded
    powerStride = stride
    let binCount = ((plan.bank?.bins ?? 0) + 15) / 16 * 16
    edgeStorage = AlignedBuffer<Float>(count: Self.lead + plan.frameLength + slack)
    time = AlignedBuffer<Float>(count: plan.transformSize + slack)
    spectrumStride = (2 * (points + 1) + slack + 15) / 16 * 16
    spectra = AlignedBuffer<Float>(count: 2 * spectrumStride)
    powers = AlignedBuffer<Float>(count: max(powerStride, plan.channels) * group + slack)
    transposed = AlignedBuffer<Float>(count: plan.bank == nil ? 0 : padded * group + 2 * binCount + slack)
    bins = AlignedBuffer<Float>(count: plan.cosines == nil ? 0 : binCount * group)
    energies = AlignedBuffer<Float>(count: group)
  }

  /// Processes a frame up to its transform, in a slot of the group; slots must come in order from 0.
  ///
  /// Windowed samples are written directly to their row.
  func prepare(
    _ plan: ExtractionPlan, samples: UnsafePointer<Float>, scale: Float, slot: Int,
    row: UnsafeMutablePointer<Float>, utteranceKey: UInt64, frame: Int
  ) {
    let kernels = plan.kernels.table
    let length = plan.frameLength
    var x = samples
    if plan.frame.dither > 0 {
      if x != UnsafePointer(edge) { edge.update(from: x, count: length) }
      plan.kernels.addDither(
        to: edge, count: length, scale: Float(plan.frame.dither), seed: plan.frame.seed,
        utterance: utteranceKey, frame: UInt64(frame))
      x = UnsafePointer(edge)
    }
    if scale != 1 {
      for i in 0..<length { edge[i] = scale * x[i] }
      x = UnsafePointer(edge)
    }
    let removesMean = plan.frame.removesDCOffset
    if case .windowedSamples = plan.kind {
      _ = kernels.pointee.window(
        x, plan.window.base, row, length, plan.preemphasis, removesMean)
      (row + length).update(repeating: 0, count: plan.channels - length)
      return
    }
    let mean = kernels.pointee.window(
      x, plan.window.base, time.base, length, plan.preemphasis, removesMean)
    if plan.energy.isUsed {
      // The window is halved, hence the factor 4.
      energies.base[slot] =
        plan.energy.isRaw
        ? kernels.pointee.energy(x, length, mean) : 4 * kernels.pointee.energy(time.base, length, 0)
    }
    plan.transform.execute(time.base, spectrum(slot))
    // One frame late, so that the transform's narrow stores have left the store buffer before the wide loads.
    if slot > 0 { computePower(plan, slot: slot - 1) }
  }

  private func spectrum(_ slot: Int) -> UnsafeMutablePointer<Float> {
    spectra.base + (slot & 1) * spectrumStride
  }

  private func computePower(_ plan: ExtractionPlan, slot: Int) {
    plan.kernels.table.pointee.power(
      spectrum(slot), plan.twiddles.base, plan.transformSize / 2, !plan.usesPower,
      powers.base + slot * powerStride)
  }

  /// Writes the rows of the first `frames` slots, `[frames, channels]`.
  func complete(_ plan: ExtractionPlan, frames: Int, into output: UnsafeMutablePointer<Float>) {
    if case .windowedSamples = plan.kind { return }
    computePower(plan, slot: frames - 1)
    if plan.energy.isUsed { takeLogarithmOfEnergies(plan, frames: frames) }
    switch plan.kind {
    case .windowedSamples:
      break
    case .spectrum(let usesLog):
      copyRows(plan, frames: frames, into: output)
      guard usesLog else { return }
      let count = frames * plan.channels
      for i in 0..<count where output[i] < .ulpOfOne { output[i] = .ulpOfOne }
      plan.kernels.table.pointee.logarithm(output, count)
    case .filterBank, .cepstra:
      guard let bank = plan.bank else { return }
      if frames > Self.largestSingleRun {
        completeGroup(plan, bank, frames: frames, into: output)
      } else {
        for slot in 0..<frames {
          completeSingle(plan, bank, slot: slot, into: output + slot * plan.channels)
        }
      }
    }
  }

  /// The largest number of frames that is faster one by one than as a group.
  private static let largestSingleRun = 4

  private func completeSingle(
    _ plan: ExtractionPlan, _ bank: FilterBankTables, slot: Int, into row: UnsafeMutablePointer<Float>
  ) {
    let kernels = plan.kernels.table
    let power = powers.base + slot * powerStride
    var description = bank.description
    if let cosines = plan.cosines {
      kernels.pointee.mel(&description, power, transposed.base, bins.base)
      kernels.pointee.matrix(cosines.base, plan.channels, bank.bins, bins.base, row)
    } else {
      kernels.pointee.mel(&description, power, transposed.base, row + plan.firstBinChannel)
    }
    if let channel = plan.energyChannel { row[channel] = energies.base[slot] }
  }

  private func completeGroup(
    _ plan: ExtractionPlan, _ bank: FilterBankTables, frames: Int, into output: UnsafeMutablePointer<Float>
  ) {
    let kernels = plan.kernels.table
    let group = plan.kernels.group
    var description = bank.description
    if let cosines = plan.cosines {
      kernels.pointee.mel_group(&description, powers.base, powerStride, transposed.base, bins.base)
      kernels.pointee.matrix_group(cosines.base, plan.channels, bank.bins, bins.base, powers.base)
    } else {
      kernels.pointee.mel_group(
        &description, powers.base, powerStride, transposed.base,
        powers.base + plan.firstBinChannel * group)
    }
    if let channel = plan.energyChannel {
      for slot in 0..<frames { powers.base[channel * group + slot] = energies.base[slot] }
    }
    kernels.pointee.store_rows(powers.base, plan.channels, frames, output)
  }

  private func copyRows(_ plan: ExtractionPlan, frames: Int, into output: UnsafeMutablePointer<Float>) {
    for slot in 0..<frames {
      (output + slot * plan.channels).update(from: powers.base + slot * powerStride, count: plan.channels)
    }
  }

  private func takeLogarithmOfEnergies(_ plan: ExtractionPlan, frames: Int) {
    for slot in 0..<frames where energies.base[slot] < .ulpOfOne { energies.base[slot] = .ulpOfOne }
    plan.kernels.table.pointee.logarithm(energies.base, frames)
    guard plan.energy.floor > 0 else { return }
    let floor = Float(log(plan.energy.floor))
    for slot in 0..<frames where energies.base[slot] < floor { energies.base[slot] = floor }
  }
}
