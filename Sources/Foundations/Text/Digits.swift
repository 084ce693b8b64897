/// Whether a text is one to ten decimal digits.
package func isDecimal(_ text: Substring) -> Bool {
  (1...10).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
}

/// Whether a text is `digits` lower-case hexadecimal digits.
package func isHexadecimal(_ text: Substring, digits: Int) -> Bool {
  text.utf8.count == digits
    && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
}
