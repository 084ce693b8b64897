import Glibc

/// A complex number for constructions, references and dense matrices; the kernels keep real and imaginary
/// planes.
package struct Complex: Sendable, Hashable {
  package var real: Double
  package var imaginary: Double

  package init(_ real: Double, _ imaginary: Double = 0) {
    self.real = real
    self.imaginary = imaginary
  }

  package static var zero: Self { Self(0) }
  package static var one: Self { Self(1) }
  package static var i: Self { Self(0, 1) }

  package var conjugate: Self { Self(real, -imaginary) }

  /// |z|², not scaled against overflow.
  package var squaredMagnitude: Double { real * real + imaginary * imaginary }

  package var isFinite: Bool { real.isFinite && imaginary.isFinite }

  package static func + (a: Self, b: Self) -> Self { Self(a.real + b.real, a.imaginary + b.imaginary) }
  package static func - (a: Self, b: Self) -> Self { Self(a.real - b.real, a.imaginary - b.imaginary) }
  package static prefix func - (a: Self) -> Self { Self(-a.real, -a.imaginary) }
  package static func += (a: inout Self, b: Self) { a = a + b }
  package static func *= (a: inout Self, b: Self) { a = a * b }
  package static func * (a: Double, b: Self) -> Self { Self(a * b.real, a * b.imaginary) }

  package static func * (a: Self, b: Self) -> Self {
    Self(a.real * b.real - a.imaginary * b.imaginary, a.real * b.imaginary + a.imaginary * b.real)
  }
}

extension Complex {
  /// exp(2πi·numerator/denominator), exact at multiples of a quarter turn.
  ///
  /// The angle is reduced in integers, so that large products of indices lose no precision.
  package static func rootOfUnity(_ numerator: Int, _ denominator: Int) -> Self {
    precondition(denominator > 0)
    let reduced = ((numerator % denominator) + denominator) % denominator
    // Reduced by octants: sine and cosine see at most an eighth of a turn.
    let eighths = 8 * reduced
    let octant = eighths / denominator
    let remainder = eighths - octant * denominator
    func cosineAndSine(_ numerator: Int) -> (Double, Double) {
      // At an eighth of a turn both are √½, but `cos` and `sin` round it differently.
      guard numerator != denominator else { return (0.5.squareRoot(), 0.5.squareRoot()) }
      let angle = 2 * Double.pi * Double(numerator) / Double(8 * denominator)
      return (cos(angle), sin(angle))
    }
    // In odd octants the angle is measured back from the octant's end.
    let (c, s) = cosineAndSine(octant % 2 == 0 ? remainder : denominator - remainder)
    return switch octant {
    case 0: Self(c, s)
    case 1: Self(s, c)
    case 2: Self(-s, c)
    case 3: Self(-c, s)
    case 4: Self(-c, -s)
    case 5: Self(-s, -c)
    case 6: Self(s, -c)
    default: Self(c, -s)
    }
  }
}
