extension FrontEndKind {
  /// Every kind of front end, in the order of the help.
  package static let all: [FrontEndKind] = [
    mel,
    FrontEndKind(MFCC()),
    FrontEndKind(Spectrum()),
    FrontEndKind(MelPooled()),
    FrontEndKind(Kaleidoscope()),
    FrontEndKind(KaleidoscopePooled()),
    FrontEndKind(KaleidoscopeTime()),
    FrontEndKind(KaleidoscopePatch()),
    FrontEndKind(Dense()),
    FrontEndKind(LowRank()),
    FrontEndKind(Sparse()),
    FrontEndKind(Circulant()),
    FrontEndKind(SincNet()),
    FrontEndKind(Leaf()),
    FrontEndKind(TDFilterbanks()),
  ]

  /// The baseline of comparisons, and the default of commands.
  package static let mel = FrontEndKind(Mel())
}
