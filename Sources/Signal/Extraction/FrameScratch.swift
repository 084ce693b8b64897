import CKernels
import Foundations
import Glibc

/// The memory in which a stream works on frames, one group at a time.
final class FrameScratch {
  /// Floats in front of a frame that the window kernel may read.
  static let lead = 16
  /// Samples kept beside a frame's length for reflection at the end.
  static let margin = 4

  /// A frame that is not a part of the signal as it stands: reflected or dithered.
  var edge: UnsafeMutablePointer<Float> { edgeStorage.base + Self.lead }

  // `powers` holds the spectra of a group, and, once those are transposed, the channels of its rows.
  private let edgeStorage, time, spectra, powers, transposed, bins, energies: AlignedBuffer<Float>
  private let powerStride, spectrumStride: Int

  init(_ plan: ExtractionPlan) {
    let points = plan.transformSize / 2
    let group = plan.kernels.group
    let padded = (points + 1 + 15) / 16 * 16
    let slack = Int(CK_SLACK)
    // An odd number of cache lines keeps the rows of a group in different sets.
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

  /// Bytes held.
  var byteCount: Int {
    [edgeStorage, time, spectra, powers, transposed, bins, energies].reduce(0) { $0 + $1.count * 4 }
  }

  /// Takes a frame as far as its transform, into a slot of the group; slots come in order from 0 on.
  ///
  /// Windowed samples go straight to their row.
  func prepare(
    _ plan: ExtractionPlan, samples: UnsafePointer<Float>, slot: Int, row: UnsafeMutablePointer<Float>,
    utteranceKey: UInt64, frame: Int
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
      // The window is halved.
      energies.base[slot] =
        plan.energy.isRaw
        ? kernels.pointee.energy(x, length, mean) : 4 * kernels.pointee.energy(time.base, length, 0)
    }
    plan.transform.execute(time.base, spectrum(slot))
    // One frame late, so that the transform's narrow stores have left the store buffer before wide loads want them.
    if slot > 0 { takePower(plan, slot: slot - 1) }
  }

  private func spectrum(_ slot: Int) -> UnsafeMutablePointer<Float> {
    spectra.base + (slot & 1) * spectrumStride
  }

  private func takePower(_ plan: ExtractionPlan, slot: Int) {
    plan.kernels.table.pointee.power(
      spectrum(slot), plan.twiddles.base, plan.transformSize / 2, !plan.usesPower,
      powers.base + slot * powerStride)
  }

  /// Makes the rows of the first `frames` slots, `[frames, channels]`.
  func complete(_ plan: ExtractionPlan, frames: Int, into output: UnsafeMutablePointer<Float>) {
    if case .windowedSamples = plan.kind { return }
    takePower(plan, slot: frames - 1)
    if plan.energy.isUsed { takeLogOfEnergies(plan, frames: frames) }
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

  /// As many frames go one by one: few of them cost less so than a whole group does.
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

  private func takeLogOfEnergies(_ plan: ExtractionPlan, frames: Int) {
    for slot in 0..<frames where energies.base[slot] < .ulpOfOne { energies.base[slot] = .ulpOfOne }
    plan.kernels.table.pointee.logarithm(energies.base, frames)
    guard plan.energy.floor > 0 else { return }
    let floor = Float(log(plan.energy.floor))
    for slot in 0..<frames where energies.base[slot] < floor { energies.base[slot] = floor }
  }
}
