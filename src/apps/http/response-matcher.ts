// Conditions on an answer: its status and its header fields. Whatever acts on some answers only
// asks one of these.

import { MapOf, type Static, Type } from "../../schema/index.js";
import { encodeField } from "./field-text.js";
import type { HeaderMap } from "./headers.js";

/** Which answers are meant. */
export const ResponseMatcher = Type.Object(
  {
    status_code: Type.Optional(
      Type.Array(Type.Integer(), {
        description: "Statuses, any of which fits; one digit stands for a class, as 3 for all 3xx.",
      }),
    ),
    headers: Type.Optional(
      MapOf(
        Type.Union([Type.Array(Type.String()), Type.Null()]),
        "Fields that must all fit: any of the values, with `*` at its start or end for any text; " +
          "no values if the field need only be there, null if it must not be.",
      ),
    ),
  },
  { additionalProperties: false, description: "Which answers are meant; all of it must fit." },
);

/** Whether an answer with this status and these fields is meant. */
export type MatchesResponse = (status: number, headers: HeaderMap) => boolean;

/** Compile a response matcher. */
export function compileResponseMatcher(config: Static<typeof ResponseMatcher>): MatchesResponse {
  const codes = config.status_code;
  const fields = Object.entries(config.headers ?? {}).map(([name, values]) =>
    matchesField(name, values),
  );
  return (status, headers) =>
    (codes === undefined || codes.some((code) => statusFits(status, code))) &&
    fields.every((fits) => fits(headers));
}

function statusFits(status: number, code: number): boolean {
  return status === code || (code < 100 && Math.floor(status / 100) === code);
}

function matchesField(
  name: string,
  values: readonly string[] | null,
): (headers: HeaderMap) => boolean {
  if (values === null) return (headers) => !headers.has(name);
  if (values.length === 0) return (headers) => headers.has(name);
  const allowed = values.map((value) => matchesValue(encodeField(value)));
  return (headers) => headers.values(name).some((value) => allowed.some((fits) => fits(value)));
}

function matchesValue(pattern: string): (value: string) => boolean {
  if (pattern === "*") return () => true;
  const [starts, ends] = [pattern.startsWith("*"), pattern.endsWith("*")];
  const text = pattern.slice(starts ? 1 : 0, ends ? -1 : undefined);
  if (starts && ends) return (value) => value.includes(text);
  if (starts) return (value) => value.endsWith(text);
  return ends ? (value) => value.startsWith(text) : (value) => value === text;
}
