package import CKernels

/// The layout of a butterfly product for the kernels: each plane holds `[stacks][blocks][log n][n/2][2][2]`
/// twiddles.
package struct ButterflyLayout: Sendable, Hashable {
  package var logSize: Int
  package var stackCount: Int
  package var blockCount: Int
  package var firstDirection: StrideDirection
  package var field: NumberField

  package var size: Int { 1 << logSize }

  /// Scalars per plane and stack.
  package var stackStride: Int { 2 * size * logSize * blockCount }

  /// Scalars per plane.
  package var planeStride: Int { stackCount * stackStride }

  /// The strides of a stack's factors in order of application.
  var strides: [Int] {
    (0..<blockCount).flatMap { block in
      (0..<logSize).map { 1 << firstDirection.alternated(block).logStride(at: $0, of: logSize) }
    }
  }
}

/// The order in which the kernels run a product of butterfly factors, chosen so that positions stay in the L1
/// cache.
///
/// Factors of strides below 64 act on runs of 64 positions, those of larger strides on columns of the matrix
/// with 64 positions per row. Each such phase runs all its factors on one unit (some runs, some columns)
/// before the next unit. Two factors act in one pass. Where blocks meet, strides are d, e, e, d; these four
/// factors are merged to 4 × 4 matrices, at half the cost.
package final class ButterflySchedule {
  package let layout: ButterflyLayout

  /// The largest size, in floats, of the packed twiddles of one stack.
  package let packedCount: Int

  /// Whether some factors are complex, not merged and not the last, and so can have the unit form.
  package let mayUseUnitForm: Bool

  /// The size, in floats, of the scales of one stack in unit form.
  package let scalesCount: Int
  /// The size, in doubles, of the scratch of packing and unpacking in unit form.
  package var packingScratchCount: Int { Int(CK_UNIT_PACKING_SCRATCH) * layout.size }

  /// The size, in vectors of 8 floats, of one tile of working memory.
  package let workVectors: Int

  private let phases: UnsafeMutablePointer<ck_butterfly_phase>
  private let stages: UnsafeMutablePointer<ck_butterfly_stage>
  private let phaseCount: Int

  /// The passes over a single vector, each of one factor or four merged ones; none for sizes below 64.
  package let passes: [ck_butterfly_pass]

  /// The stages of a stack, each a pass over all positions of a tile.
  package let stageCount: Int

  /// The description for the kernels; valid as long as this schedule lives.
  package func description(_ form: TwiddleForm) -> ck_butterfly {
    ck_butterfly(
      size: Int32(layout.size), is_complex: layout.field == .complex, has_unit_twiddles: form != .full,
      first_is_full: form == .unitAfterFirst, phase_count: Int32(phaseCount),
      stage_count: Int32(stageCount), phases: phases, stages: stages)
  }

  /// The number of real multiply-adds (or multiplications) for one vector and stack.
  ///
  /// Backward recomputes all stages but the last, and the values between the two factors of a stage.
  package func multiplyAdds(_ form: TwiddleForm) -> (forward: Int, backward: Int) {
    var (products, between, last) = (0, 0, 0)
    for phase in UnsafeBufferPointer(start: phases, count: phaseCount) {
      for index in Int(phase.first_stage)..<Int(phase.first_stage + phase.stage_count) {
        let stage = stages[index]
        // Matrix entries that one turn multiplies with; the last factor is full, as nothing takes its scales
        // back.
        let pairs = stage.factors == 1 ? 1 : 2
        let isUnit = form != .full && stage.factors < 4
        let isLast = index == stageCount - 1
        let isFullFirst = index == 0 && form == .unitAfterFirst
        let entries = pairs * (isUnit && !isFullFirst && !(isLast && stage.factors == 1) ? 2 : 4)
        let lastEntries = pairs * (isUnit && !isLast ? 2 : 4)
        let scale =
          phase.units * stage.groups * stage.inner * stage.columns * (layout.field == .complex ? 4 : 1)
        switch stage.factors {
        case 1: last = Int(scale) * entries
        case 2:
          last = Int(scale) * (entries + lastEntries)
          between += Int(scale) * entries
        default: last = Int(scale) * 16
        }
        products += last
      }
    }
    return (products, 3 * products - last + between)
  }

  package init(_ layout: ButterflyLayout) {
    self.layout = layout
    let rows = Int(ck_butterfly_rows(layout.size))
    workVectors = 2 * rows
    let strides = layout.strides
    var phases: [ck_butterfly_phase] = []
    var stages: [ck_butterfly_stage] = []
    var start = 0
    while start < strides.count {
      let isOverColumns = strides[start] >= Self.rowLength
      let end =
        strides[start...].firstIndex { ($0 >= Self.rowLength) != isOverColumns } ?? strides.count
      let phase = PhaseShape(size: layout.size, isOverColumns: isOverColumns)
      let first = stages.count
      for group in Self.groups(strides[start..<end]) {
        stages.append(phase.stage(group, strides))
      }
      phases.append(
        ck_butterfly_phase(
          over_columns: isOverColumns, units: Int32(phase.units), unit_columns: Int32(phase.columns),
          first_stage: Int32(first), stage_count: Int32(stages.count - first)))
      start = end
    }
    phaseCount = phases.count
    passes = layout.size < Self.rowLength ? [] : stages.flatMap { Self.passes($0, strides) }
    stageCount = stages.count
    self.phases = .allocate(capacity: phases.count)
    self.stages = .allocate(capacity: stages.count)
    self.phases.initialize(from: phases, count: phases.count)
    self.stages.initialize(from: stages, count: stages.count)
    var description = ck_butterfly(
      size: Int32(layout.size), is_complex: layout.field == .complex, has_unit_twiddles: false,
      first_is_full: false, phase_count: Int32(phases.count), stage_count: Int32(stages.count),
      phases: self.phases,
      stages: self.stages)
    let kernels = ck_butterfly_best().pointee
    let last = stages.count - 1
    mayUseUnitForm =
      layout.field == .complex
      && stages.indices.contains { stages[$0].factors == 2 || stages[$0].factors == 1 && $0 != last }
    // Room for any form.
    var largest = (packed: 0, scales: 0)
    for form in TwiddleForm.allCases where form == .full || mayUseUnitForm {
      description.has_unit_twiddles = form != .full
      description.first_is_full = form == .unitAfterFirst
      var (packed, scales) = (0, 0)
      kernels.packed_counts(&description, &packed, &scales)
      largest = (max(largest.packed, packed), max(largest.scales, scales))
    }
    (packedCount, scalesCount) = largest
  }

  deinit {
    phases.deallocate()
    stages.deallocate()
  }

  private static let rowLength = Int(CK_TILE_PITCH)

  /// The passes over a single vector for one stage; strides below 8 act on transposed runs.
  private static func passes(_ stage: ck_butterfly_stage, _ strides: [Int]) -> [ck_butterfly_pass] {
    guard stage.factors < 4 else {
      return [
        ck_butterfly_pass(
          factors: 4, first_factor: stage.first_factor, stride: stage.stride, next_stride: stage.next_stride,
          is_transposed: max(stage.stride, stage.next_stride) < 8)
      ]
    }
    return (stage.first_factor..<(stage.first_factor + stage.factors)).map { factor in
      let stride = strides[Int(factor)]
      return ck_butterfly_pass(
        factors: 1, first_factor: factor, stride: Int32(stride), next_stride: 0, is_transposed: stride < 8)
    }
  }

  /// The factors of a phase in groups that act in one pass: 4 merged ones, 2, or 1.
  static func groups(_ strides: ArraySlice<Int>) -> [Range<Int>] {
    var groups: [Range<Int>] = []
    var index = strides.startIndex
    func areMerged(_ first: Int) -> Bool {
      guard first + 4 <= strides.endIndex else { return false }
      return strides[first] == strides[first + 3] && strides[first + 1] == strides[first + 2]
        && strides[first] != strides[first + 1]
    }
    while index < strides.endIndex {
      let count: Int
      if areMerged(index) {
        count = 4
      } else if index + 2 > strides.endIndex || strides[index] == strides[index + 1] || areMerged(index + 1) {
        count = 1
      } else {
        count = 2
      }
      groups.append(index..<(index + count))
      index += count
    }
    return groups
  }

  /// The units of a phase and the loops of its stages over one unit.
  private struct PhaseShape {
    let isOverColumns: Bool
    let columns: Int
    let units: Int
    /// Positions per step of a loop.
    let step: Int
    /// Steps per unit.
    let steps: Int

    init(size: Int, isOverColumns: Bool) {
      self.isOverColumns = isOverColumns
      if isOverColumns {
        steps = size / rowLength
        // Half of the L1 cache.
        let rows = 256 / Int(ck_butterfly_best().pointee.tiles_at_once)
        columns = Swift.max(1, Swift.min(16, rows / steps))
        units = rowLength / columns
        step = rowLength
      } else {
        steps = Swift.min(size, rowLength)
        columns = 0
        units = size / steps
        step = 1
      }
    }

    func stage(_ group: Range<Int>, _ strides: [Int]) -> ck_butterfly_stage {
      let stride = strides[group.lowerBound]
      let next = group.count == 1 ? 0 : strides[group.lowerBound + 1]
      let smaller = (group.count == 1 ? stride : Swift.min(stride, next)) / step
      let span = smaller * (group.count == 1 ? 2 : 4)
      return ck_butterfly_stage(
        factors: Int32(group.count), first_factor: Int32(group.lowerBound), stride: Int32(stride),
        next_stride: Int32(next), groups: Int32(steps / span), group_step: Int32(span),
        inner: Int32(isOverColumns ? smaller : 1), columns: Int32(isOverColumns ? columns : smaller),
        near: Int32(stride / step), far: Int32(next / step))
    }
  }
}
