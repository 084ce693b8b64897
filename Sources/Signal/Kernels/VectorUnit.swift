import CKernels
import Synchronization

/// A set of vector instructions, which decides the last bits of all arithmetic.
package enum VectorUnit: String, CaseIterable, Comparable, Sendable {
  /// No instructions beyond those of every processor of the architecture.
  case baseline
  /// AVX2 and FMA of x86-64.
  case avx2
  /// AVX-512 of x86-64: F, DQ, BW and VL.
  case avx512

  /// The unit of the kernels of a name.
  package init?(kernels name: String) {
    guard let unit = Self.allCases.first(where: { name == $0.rawValue || name.hasPrefix("\($0.rawValue)+") })
    else { return nil }
    self = unit
  }

  // The order of the cases is that of the tables of kernels.
  private var index: Int32 { Int32(Self.allCases.firstIndex(of: self) ?? 0) }

  package static func < (first: VectorUnit, second: VectorUnit) -> Bool { first.index < second.index }

  /// The units that this processor has.
  package static var available: [VectorUnit] { Array(allCases.prefix(Int(ck_instruction_set_count()))) }

  /// The unit in use: the best, unless ``use()`` has chosen another.
  package static var current: VectorUnit { allCases[Int(ck_instruction_set())] }

  /// Whether ``use()`` has chosen the unit, so that everything has to keep to it.
  package static var isFixed: Bool { chosen.load(ordering: .relaxed) }

  private static let chosen = Atomic<Bool>(false)

  /// Whether the C library's mathematical functions compute as on a processor of this unit.
  ///
  /// glibc has them for processors with AVX and FMA, too, and chooses when a program is loaded.
  package var fitsMathLibrary: Bool { ck_math_library_fits(index) }

  /// Fixes the arithmetic of the process to this unit: its bits are those of every machine of the unit.
  ///
  /// - Precondition: Nothing was computed before with another unit.
  /// - Throws: ``SignalError/vectorUnitUnavailable(_:available:)``, and
  ///   ``SignalError/vectorUnitNotFixed(_:part:)`` where the mathematical functions are those of another.
  package func use() throws(SignalError) {
    guard Self.available.contains(self) else {
      throw .vectorUnitUnavailable(self, available: Self.available)
    }
    guard fitsMathLibrary else { throw .vectorUnitNotFixed(self, part: .mathLibrary) }
    precondition(choose(), "a vector unit chosen after another was used")
    Self.chosen.store(true, ordering: .relaxed)
  }

  /// Chooses the kernels; false if others are in use.
  func choose() -> Bool { ck_choose_instruction_set(index) }
}

/// A part of the arithmetic that a program does not choose by itself.
package enum ArithmeticPart: Equatable, Sendable {
  /// The C library's mathematical functions.
  case mathLibrary
  /// FFTW's plan of a transform.
  case transform(points: Int)
}
