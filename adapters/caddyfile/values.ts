// Texts that mean a length of time or a number of bytes, as Caddy's JSON has them: in nanoseconds
// and bytes.

import type { Token } from "./syntax/token.js";

const UNIT_NS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
  d: 86_400e9,
};

const PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h|d)/y;

/** What documents have room for: Go reads lengths of time and numbers of bytes as 64 bits. */
const INT64_END = 2 ** 63;

/** A length of time in nanoseconds: Go's syntax, and `d` for days. Refuses any other text. */
export function toDuration(token: Token, name = "duration"): number {
  const duration = parseDuration(token.text);
  if (duration !== undefined) return duration;
  return token.fail(`parsing ${name}: invalid duration '${token.text}'`, 'write "30s" or "1h30m"');
}

/** As `toDuration`; undefined when the text is no length of time. */
export function parseDuration(text: string): number | undefined {
  const body = text.replace(/^[+-]/, "");
  if (body === "0") return 0;
  PART.lastIndex = 0;
  let total = 0;
  let end = 0;
  for (let part = PART.exec(body); part; part = PART.exec(body)) {
    total += Number(part[1]) * (UNIT_NS[part[2] as string] as number);
    end = PART.lastIndex;
  }
  if (end === 0 || end !== body.length || total >= INT64_END) return undefined;
  const whole = Math.trunc(total);
  return text.startsWith("-") && whole !== 0 ? -whole : whole;
}

const UNIT_BYTES: Readonly<Record<string, number>> = Object.fromEntries(
  ["", "k", "m", "g", "t", "p", "e"].flatMap((letter, power) => [
    [letter, 1000 ** power],
    [`${letter}b`, 1000 ** power],
    ...(power === 0
      ? []
      : [
          [`${letter}i`, 1024 ** power],
          [`${letter}ib`, 1024 ** power],
        ]),
  ]),
);

/** A number of bytes: `10MB` is ten million, `10MiB` are 1024² each. Refuses any other text. */
export function toBytes(token: Token, name = "size"): number {
  const bytes = parseBytes(token.text);
  if (bytes !== undefined) return bytes;
  return token.fail(`parsing ${name}: invalid size '${token.text}'`, 'write "512KB" or "10MiB"');
}

/** As `toBytes`; undefined when the text is no number of bytes. */
export function parseBytes(text: string): number | undefined {
  const [, number = "", unit = ""] = /^([\d.,]+)\s*([a-z]*)$/i.exec(text) ?? [];
  const factor = UNIT_BYTES[unit.toLowerCase()];
  const count = Number(number.replaceAll(",", ""));
  if (number === "" || factor === undefined || !(count * factor < INT64_END)) return undefined;
  return Math.trunc(count * factor);
}
