package import Glibc

/// The type and size of a file.
package struct FileStatus: Equatable, Sendable {
  package var isFolder: Bool
  package var isRegular: Bool
  package var bytes: Int64
  package var device: UInt64
  package var inode: UInt64
  package var links: UInt64
  /// When the content and when anything else of the file was last changed, since 1970; 0 if unknown.
  package var modifiedNanoseconds: Int64 = 0
  package var changedNanoseconds: Int64 = 0

  package init(
    isFolder: Bool, isRegular: Bool, bytes: Int64, device: UInt64, inode: UInt64, links: UInt64,
    modifiedNanoseconds: Int64 = 0, changedNanoseconds: Int64 = 0
  ) {
    self.isFolder = isFolder
    self.isRegular = isRegular
    self.bytes = bytes
    self.device = device
    self.inode = inode
    self.links = links
    self.modifiedNanoseconds = modifiedNanoseconds
    self.changedNanoseconds = changedNanoseconds
  }
}

/// The system calls on files, as a protocol, so that tests can inject faults, and what else the names and the
/// order of a run's files depend on: host, process, time, drawn numbers and threads.
///
/// Every call returns its result or `-errno`. Nothing is retried here: ``FileStore`` handles EINTR and short
/// transfers, so that injected faults test it.
package protocol FileOperations: Sendable {
  func open(_ path: String, flags: Int32, mode: mode_t) -> Int32
  func close(_ descriptor: Int32) -> Int32
  func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int
  func positionedWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, at offset: Int64) -> Int
  func positionedRead(_ descriptor: Int32, into bytes: UnsafeMutableRawBufferPointer, at offset: Int64) -> Int
  func truncate(_ descriptor: Int32, to bytes: Int64) -> Int32
  func seek(_ descriptor: Int32, to offset: Int64) -> Int64
  func sync(_ descriptor: Int32) -> Int32
  /// Asks the kernel to start writing the file to the disk, without waiting; a hint.
  func startWriteBack(_ descriptor: Int32)
  func rename(_ from: String, to: String) -> Int32
  func link(_ from: String, to: String) -> Int32
  func unlink(_ path: String) -> Int32
  func removeFolder(_ path: String) -> Int32
  func makeFolder(_ path: String, mode: mode_t) -> Int32
  /// `flock`, shared or exclusive.
  func lock(_ descriptor: Int32, isShared: Bool, wait: Bool) -> Int32
  func status(_ path: String) -> (status: FileStatus?, code: Int32)
  func status(_ descriptor: Int32) -> (status: FileStatus?, code: Int32)
  func list(_ path: String) -> (names: [String], code: Int32)
  /// Sets the time of the last change to now.
  func touch(_ descriptor: Int32) -> Int32
  func pause(milliseconds: Int)

  /// The host, its kernel (empty if unknown) and the process that make the calls.
  var host: String { get }
  var kernel: String { get }
  var process: Int { get }
  /// The clock tick at which a process of this kernel began; nil if there is none.
  func begin(ofProcess process: Int) -> Int64?
  /// UTC in ISO 8601, to the second.
  var now: String { get }
  /// A number for a temporary name, another each time.
  func drawNumber() -> UInt64
  /// How many threads may wait for the disk at once.
  var waitingThreads: Int { get }
}

extension FileOperations {
  package func touch(_ descriptor: Int32) -> Int32 { 0 }
  package func pause(milliseconds: Int) { usleep(UInt32(milliseconds) * 1000) }

  package var host: String { WallClock.hostName }
  package var kernel: String { SystemProcess.kernel }
  package var process: Int { Int(getpid()) }
  package func begin(ofProcess process: Int) -> Int64? { SystemProcess.begin(of: process) }
  package var now: String { WallClock.now }

  package func drawNumber() -> UInt64 {
    var generator = SystemRandomNumberGenerator()
    return generator.next()
  }

  package var waitingThreads: Int { 4 }
}

