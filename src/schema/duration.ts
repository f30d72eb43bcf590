// Lengths of time as Caddy writes them: Go's duration syntax with days added, or nanoseconds.

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

const PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h|d)/y;

/** Milliseconds of a duration's text, or undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  const negative = text.startsWith("-");
  const body = text.replace(/^[+-]/, "");
  if (body === "0") return 0;
  PART.lastIndex = 0;
  let total = 0;
  let end = 0;
  for (let part = PART.exec(body); part; part = PART.exec(body)) {
    total += Number(part[1]) * (UNIT_MS[part[2] as string] as number);
    end = PART.lastIndex;
  }
  if (end === 0 || end !== body.length) return undefined;
  return negative ? -total : total;
}

/** Milliseconds of a duration that the schema has checked; `otherwise` when it is absent. */
export function durationMs(value: string | number | undefined, otherwise: number): number;
export function durationMs(value: string | number | undefined): number | undefined;
export function durationMs(value: string | number | undefined, otherwise?: number) {
  if (value === undefined) return otherwise;
  return typeof value === "number" ? value / 1e6 : parseDuration(value);
}
