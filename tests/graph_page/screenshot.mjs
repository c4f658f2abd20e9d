// Takes a picture of a page of `rev graph` with one revision opened.
// Usage: screenshot.mjs NODE_MODULES PAGE.html PICTURE.png light|dark REVISION
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { deflateSync, inflateSync } from "node:zlib";

import { launch } from "./browser.mjs";

const [nodeModules, file, picture, colorScheme, revision] = process.argv.slice(2);
const crcTable = Array.from({ length: 256 }, (_, byte) => {
  for (let bit = 0; bit < 8; ++bit) byte = byte & 1 ? 0xedb88320 ^ (byte >>> 1) : byte >>> 1;
  return byte;
});
const crcOf = (bytes) => ~bytes.reduce((crc, byte) => crcTable[(crc ^ byte) & 255] ^ (crc >>> 8), -1) >>> 0;

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const ends = [Buffer.alloc(4), Buffer.alloc(4)];
  ends[0].writeUInt32BE(data.length);
  ends[1].writeUInt32BE(crcOf(body));
  return Buffer.concat([ends[0], body, ends[1]]);
}

/// The rows of a PNG's pixels without its filters (PNG specification, section 9), each behind a zero: "no filter".
function unfiltered(bytes, rowLength, pixelLength) {
  const out = Buffer.alloc(bytes.length);
  for (let start = 0; start < bytes.length; start += rowLength + 1) {
    const filter = bytes[start];
    const before = (at) => (at >= 0 ? out[at] : 0);
    for (let i = 1; i <= rowLength; ++i) {
      const left = i > pixelLength ? out[start + i - pixelLength] : 0, up = before(start + i - rowLength - 1);
      const corner = i > pixelLength ? before(start + i - rowLength - 1 - pixelLength) : 0;
      const guess = left + up - corner;
      const nearest = [left, up, corner].reduce((best, one) => (Math.abs(guess - one) < Math.abs(guess - best) ? one : best));
      const predicted = [0, left, up, (left + up) >> 1, nearest][filter];
      out[start + i] = bytes[start + i] + predicted;
    }
  }
  return out;
}

/// The same picture in fewer bytes: flat colours and text compress better without filters.
function compressed(png) {
  const kept = [], pixels = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const type = png.toString("latin1", at + 4, at + 8), data = png.subarray(at + 8, at + 8 + png.readUInt32BE(at));
    if (type === "IDAT") pixels.push(data);
    else kept.push(chunk(type, data));
  }
  const pixelLength = png[25] === 6 ? 4 : 3;  // with or without transparency
  const rows = unfiltered(inflateSync(Buffer.concat(pixels)), png.readUInt32BE(16) * pixelLength, pixelLength);
  return Buffer.concat([png.subarray(0, 8), ...kept.slice(0, -1), chunk("IDAT", deflateSync(rows, { level: 9, memLevel: 9 })), kept.at(-1)]);
}

const browser = await launch(nodeModules);
const page = await browser.newPage({ viewport: { width: 1240, height: 700 }, colorScheme, reducedMotion: "reduce" });
await page.goto(pathToFileURL(resolve(file)).href);
await page.click(`[data-id="${revision}"]`);
await page.evaluate(() => document.activeElement.blur());
writeFileSync(picture, compressed(await page.screenshot()));
await browser.close();