/// The real system calls.
package struct SystemFileOperations: FileOperations {
  package init() {}

  package func open(_ path: String, flags: Int32, mode: mode_t) -> Int32 {
    // Without O_NONBLOCK a FIFO instead of a file would block; regular files are not affected.
    let result = Glibc.open(path, flags | O_CLOEXEC | O_NONBLOCK, mode)
    return result < 0 ? -errno : result
  }

  package func close(_ descriptor: Int32) -> Int32 {
    Glibc.close(descriptor) < 0 ? -errno : 0
  }

  package func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    let result = Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    return result < 0 ? Int(-errno) : result
  }

  package func positionedWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, at offset: Int64) -> Int
  {
    let result = Glibc.pwrite(descriptor, bytes.baseAddress, bytes.count, off_t(offset))
    return result < 0 ? Int(-errno) : result
  }

  package func positionedRead(
    _ descriptor: Int32, into bytes: UnsafeMutableRawBufferPointer, at offset: Int64
  ) -> Int {
    let result = Glibc.pread(descriptor, bytes.baseAddress, bytes.count, off_t(offset))
    return result < 0 ? Int(-errno) : result
  }

  package func truncate(_ descriptor: Int32, to bytes: Int64) -> Int32 {
    Glibc.ftruncate(descriptor, off_t(bytes)) < 0 ? -errno : 0
  }

  package func seek(_ descriptor: Int32, to offset: Int64) -> Int64 {
    let result = Glibc.lseek(descriptor, off_t(offset), SEEK_SET)
    return result < 0 ? Int64(-errno) : Int64(result)
  }

  package func sync(_ descriptor: Int32) -> Int32 {
    Glibc.fsync(descriptor) < 0 ? -errno : 0
  }

  // Linux starts write-back before it drops clean pages.
  package func startWriteBack(_ descriptor: Int32) {
    _ = Glibc.posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
  }

  package func rename(_ from: String, to: String) -> Int32 {
    Glibc.rename(from, to) < 0 ? -errno : 0
  }

  package func link(_ from: String, to: String) -> Int32 {
    Glibc.link(from, to) < 0 ? -errno : 0
  }

  package func unlink(_ path: String) -> Int32 {
    Glibc.unlink(path) < 0 ? -errno : 0
  }

  package func removeFolder(_ path: String) -> Int32 {
    Glibc.rmdir(path) < 0 ? -errno : 0
  }

  package func makeFolder(_ path: String, mode: mode_t) -> Int32 {
    Glibc.mkdir(path, mode) < 0 ? -errno : 0
  }

  package func lock(_ descriptor: Int32, isShared: Bool, wait: Bool) -> Int32 {
    flock(descriptor, (isShared ? LOCK_SH : LOCK_EX) | (wait ? 0 : LOCK_NB)) < 0 ? -errno : 0
  }

  package func touch(_ descriptor: Int32) -> Int32 {
    Glibc.futimens(descriptor, nil) < 0 ? -errno : 0
  }

  package func status(_ path: String) -> (status: FileStatus?, code: Int32) {
    var raw = stat()
    guard stat(path, &raw) == 0 else { return (nil, errno) }
    return (FileStatus(raw), 0)
  }

  package func status(_ descriptor: Int32) -> (status: FileStatus?, code: Int32) {
    var raw = stat()
    guard fstat(descriptor, &raw) == 0 else { return (nil, errno) }
    return (FileStatus(raw), 0)
  }

  package func list(_ path: String) -> (names: [String], code: Int32) {
    guard let folder = Glibc.opendir(path) else { return ([], errno) }
    defer { Glibc.closedir(folder) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = Glibc.readdir(folder) else { break }
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return (names, errno)
  }
}

extension FileStatus {
  fileprivate init(_ raw: stat) {
    let kind = raw.st_mode & S_IFMT
    self.init(
      isFolder: kind == S_IFDIR, isRegular: kind == S_IFREG, bytes: Int64(raw.st_size),
      device: UInt64(raw.st_dev), inode: UInt64(raw.st_ino), links: UInt64(raw.st_nlink),
      modifiedNanoseconds: Self.nanoseconds(raw.st_mtim), changedNanoseconds: Self.nanoseconds(raw.st_ctim))
  }

  private static func nanoseconds(_ time: timespec) -> Int64 {
    Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }
}
