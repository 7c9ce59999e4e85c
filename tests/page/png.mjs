// Pictures as small PNG files: a palette of the colours that are there, as few as a page of text has.
import zlib from "node:zlib";

const crcTable = Array.from({ length: 256 }, (_, n) => { let c = n; for (let k = 0; k < 8; ++k) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1; return c >>> 0; });
function crc(bytes) {
  let c = 0xffffffff;
  for (const byte of bytes) c = crcTable[(c ^ byte) & 0xff] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}
function part(type, data) {
  const out = Buffer.alloc(data.length + 12);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, "latin1");
  data.copy(out, 8);
  out.writeUInt32BE(crc(out.subarray(4, data.length + 8)), data.length + 8);
  return out;
}

/** RGBA pixels as PNG, with the most frequent colours and the nearest of them for the others. */
export function smallPng({ width, height, pixels }, most = 64) {
  const counts = new Map();
  for (let i = 0; i < pixels.length; i += 4) {
    const colour = ((pixels[i] >> 3) << 10) | ((pixels[i + 1] >> 3) << 5) | (pixels[i + 2] >> 3);
    const one = counts.get(colour) ?? [0, 0, 0, 0];
    one[0] += 1; one[1] += pixels[i]; one[2] += pixels[i + 1]; one[3] += pixels[i + 2];
    counts.set(colour, one);
  }
  const palette = [...counts.values()].sort((a, b) => b[0] - a[0]).slice(0, most).map(([n, r, g, b]) => [r / n, g / n, b / n].map(Math.round));
  const nearest = new Map();
  const indexOf = (r, g, b) => {
    const key = (r << 16) | (g << 8) | b;
    let found = nearest.get(key);
    if (found === undefined) {
      let best = Infinity;
      palette.forEach(([pr, pg, pb], i) => { const d = (pr - r) ** 2 + (pg - g) ** 2 + (pb - b) ** 2; if (d < best) { best = d; found = i; } });
      nearest.set(key, found);
    }
    return found;
  };
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; ++y) for (let x = 0; x < width; ++x) { const i = 4 * (y * width + x); rows[y * (width + 1) + 1 + x] = indexOf(pixels[i], pixels[i + 1], pixels[i + 2]); }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), part("IHDR", header), part("PLTE", Buffer.from(palette.flat())), part("IDAT", zlib.deflateSync(rows, { level: 9 })), part("IEND", Buffer.alloc(0))]);
}
