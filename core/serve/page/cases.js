// Judged answers as cases for `quarry eval`, kept in this browser until they are exported: a line of JSON each.
import { download } from "./dom.js";

const KEY = "quarry.cases", MOST = 1000;

export function cases() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
}

function store(list) { localStorage.setItem(KEY, JSON.stringify(list.slice(-MOST))); }

/** Adds a case; one of the same question goes. */
export function keepCase(one) { store([...cases().filter((other) => other.question !== one.question), one]); }
export const removeCase = (question) => store(cases().filter((one) => one.question !== question));
export const forgetCases = () => localStorage.removeItem(KEY);

export function exportCases() { download("eval.jsonl", cases().map((one) => `${JSON.stringify(one)}\n`).join(""), "application/jsonl"); }
