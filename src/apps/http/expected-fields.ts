// Which fields of a request are let in. CGI and what is like it make one variable of `X-User`, `X_User`
// and `X.User`, so a client could say in one spelling what a proxy says, or checks, in another. Of the
// spellings that may be meant for each other, one counts: that with dashes, unless the config expects
// another.

import type { Context, Log } from "../../engine/index.js";
import type { HeaderMap } from "./headers.js";

/** Takes the fields out of a request that could pass for others. */
export type FieldFilter = (fields: HeaderMap, server: { name: string; log: Log }) => void;

/** The parts of a server's config that say which fields are expected. */
export interface Expectations {
  readonly expected_underscore_headers?: readonly string[];
  readonly expected_dot_headers?: readonly string[];
}

/** Names, whole and by their beginnings, in lower case. */
interface Names {
  readonly whole: ReadonlySet<string>;
  readonly beginnings: readonly string[];
}

/** What is expected of names that hold one of the separators. */
interface Expected {
  readonly kept: Names;
  /** What would pass for them. */
  readonly dropped: Names;
}

/** Compile the filter of a server. Fails for an entry that no field could be meant by. */
export function compileFieldFilter(config: Expectations, context: Context): FieldFilter {
  const [underscores, dots] = context.all([
    () => compile(config.expected_underscore_headers, "_", "expected_underscore_headers", context),
    () => compile(config.expected_dot_headers, ".", "expected_dot_headers", context),
  ]) as [Expected | undefined, Expected | undefined];
  return filtering(underscores, dots);
}

function filtering(underscores: Expected | undefined, dots: Expected | undefined): FieldFilter {
  const expectsAny = underscores !== undefined || dots !== undefined;
  return (fields, { name: server, log }) => {
    fields.deleteWhere((field, count) => {
      const separated = field.includes("_") || field.includes(".");
      if (!separated && !expectsAny) return false;
      if (!isExpected(field, underscores, dots)) {
        const message = "dropping a header field whose name could be taken for another";
        log.debug(message, { server, field });
        return true;
      }
      if (!separated || count === 1) return false;
      // A proxy that writes a field writes it once; who else did cannot be told.
      const message = "dropping an expected header field that came more than once";
      log.warn(message, { server, field, count });
      return true;
    });
  };
}

function isExpected(
  field: string,
  underscores: Expected | undefined,
  dots: Expected | undefined,
): boolean {
  const [hasUnderscore, hasDot] = [field.includes("_"), field.includes(".")];
  // A beginning says nothing of the other separator in what follows it.
  if (hasUnderscore && hasDot) {
    return [underscores, dots].some((expected) => expected?.kept.whole.has(field));
  }
  if (hasUnderscore) return isAmong(field, underscores?.kept);
  if (hasDot) return isAmong(field, dots?.kept);
  return !isAmong(field, underscores?.dropped) && !isAmong(field, dots?.dropped);
}

function isAmong(field: string, names: Names | undefined): boolean {
  if (names === undefined) return false;
  return names.whole.has(field) || names.beginnings.some((start) => field.startsWith(start));
}

function compile(
  entries: readonly string[] = [],
  separator: string,
  list: string,
  context: Context,
): Expected | undefined {
  if (entries.length === 0) return undefined;
  const names = context.all(
    entries.map((entry, i) => () => {
      const problem = problemOf(entry, separator);
      if (problem === undefined) return entry.toLowerCase();
      const hint = `write "x${separator}user", or "x${separator}*" for many`;
      return context.fail([list, String(i)], problem, hint);
    }),
  );
  return {
    kept: namesOf(names),
    dropped: namesOf(names.map((name) => name.replaceAll(separator, "-"))),
  };
}

function problemOf(entry: string, separator: string): string | undefined {
  const name = entry.endsWith("*") ? entry.slice(0, -1) : entry;
  if (/[^\0-\x7f]/.test(entry)) return `"${entry}" cannot be the name of a header field`;
  if (name.includes("*")) return `a "*" can only be the end of "${entry}"`;
  return name.includes(separator) ? undefined : `there is no "${separator}" in "${entry}"`;
}

function namesOf(names: readonly string[]): Names {
  return {
    whole: new Set(names.filter((name) => !name.endsWith("*"))),
    beginnings: names.filter((name) => name.endsWith("*")).map((name) => name.slice(0, -1)),
  };
}
