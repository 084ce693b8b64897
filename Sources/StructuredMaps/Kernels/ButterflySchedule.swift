package import CKernels

/// A product of butterfly factors as the kernels see it: `[stacks][blocks][log n][n/2][2][2]` twiddles a plane.
package struct ButterflyLayout: Sendable, Hashable {
  package var logSize: Int
  package var stackCount: Int
  package var blockCount: Int
  package var firstDirection: StrideDirection
  package var field: NumberField

  package var size: Int { 1 << logSize }

  /// Scalars of one plane of one stack.
  package var stackStride: Int { 2 * size * logSize * blockCount }

  /// Scalars of one plane.
  package var planeStride: Int { stackCount * stackStride }

  /// The strides of a stack's factors in order of application.
  var strides: [Int] {
    (0..<blockCount).flatMap { block in
      (0..<logSize).map { 1 << firstDirection.alternated(block).logStride(at: $0, of: logSize) }
    }
  }
}

/// The order in which the kernels run a product of butterfly factors, so that positions stay in the nearest cache.
///
/// Strides below 64 act on runs of 64 positions, larger ones on columns of the matrix with 64 positions a row: each
/// such phase runs all its factors on one unit before it goes to the next. Two factors act in one pass. Where blocks
/// meet, strides are d, e, e, d: these four are merged to 4 × 4 matrices, which cost half of them.
package final class ButterflySchedule {
  package let layout: ButterflyLayout

  /// Floats that the packed twiddles of one stack take at most.
  package let packedCount: Int

  /// Whether twiddles may be packed with unit diagonals: complex ones, unless there is nothing but the last factor and
  /// merged ones.
  package let mayHaveUnitDiagonals: Bool

  /// Floats of the scales of one stack that go with unit diagonals, and doubles of working memory to make them.
  package let scalesCount: Int
  package var channelsCount: Int { Int(CK_BUTTERFLY_CHANNEL) * layout.size }

  /// Vectors of 8 floats that one tile of working memory takes.
  package let workVectors: Int

  private let phases: UnsafeMutablePointer<ck_butterfly_phase>
  private let stages: UnsafeMutablePointer<ck_butterfly_stage>
  private let phaseCount: Int

  /// The passes over a single vector: one factor each, or four that are merged; none for sizes below 64.
  package let passes: [ck_butterfly_pass]

  /// Stages of a stack: its passes over all positions.
  package let stageCount: Int

  /// What the kernels take; it points into this schedule.
  package func description(_ entries: TwiddleEntries) -> ck_butterfly {
    ck_butterfly(
      size: Int32(layout.size), is_complex: layout.field == .complex, has_unit_diagonals: entries != .all,
      first_has_all_entries: entries == .unitDiagonalsAfterFirst, phase_count: Int32(phaseCount),
      stage_count: Int32(stageCount), phases: phases, stages: stages)
  }

  /// Multiply-adds, or multiplications, of the real numbers of one vector of a stack.
  ///
  /// In the backward all stages but the last are computed again, and what stands between two factors.
  package func multiplyAdds(_ kept: TwiddleEntries) -> (forward: Int, backward: Int) {
    var (products, between, last) = (0, 0, 0)
    for phase in UnsafeBufferPointer(start: phases, count: phaseCount) {
      for index in Int(phase.first_stage)..<Int(phase.first_stage + phase.stage_count) {
        let stage = stages[index]
        // The entries of a turn's matrices that are multiplied with: of each factor alike, but that nothing takes the
        // scales of the last one.
        let pairs = stage.factors == 1 ? 1 : 2
        let isUnit = kept != .all && stage.factors < 4
        let isLast = index == stageCount - 1
        let isWholeFirst = index == 0 && kept == .unitDiagonalsAfterFirst
        let entries = pairs * (isUnit && !isWholeFirst && !(isLast && stage.factors == 1) ? 2 : 4)
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
      size: Int32(layout.size), is_complex: layout.field == .complex, has_unit_diagonals: false,
      first_has_all_entries: false, phase_count: Int32(phases.count), stage_count: Int32(stages.count),
      phases: self.phases,
      stages: self.stages)
    let kernels = ck_best().pointee
    let last = stages.count - 1
    mayHaveUnitDiagonals =
      layout.field == .complex
      && stages.indices.contains { stages[$0].factors == 2 || stages[$0].factors == 1 && $0 != last }
    // Room for whatever serves.
    var largest = (packed: 0, scales: 0)
    for entries in TwiddleEntries.allCases where entries == .all || mayHaveUnitDiagonals {
      description.has_unit_diagonals = entries != .all
      description.first_has_all_entries = entries == .unitDiagonalsAfterFirst
      var (packed, scales) = (0, 0)
      kernels.butterfly_packed_counts(&description, &packed, &scales)
      largest = (max(largest.packed, packed), max(largest.scales, scales))
    }
    (packedCount, scalesCount) = largest
  }

  deinit {
    phases.deallocate()
    stages.deallocate()
  }

  private static let rowLength = Int(CK_TILE_PITCH)

  /// A stage's passes over a single vector; strides below 8 act on transposed runs.
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

  /// The factors of a phase, in groups that act together: 4 that are merged, 2, or 1.
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

  /// The units of a phase, and how stages walk over one.
  private struct PhaseShape {
    let isOverColumns: Bool
    let columns: Int
    let units: Int
    /// Positions of a step, steps of a unit.
    let step: Int
    let steps: Int

    init(size: Int, isOverColumns: Bool) {
      self.isOverColumns = isOverColumns
      if isOverColumns {
        steps = size / rowLength
        // Half of the nearest cache: rows of one tile, or of two where both are run at once.
        let rows = ck_best().pointee.group == 16 ? 128 : 256
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
