extension FeatureOption {
  // MARK: Rows that learn

  static let learnable: [FeatureOption] = [
    .flag(
      "fixed", \.learnable.isFixed, rows: RowName.learnable,
      help: "Leave the row at its first values: the control of its learning."),
    .choice("learn", \.learnable.learning, rows: [.kaleidoscopeTime], help: "What of the row learns."),
    .choice(
      "init", \.learnable.initialization, rows: [.kaleidoscope], help: "Where the matrix begins to learn."),
    .integer(
      "width", \.learnable.width, 1...8, rows: [.kaleidoscope, .kaleidoscopePooled, .kaleidoscopeTime],
      help: "Products of a butterfly and a transposed butterfly."),
    .integer(
      "expansion", \.learnable.expansion, 1...16, rows: [.kaleidoscope],
      help: "Size of the matrix over that of the frame, a power of two."),
    .flag(
      "raw", \.learnable.isRaw, rows: [.kaleidoscopePooled, .kaleidoscopeTime],
      help: "Frames as they are, without DC removal and pre-emphasis."),
    .integer(
      "band", \.learnable.band, 0...1000, rows: RowName.pooled,
      help: "Points of the spectrum on each side of a mel filter that it may learn to use."),
    .choice(
      "compression", \.learnable.compression, rows: [.melPooled, .kaleidoscopePooled],
      help: "What is done to the energies of bands."),
    .choice(
      "time", \.learnable.timeTransform, rows: [.mel],
      help: "Transform over 32 frames of each bin, 11 outputs of it."),
    .integer("rank", \.learnable.rank, 1...1024, rows: [.lowRank], help: "Rank of the matrix."),
    .real(
      "density", \.learnable.density, 0...1, rows: [.sparse],
      help: "Share of the matrix's entries that are not zero."),
    .real(
      "rate-frequency", \.learnable.frequencyRate, 0...1000,
      rows: RowName.learnable.filter { $0 != .melPooled },
      help: "Factor on the learning rate of the matrix over the frame."),
    .real(
      "rate-pooling", \.learnable.poolingRate, 0...1000, rows: RowName.pooled,
      help: "Factor on the learning rate of the pooling."),
    .real(
      "rate-root", \.learnable.rootRate, 0...1000, rows: RowName.pooled,
      help: "Factor on the learning rate of the compression's exponents."),
    .real(
      "rate-offset", \.learnable.offsetRate, 0...1000, rows: RowName.pooled,
      help: "Factor on the learning rate of the compression's offsets."),
    .real(
      "rate-time", \.learnable.timeRate, 0...1000, rows: [.kaleidoscopeTime],
      help: "Factor on the learning rate of the matrix over time."),
  ]
}
