// What the scripts here share: where the server is, and how they say that something is not as it should be.
import assert from "node:assert/strict";

export { assert };
export const url = process.env.QUARRY_URL;
export const token = process.env.QUARRY_TOKEN;
export const question = "How far is the moon?";
export const answer = /The moon is far/;

/** Asks the server itself, with the token. */
export function request(path, options = {}) {
  return fetch(url + path, { ...options, headers: { Authorization: `Bearer ${token}`, ...options.headers } });
}
