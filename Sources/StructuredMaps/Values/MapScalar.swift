/// The numbers a map is made of: Float for running, Double for constructions and references.
///
/// Loops over tiles are generic functions with `@specialized` copies for both, in one file each with all that they
/// inline: code that calls them without knowing the type still reaches the compiled loop, in debug builds too.
package protocol MapScalar: BinaryFloatingPoint, BitwiseCopyable, SIMDScalar, Codable, Sendable {}

extension Float: MapScalar {}
extension Double: MapScalar {}
