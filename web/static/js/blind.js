// The tablet's half of a blind signature (RFC 9474, RSABSSA-SHA384-PSS-Randomized): the server signs a token that it does
// not see. What it stands on is said in facilitation/blind.py, which does the same in Python.
//
// Hashing and verifying need WebCrypto, so this works in a secure context only: HTTPS, or the machine itself.

import { inLetters } from "./letters.js";

const HASH_BYTES = 48;
const SALT_BYTES = 48;
const PREFIX_BYTES = 32;
const MESSAGE_BYTES = 32;
const LEAST_KEY_BITS = 3072;

/** The letters by which people see that their tablets were given the same key (facilitation/blind.py, key_hash). */
export async function keyPrint({ n }) {
  const named = join(new TextEncoder().encode("folkmoot round key\0"), fromHex(n));
  return inLetters(new Uint8Array(await crypto.subtle.digest("SHA-256", named)));
}

/** The round's key as the server gives it, {n, e} in hexadecimal digits, as numbers and as a WebCrypto key. */
export async function readKey({ n, e }) {
  const key = { n: BigInt(`0x${n}`), e: BigInt(`0x${e}`) };
  key.bits = key.n.toString(2).length;
  key.bytes = Math.ceil(key.bits / 8);
  if (key.bits < LEAST_KEY_BITS || key.n % 2n === 0n || key.e < 3n) throw new Error("This is not a key for a sealed vote.");
  const jwk = { kty: "RSA", n: base64url(fromHex(n)), e: base64url(toBytes(key.e, 3)), alg: "PS384", ext: true };
  key.verifier = await crypto.subtle.importKey("jwk", jwk, { name: "RSA-PSS", hash: "SHA-384" }, false, ["verify"]);
  return key;
}

/** Prepare: 32 random bytes, then the message, which is random too: a token says nothing. */
export function prepare(message = randomBytes(MESSAGE_BYTES), prefix = randomBytes(PREFIX_BYTES)) {
  return join(prefix, message);
}

/** Blind: what the server is asked to sign, and what undoes the blinding. Salt and r are given by tests only. */
export async function blind(key, prepared, { salt = randomBytes(SALT_BYTES), r = randomUnit(key.n) } = {}) {
  const inverse = inverseOf(r, key.n);
  const m = toNumber(await encode(prepared, key.bits - 1, salt));
  const z = (m * power(r, key.e, key.n)) % key.n;
  return { blinded: toHex(toBytes(z, key.bytes)), inverse: toHex(toBytes(inverse, key.bytes)) };
}

/** Finalize: the signature of the token itself, verified; a wrong answer of the server throws. */
export async function finalize(key, prepared, blindSignature, inverse) {
  const s = (BigInt(`0x${blindSignature}`) * BigInt(`0x${inverse}`)) % key.n;
  const signature = toBytes(s, key.bytes);
  const fits = blindSignature.length === 2 * key.bytes && (await verify(key, prepared, signature));
  if (!fits) throw new Error("The server's signature does not fit this token.");
  return toHex(signature);
}

/** Verify: an ordinary RSA-PSS signature. */
export function verify(key, prepared, signature) {
  return crypto.subtle.verify({ name: "RSA-PSS", saltLength: SALT_BYTES }, key.verifier, signature, prepared);
}

/** EMSA-PSS-ENCODE (RFC 8017, 9.1.1) with SHA-384 and MGF1. */
async function encode(message, bits, salt) {
  const length = Math.ceil(bits / 8);
  const seed = await sha384(join(new Uint8Array(8), await sha384(message), salt));
  const block = new Uint8Array(length - HASH_BYTES - 1);
  block[block.length - salt.length - 1] = 1;
  block.set(salt, block.length - salt.length);
  const mask = await mgf1(seed, block.length);
  for (let place = 0; place < block.length; place += 1) block[place] ^= mask[place];
  block[0] &= 0xff >> (8 * length - bits);
  return join(block, seed, Uint8Array.of(0xbc));
}

async function mgf1(seed, length) {
  const blocks = [];
  for (let counter = 0; counter * HASH_BYTES < length; counter += 1) {
    blocks.push(await sha384(join(seed, Uint8Array.of(counter >> 24, counter >> 16, counter >> 8, counter))));
  }
  return join(...blocks).slice(0, length);
}

const sha384 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-384", bytes));

// ---------------------------------------------------------------------------------------------- numbers

/** baseᵉ mod n, by squaring. */
function power(base, exponent, n) {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % n;
    if (bit === "1") result = (result * base) % n;
  }
  return result;
}

/** r⁻¹ mod n by Euclid's algorithm; undefined where r and n have a divisor in common. */
function inverseOf(r, n) {
  let [rest, next] = [n, r % n];
  let [gone, factor] = [0n, 1n];
  while (next !== 0n) {
    const quotient = rest / next;
    [rest, next] = [next, rest - quotient * next];
    [gone, factor] = [factor, gone - quotient * factor];
  }
  return rest === 1n ? ((gone % n) + n) % n : undefined;
}

/** A random number below n that has an inverse: random bits again and again until they fit. */
function randomUnit(n) {
  const bits = n.toString(2).length;
  for (;;) {
    const bytes = randomBytes(Math.ceil(bits / 8));
    bytes[0] &= 0xff >> (8 * bytes.length - bits);
    const r = toNumber(bytes);
    if (r > 0n && r < n && inverseOf(r, n) !== undefined) return r;
  }
}

const randomBytes = (count) => crypto.getRandomValues(new Uint8Array(count));

// ---------------------------------------------------------------------------------------------- spellings

export const toHex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

const toNumber = (bytes) => BigInt(`0x${toHex(bytes)}`);

const toBytes = (number, length) => fromHex(number.toString(16).padStart(2 * length, "0"));

const base64url = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

function join(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}
