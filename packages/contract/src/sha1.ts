/**
 * SHA-1 (FIPS 180-4) of a byte string. UUIDv5 is defined by it; nothing here relies on its strength. Written out
 * because the contract runs in browsers, where `crypto.subtle` is asynchronous and absent on plain http.
 */
export function sha1(input: Uint8Array): Uint8Array {
  const padded = new Uint8Array(((input.length + 8) >> 6) * 64 + 64);
  padded.set(input);
  padded[input.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(input.length / 0x2000_0000));
  view.setUint32(padded.length - 4, input.length << 3);

  const hash = new Int32Array([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0]);
  const schedule = new Int32Array(80);
  for (let block = 0; block < padded.length; block += 64) {
    for (let t = 0; t < 80; t++) {
      schedule[t] =
        t < 16
          ? view.getInt32(block + t * 4)
          : rotateLeft(at(schedule, t - 3) ^ at(schedule, t - 8) ^ at(schedule, t - 14) ^ at(schedule, t - 16), 1);
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0] = hash;
    for (let t = 0; t < 80; t++) {
      const next = (rotateLeft(a, 5) + mix(t, b, c, d) + e + roundConstant(t) + at(schedule, t)) | 0;
      [a, b, c, d, e] = [next, a, rotateLeft(b, 30), c, d];
    }
    [a, b, c, d, e].forEach((value, index) => {
      hash[index] = at(hash, index) + value;
    });
  }

  const digest = new DataView(new ArrayBuffer(20));
  hash.forEach((word, index) => {
    digest.setInt32(index * 4, word);
  });
  return new Uint8Array(digest.buffer);
}

function at(words: Int32Array, index: number): number {
  return words[index] ?? 0;
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

function mix(round: number, b: number, c: number, d: number): number {
  if (round < 20) return (b & c) | (~b & d);
  if (round < 40 || round >= 60) return b ^ c ^ d;
  return (b & c) | (b & d) | (c & d);
}

function roundConstant(round: number): number {
  if (round < 20) return 0x5a827999;
  if (round < 40) return 0x6ed9eba1;
  return round < 60 ? 0x8f1bbcdc : 0xca62c1d6;
}
