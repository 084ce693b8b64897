// swift-tools-version: 6.2
import PackageDescription

// How this file is laid out:
// - Targets are listed from the ground up, each followed by its tests. A target imports only the modules that
//   its entry names.
// - Dependencies are one a line, in the order of `LC_ALL=C sort`, products of packages last.
// - Sources are in Sources/NAME and Tests/NAMETests; only what lives elsewhere names a path.
// - Versions are exact, since Package.resolved is not kept: a fresh machine builds what was tested.

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

// Per-sample loops are unusable without the optimizer, so these targets keep it in debug builds.
let kernel: [SwiftSetting] = strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]

// A channel's fast path must not hop between executors, so async functions stay on their caller's.
// `Lifetimes` lets a pooled buffer offer itself as a span.
let graph: [SwiftSetting] =
  strict + [
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"), .enableExperimentalFeature("Lifetimes"),
  ]

let kernelC: [CSetting] = [
  // A fused multiply-add is written where it is meant: the compiler must not make its own.
  .unsafeFlags(["-ffp-contract=off", "-Wall", "-Wextra", "-Werror"]),
  .unsafeFlags(["-O3"], .when(configuration: .debug)),
]

let package = Package(
  name: "Kaleidoscope",
  products: [
    .executable(name: "kaleido", targets: ["kaleido"]),
    .executable(name: "kaleido-bench", targets: ["kaleido-bench"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
  ],
  targets: [
    // MARK: System libraries
    .systemLibrary(name: "CFFTW", pkgConfig: "fftw3f", providers: [.apt(["libfftw3-dev"])]),
    // Flite has no pkg-config file: its libraries stand in the module map.
    .systemLibrary(name: "CFlite", providers: [.apt(["flite1-dev"])]),
    .systemLibrary(name: "CSndfile", pkgConfig: "sndfile", providers: [.apt(["libsndfile1-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    // MARK: Foundations
    // Every module's loops run over its buffers and generators, so the optimizer stays on in debug builds.
    .target(name: "Foundations", swiftSettings: kernel),
    .testTarget(
      name: "FoundationsTests",
      dependencies: [
        "Foundations",
        "TestSupport",
      ],
      swiftSettings: strict),

    // MARK: Files
    .target(
      name: "Files",
      dependencies: [
        "CCrypto",
        "Foundations",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "FilesTests",
      dependencies: [
        "Files",
        "Foundations",
        "TestSupport",
      ],
      swiftSettings: strict),

    // MARK: CKernels
    .target(name: "CKernels", cSettings: kernelC + [.headerSearchPath(".")]),
    // CrossCompiled is a program in C, for processors that are emulated.
    .testTarget(
      name: "CKernelsTests",
      dependencies: [
        "CKernels",
        "Foundations",
        "TestSupport",
      ],
      exclude: ["CrossCompiled"],
      swiftSettings: strict),

    // MARK: StageGraph
    .target(
      name: "StageGraph",
      dependencies: [
        "Foundations"
      ], swiftSettings: graph),
    .testTarget(
      name: "StageGraphTests",
      dependencies: [
        "Foundations",
        "StageGraph",
        "TestSupport",
      ],
      swiftSettings: graph),

    // MARK: Signal
    .target(
      name: "Signal",
      dependencies: [
        "CFFTW",
        "CKernels",
        "Foundations",
      ],
      swiftSettings: kernel),
    .testTarget(
      name: "SignalTests",
      dependencies: [
        "CMeasurement",
        "Foundations",
        "Signal",
        "TestSupport",
      ],
      resources: [.copy("Golden")],
      swiftSettings: strict),

    // MARK: StructuredMaps
    .target(
      name: "StructuredMaps",
      dependencies: [
        "CKernels",
        "Foundations",
      ], swiftSettings: kernel),
    .testTarget(
      name: "StructuredMapsTests",
      dependencies: [
        "Foundations",
        "StructuredMaps",
        "TestSupport",
      ],
      swiftSettings: strict),

    // MARK: DataManifests
    // The folder data-manifests/ as a resource bundle: `make install` copies the bundle, not this list.
    .target(
      name: "DataFolder", path: "data-manifests",
      resources: [
        .copy("README.md"),
        .copy("corpora"),
        .copy("phones"),
        .copy("schema"),
        .copy("timit"),
        .copy("timit.json"),
      ],
      swiftSettings: strict),
    .target(name: "DataManifests", dependencies: ["DataFolder"], swiftSettings: strict),
    .testTarget(
      name: "DataManifestsTests",
      dependencies: [
        "DataManifests",
        "TestSupport",
      ],
      swiftSettings: strict),

    // MARK: Corpus
    .target(
      name: "Corpus",
      dependencies: [
        "CSndfile",
        "CZlib",
        "DataManifests",
        "Files",
        "Foundations",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "CorpusTests",
      dependencies: [
        "Corpus",
        "DataManifests",
        "Foundations",
        "TestSupport",
      ],
      resources: [.copy("Golden")],
      swiftSettings: strict),

    // MARK: Archives
    .target(
      name: "Archives",
      dependencies: [
        "Files",
        "Foundations",
      ], swiftSettings: strict),
    .testTarget(
      name: "ArchivesTests",
      dependencies: [
        "Archives",
        "Files",
        "Foundations",
        "TestSupport",
      ],
      exclude: ["Oracles"],
      swiftSettings: strict),

    // MARK: Learning
    .target(
      name: "Learning",
      dependencies: [
        "CKernels",
        "Files",
        "Foundations",
      ],
      swiftSettings: kernel),
    .testTarget(
      name: "LearningTests",
      dependencies: [
        "CMeasurement",
        "Files",
        "Foundations",
        "Learning",
        "TestSupport",
      ],
      resources: [.copy("Golden")],
      swiftSettings: strict),

    // MARK: FrontEnds
    // Learnable rows have loops over samples of their own, so the optimizer stays on in debug builds.
    .target(
      name: "FrontEnds",
      dependencies: [
        "CKernels",
        "Foundations",
        "Learning",
        "Signal",
        "StructuredMaps",
      ],
      swiftSettings: kernel),
    .testTarget(
      name: "FrontEndsTests",
      dependencies: [
        "CMeasurement",
        "Foundations",
        "FrontEnds",
        "Learning",
        "Signal",
        "StructuredMaps",
        "TestSupport",
      ],
      swiftSettings: strict),

    // MARK: Recognition
    .target(
      name: "Recognition",
      dependencies: [
        "Foundations",
        "FrontEnds",
        "Learning",
      ],
      swiftSettings: kernel),
    .testTarget(
      name: "RecognitionTests",
      dependencies: [
        "CMeasurement",
        "Foundations",
        "FrontEnds",
        "Learning",
        "Recognition",
        "TestSupport",
      ],
      swiftSettings: strict),

    // MARK: Scoring
    // Resampling draws millions of numbers, so the optimizer stays on in debug builds here, too.
    .target(
      name: "Scoring",
      dependencies: [
        "Foundations"
      ], swiftSettings: kernel),
    .testTarget(
      name: "ScoringTests",
      dependencies: [
        "Foundations",
        "Scoring",
        "TestSupport",
      ],
      resources: [.copy("Golden")],
      swiftSettings: strict),

    // MARK: Synthesis
    .target(
      name: "Synthesis",
      dependencies: [
        "CFlite",
        "Corpus",
        "DataManifests",
        "Foundations",
        "Signal",
      ],
      swiftSettings: kernel),
    .testTarget(
      name: "SynthesisTests",
      dependencies: [
        "CSndfile",
        "Corpus",
        "DataManifests",
        "Foundations",
        "Synthesis",
        "TestSupport",
      ],
      swiftSettings: strict),

    // MARK: Stages
    .target(
      name: "Stages",
      dependencies: [
        "Archives",
        "Corpus",
        "DataManifests",
        "Files",
        "Foundations",
        "FrontEnds",
        "Learning",
        "Recognition",
        "Signal",
        "StageGraph",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "StagesTests",
      dependencies: [
        "Archives",
        "Files",
        "Foundations",
        "Stages",
      ],
      swiftSettings: strict),

    // MARK: TrainedModels
    .target(
      name: "TrainedModels",
      dependencies: [
        "DataManifests",
        "Files",
        "Foundations",
        "FrontEnds",
        "Learning",
        "Recognition",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "TrainedModelsTests",
      dependencies: [
        "Archives",
        "DataManifests",
        "Files",
        "Foundations",
        "FrontEnds",
        "Learning",
        "Recognition",
        "TestSupport",
        "TrainedModels",
      ],
      swiftSettings: strict),

    // MARK: Workflows
    .target(
      name: "Workflows",
      dependencies: [
        "Archives",
        "Corpus",
        "DataManifests",
        "Files",
        "Foundations",
        "FrontEnds",
        "Learning",
        "Recognition",
        "Scoring",
        "Signal",
        "StageGraph",
        "Stages",
        "Synthesis",
        "TrainedModels",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "WorkflowsTests",
      dependencies: [
        "Archives",
        "Corpus",
        "DataManifests",
        "Files",
        "Foundations",
        "FrontEnds",
        "Learning",
        "Recognition",
        "Scoring",
        "Signal",
        "StageGraph",
        "Stages",
        "Synthesis",
        "TestSupport",
        "TrainedModels",
        "Workflows",
      ],
      swiftSettings: strict),

    // MARK: Reports
    // Templates become part of the program: a report needs no folder to be found.
    .target(
      name: "Reports",
      dependencies: [
        // Beside Workflows the modules that its typed results are made of.
        "CZlib",
        "DataManifests",
        "Files",
        "FrontEnds",
        "Recognition",
        "Scoring",
        "Workflows",
        .product(name: "Mustache", package: "swift-mustache"),
      ],
      resources: [.embedInCode("Templates")], swiftSettings: strict),
    .testTarget(
      name: "ReportsTests",
      dependencies: [
        "CZlib",
        "Files",
        "Foundations",
        "FrontEnds",
        "Recognition",
        "Reports",
        "Scoring",
        "TestSupport",
        "Workflows",
      ],
      exclude: ["Oracles"],
      swiftSettings: strict),

    // MARK: kaleido
    .executableTarget(
      name: "kaleido",
      dependencies: [
        // Beside Workflows the modules that its typed options, results and errors are made of.
        "Archives",
        "Corpus",
        "DataManifests",
        "Files",
        "Foundations",
        "FrontEnds",
        "Learning",
        "Recognition",
        "Reports",
        "Scoring",
        "Signal",
        "StageGraph",
        "Stages",
        "StructuredMaps",
        "Synthesis",
        "TrainedModels",
        "Workflows",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "kaleidoTests",
      dependencies: [
        "Archives",
        "Corpus",
        "DataManifests",
        "Files",
        "Foundations",
        "FrontEnds",
        "Learning",
        "Recognition",
        "Signal",
        "StageGraph",
        "Stages",
        "Synthesis",
        "TestSupport",
        "TrainedModels",
        "Workflows",
        "kaleido",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    // MARK: Benchmarks
    .target(name: "CMeasurement", dependencies: ["CKernels"], path: "Benchmarks/CMeasurement"),
    .executableTarget(
      name: "kaleido-bench",
      dependencies: [
        "Archives",
        "CFFTW",
        "CKernels",
        "CMeasurement",
        "Corpus",
        "DataManifests",
        "Files",
        "Foundations",
        "FrontEnds",
        "Learning",
        "Recognition",
        "Signal",
        "StageGraph",
        "StructuredMaps",
        "TestSupport",
        "Workflows",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks/kaleido-bench", swiftSettings: strict),

    // MARK: TestSupport
    .target(
      name: "TestSupport",
      dependencies: [
        "Files",
        "Signal",
      ], path: "Tests/TestSupport", swiftSettings: kernel),

    // MARK: Fuzzing
    .target(
      name: "FuzzTargets",
      dependencies: [
        "Archives",
        "Corpus",
        "DataManifests",
        "Files",
        "Scoring",
      ], path: "Tests/FuzzTargets", swiftSettings: strict),
    .testTarget(
      name: "FuzzTargetsTests",
      dependencies: [
        "FuzzTargets",
        "TestSupport",
      ],
      resources: [.copy("Seeds")],
      swiftSettings: strict),
  ]
)

// Links against libFuzzer, which only `make fuzz` has.
if Context.environment["KALEIDOSCOPE_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "kaleido-fuzz",
      dependencies: [
        "FuzzTargets"
      ], path: "Tests/Fuzzing", exclude: ["run"],
      // The main function is libFuzzer's.
      swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]))
  package.products.append(.executable(name: "kaleido-fuzz", targets: ["kaleido-fuzz"]))
}

// Reference pages are made by a plug-in that nothing else needs: see `make docs`.
if Context.environment["KALEIDOSCOPE_DOCS"] != nil {
  package.dependencies.append(.package(url: "https://github.com/swiftlang/swift-docc-plugin", exact: "1.5.0"))
}
