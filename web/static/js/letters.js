// Eight letters and digits that nobody mistakes for one another (Crockford's base 32), in two groups, as facilitation/codes.py
// writes them.

const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 8;

const shown = (places) => {
  const letters = places.map((place) => LETTERS[place]).join("");
  return `${letters.slice(0, LENGTH / 2)}-${letters.slice(LENGTH / 2)}`;
};

/** Eight random ones. */
export const randomLetters = () => shown([...crypto.getRandomValues(new Uint8Array(LENGTH))].map((byte) => byte % 32));

/** The first forty bits of some bytes. */
export function inLetters(bytes) {
  const bits = bytes.slice(0, 5).reduce((number, byte) => number * 256n + BigInt(byte), 0n);
  return shown(Array.from({ length: LENGTH }, (_, place) => Number((bits >> BigInt(5 * (LENGTH - 1 - place))) & 31n)));
}

/** A random UUID (version 4) by getRandomValues alone: randomUUID does not exist over plain HTTP in a hall. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
