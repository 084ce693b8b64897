import Learning

/// Compression of band energies.
enum Compression: String, Sendable, CaseIterable, Hashable {
  /// ln(max(E, 2⁻²³)).
  case log
  /// expm1(r·ln(E + e^b))/r with r and b learned for each band.
  case root
  /// Per-channel energy normalization, its exponents and offsets learned for each band.
  case pcen

  static let choice = OptionKey<Compression>.choice(
    "compression", default: .log, help: "Compression of the energies of bands.")
  static let rootRate = OptionKey.rate(
    "rate-root", default: 0.3, help: "Factor on the learning rate of the compression's exponents.")
  static let offsetRate = OptionKey.rate(
    "rate-offset", default: 3, help: "Factor on the learning rate of the compression's offsets.")
}

extension FrontEndAssembly {
  /// Adds the compression that the options choose.
  mutating func addCompression(_ context: inout AssemblyContext) {
    switch context.configuration[Compression.choice] {
    case .log:
      add(LogCompressionLayer(inputWidth: channels), operations: 0)
      description.append("log")
    case .root: addRoot(&context)
    case .pcen: addEnergyNormalization(&context)
    }
  }

  /// Adds a learned root of each band.
  mutating func addRoot(_ context: inout AssemblyContext) {
    typealias Layer = RootCompressionLayer
    let bands = channels
    let root = context.declareBands("root", bands, Compression.rootRate, Layer.initialRoot)
    let offset = context.declareBands("offset", bands, Compression.offsetRate, Layer.initialOffset)
    add(
      RootCompressionLayer(root: root, offset: offset), part: "compression", [root, offset],
      operations: 4 * bands)
    description.append("root of each band")
  }

  /// Adds learned per-channel energy normalization.
  mutating func addEnergyNormalization(_ context: inout AssemblyContext) {
    typealias Layer = EnergyNormalizationLayer
    let bands = channels
    let gain = context.declareBands("gain", bands, Compression.rootRate, Layer.initialGain)
    let offset = context.declareBands("offset", bands, Compression.offsetRate, Layer.initialOffset)
    let root = context.declareBands("root", bands, Compression.rootRate, Layer.initialRoot)
    add(
      Layer(gain: gain, offset: offset, root: root), part: "compression", [gain, offset, root],
      operations: (2 * Layer.frames + 5) * bands)
    description.append("per-channel energy normalization")
  }
}

extension AssemblyContext {
  fileprivate mutating func declareBands(
    _ name: String, _ bands: Int, _ rate: OptionKey<Double>, _ value: Float
  ) -> TensorReference {
    declare(
      "compression.\(name)", shape: [bands], rate: configuration[rate],
      initialValues: Array(repeating: value, count: bands))
  }
}
