// Values as text, the way Go prints and escapes them: configs that were written for Caddy count on
// the exact characters.

import { encodeComponent } from "../percent.js";

/** Any value as text, as Caddy puts it into a placeholder's place. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return nested(value);
}

function nested(value: unknown): string {
  if (value === null) return "<nil>";
  if (Array.isArray(value)) return `[${value.map(nested).join(" ")}]`;
  if (typeof value !== "object") return String(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([key, item]) => `${key}:${nested(item)}`).join(" ")}]`;
}

/** Escape a text so that it can be a key or a value in a query. */
export function queryEscape(text: string): string {
  return percentEncode(text, /[!'()*]/g).replaceAll("%20", "+");
}

/** Paths of which every character is sent as it is, whoever escapes them: nearly all. */
const PLAIN_PATH = /^[\w.~/-]*$/;

/** Escape a text so that it can be a path: only what may stand there unescaped stays. */
export function pathEscape(text: string): string {
  if (PLAIN_PATH.test(text)) return text;
  return percentEncode(text, /[!'()*]/g).replace(/%(?:2[46BCF]|3[ABD]|40)/g, (escaped) =>
    String.fromCharCode(Number.parseInt(escaped.slice(1), 16)),
  );
}

/** Escape the parts of a path, such that each can stand for itself anywhere in a target. */
export function escapeSegments(path: string): string {
  if (PLAIN_PATH.test(path)) return path;
  return queryEscape(path).replaceAll("+", "%20").replaceAll("%2F", "/");
}

/** A query with nothing in it that a request line cannot hold. What is escaped already stays. */
export function wireQuery(query: string): string {
  return query.replace(/[^\x21-\x7e]+|#/g, (odd) => percentEncode(odd, /#/g));
}

/** `encodeURIComponent` for any text, and `more` characters. */
function percentEncode(text: string, more: RegExp): string {
  return encodeComponent(text).replace(
    more,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** A length of time as Go prints it: `1m2.5s`, `350.25ms`. */
export function printDuration(ms: number): string {
  if (ms === 0) return "0s";
  if (ms < 1) return ms < 0.001 ? `${round(ms * 1e6, 0)}ns` : `${round(ms * 1e3, 3)}µs`;
  if (ms < 1000) return `${round(ms, 6)}ms`;
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor((ms % 3_600_000) / 60_000);
  const seconds = `${round((ms % 60_000) / 1000, 9)}s`;
  if (hours > 0) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${minutes}m${seconds}` : seconds;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
