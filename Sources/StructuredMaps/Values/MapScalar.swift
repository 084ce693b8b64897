/// The scalar type of a map: Float for speed, Double for constructions and references.
///
/// Loops over tiles are generic functions with `@specialized` copies for both types, each in one file with
/// everything it inlines: unspecialized callers, and debug builds, still reach the compiled loop.
package protocol MapScalar: BinaryFloatingPoint, BitwiseCopyable, SIMDScalar, Codable, Sendable {}

extension Float: MapScalar {}
extension Double: MapScalar {}
