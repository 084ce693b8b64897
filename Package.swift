// swift-tools-version: 6.2
import PackageDescription

// How this file is laid out:
// - Modules are listed from the ground up. A module imports only the modules that its entry names; its tests
//   import those, too.
// - Imports are one a line, in the order of `LC_ALL=C sort`, products of packages last.
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

/// The tests of a module.
struct Tests {
  /// What they import beside the module, its own imports, and TestSupport.
  var imports: [Target.Dependency] = []
  var exclude: [String] = []
  var resources: [Resource] = []
  var settings = strict
}

/// A module, or the program, with its tests.
func module(
  _ name: String, imports: [Target.Dependency] = [], settings: [SwiftSetting] = strict,
  resources: [Resource] = [], isProgram: Bool = false, tests: Tests = Tests()
) -> [Target] {
  let target: Target =
    isProgram
    ? .executableTarget(name: name, dependencies: imports, resources: resources, swiftSettings: settings)
    : .target(name: name, dependencies: imports, resources: resources, swiftSettings: settings)
  let testTarget = Target.testTarget(
    name: "\(name)Tests",
    dependencies: imports + [.byName(name: name), .byName(name: "TestSupport")] + tests.imports,
    exclude: tests.exclude, resources: tests.resources, swiftSettings: tests.settings)
  return [target, testTarget]
}

let systemLibraries: [Target] = [
  .systemLibrary(name: "CFFTW", pkgConfig: "fftw3f", providers: [.apt(["libfftw3-dev"])]),
  // Flite has no pkg-config file: its libraries are named in the module map.
  .systemLibrary(name: "CFlite", providers: [.apt(["flite1-dev"])]),
  .systemLibrary(name: "CSndfile", pkgConfig: "sndfile", providers: [.apt(["libsndfile1-dev"])]),
  .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
  .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
]

let modules: [[Target]] = [
  // Every module's loops run over its buffers and generators, so the optimizer stays on in debug builds.
  module("Foundations", settings: kernel),
  module(
    "Files",
    imports: [
      "CCrypto",
      "Foundations",
    ]),
  module(
    "StageGraph",
    imports: [
      "Foundations"
    ],
    settings: graph, tests: Tests(settings: graph)),
  module(
    "Signal",
    imports: [
      "CFFTW",
      "CKernels",
      "Foundations",
    ],
    settings: kernel, tests: Tests(resources: [.copy("Golden")])),
  module(
    "StructuredMaps",
    imports: [
      "CKernels",
      "Foundations",
    ],
    settings: kernel),
  module(
    "DataManifests",
    imports: [
      "DataFolder",
      "Files",
    ]),
  module(
    "Corpus",
    imports: [
      "CSndfile",
      "CZlib",
      "DataManifests",
      "Files",
      "Foundations",
    ],
    tests: Tests(resources: [.copy("Golden")])),
  module(
    "Archives",
    imports: [
      "Files",
      "Foundations",
    ],
    tests: Tests(exclude: ["Oracles"])),
  module(
    "Learning",
    imports: [
      "CKernels",
      "Files",
      "Foundations",
    ],
    settings: kernel, tests: Tests(resources: [.copy("Golden")])),
  // Learnable front ends have loops over samples of their own, so the optimizer stays on in debug builds.
  module(
    "FrontEnds",
    imports: [
      "CKernels",
      "Foundations",
      "Learning",
      "Signal",
      "StructuredMaps",
    ],
    settings: kernel),
  module(
    "Recognition",
    imports: [
      "Foundations",
      "FrontEnds",
      "Learning",
    ],
    settings: kernel),
  // Resampling draws millions of numbers, so the optimizer stays on in debug builds here, too.
  module(
    "Scoring",
    imports: [
      "Foundations"
    ],
    settings: kernel, tests: Tests(resources: [.copy("Golden")])),
  module(
    "Synthesis",
    imports: [
      "CFlite",
      "Corpus",
      "DataManifests",
      "Foundations",
      "Signal",
    ],
    settings: kernel, tests: Tests(imports: ["CSndfile"])),
  module(
    "Stages",
    imports: [
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
    ]),
  module(
    "TrainedModels",
    imports: [
      "DataManifests",
      "Files",
      "Foundations",
      "FrontEnds",
      "Learning",
      "Recognition",
    ],
    tests: Tests(imports: ["Archives"])),
  module(
    "Workflows",
    imports: [
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
    ]),
  // Templates become part of the program: a report needs no folder to be found.
  module(
    "Reports",
    imports: [
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
    resources: [.embedInCode("Templates")], tests: Tests(imports: ["Foundations"], exclude: ["Oracles"])),
  module(
    "kaleido",
    imports: [
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
    isProgram: true),
]

// What has another form than a module of Swift with its tests.
let others: [Target] = [
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

  .target(
    name: "TestSupport",
    dependencies: [
      "CMeasurement",
      "Files",
      "Foundations",
      "Signal",
    ], path: "Tests/TestSupport", swiftSettings: kernel),

  // The directories of all commands on a disk in memory, under faults.
  .testTarget(
    name: "SimulationTests",
    dependencies: [
      "Archives",
      "DataManifests",
      "Files",
      "Foundations",
      "FrontEnds",
      "Learning",
      "Recognition",
      "Scoring",
      "Synthesis",
      "TestSupport",
      "TrainedModels",
      "Workflows",
    ],
    resources: [.copy("FoundSeeds.txt")],
    swiftSettings: strict),

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
  targets: systemLibraries + modules.flatMap { $0 } + others
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
