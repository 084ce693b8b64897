// Loops over the numbers of a row by eights.

@inline(__always)
func load8(_ p: UnsafePointer<Float>) -> SIMD8<Float> {
  UnsafeRawPointer(p).loadUnaligned(as: SIMD8<Float>.self)
}

@inline(__always)
func load8(_ p: UnsafeMutablePointer<Float>) -> SIMD8<Float> { load8(UnsafePointer(p)) }

/// The first `count` of eight, zeros after them.
@inline(__always)
func load8(_ p: UnsafePointer<Float>, _ count: Int) -> SIMD8<Float> {
  if count == 8 { return load8(p) }
  var v = SIMD8<Float>()
  for i in 0..<count { v[i] = p[i] }
  return v
}

@inline(__always)
func load8(_ p: UnsafeMutablePointer<Float>, _ count: Int) -> SIMD8<Float> {
  load8(UnsafePointer(p), count)
}

@inline(__always)
func store8(_ v: SIMD8<Float>, _ p: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(p).storeBytes(of: v, as: SIMD8<Float>.self)
}

/// The first `count` of eight.
@inline(__always)
func store8(_ v: SIMD8<Float>, _ p: UnsafeMutablePointer<Float>, _ count: Int) {
  if count == 8 { return store8(v, p) }
  for i in 0..<count { p[i] = v[i] }
}

/// y += g x.
@inline(__always)
func add(_ g: Float, _ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>, count: Int) {
  var i = 0
  while i + 8 <= count {
    store8(load8(y + i) + g * load8(x + i), y + i)
    i += 8
  }
  while i < count {
    y[i] += g * x[i]
    i += 1
  }
}

/// The parts of a row of `width` numbers, eight or what is left of them.
@inline(__always)
func forEachEight(of width: Int, _ body: (_ start: Int, _ count: Int) -> Void) {
  var start = 0
  while start < width {
    body(start, min(8, width - start))
    start += 8
  }
}
