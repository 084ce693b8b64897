import FrontEnds
import Learning

extension HiddenLayerKind {
  /// A real K-matrix, with few weights and a fast product.
  package static let kaleidoscope = HiddenLayerKind(
    name: "kaleidoscope",
    help: "a K-matrix of N units, by default as many as inputs, rounded up to a power of two",
    defaultUnits: { inputs in KaleidoscopeLayer.paddedSize(inputs) },
    weightCount: { inputs, units in KaleidoscopeLayer.weightCount(inputs: inputs, outputs: units) },
    makeLayer: { name, inputs, units, hasBias, declaration throws(RecognizerError) in
      do throws(FrontEndError) {
        return try KaleidoscopeLayer(name, inputs: inputs, outputs: units, hasBias: hasBias, in: &declaration)
      } catch {
        throw .frontEnd(error)
      }
    })
}
