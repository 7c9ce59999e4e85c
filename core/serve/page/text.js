// The server counts in bytes of UTF-8, a browser in UTF-16: texts with both.

const encoder = new TextEncoder(), decoder = new TextDecoder("utf-8");

/** A text of which parts are taken by bytes. */
export class ByteText {
  constructor(text) {
    this.text = text;
    this.isAscii = /^[\x00-\x7f]*$/.test(text);
    this.bytes = this.isAscii ? null : encoder.encode(text);
    this.length = this.isAscii ? text.length : this.bytes.length;
  }

  slice(start, end) {
    const from = Math.max(0, start), to = Math.min(this.length, Math.max(from, end));
    return this.isAscii ? this.text.slice(from, to) : decoder.decode(this.bytes.subarray(from, to));
  }

  /** The place in UTF-16 of a place in bytes. */
  index(byte) {
    return this.isAscii ? byte : this.slice(0, byte).length;
  }
}
