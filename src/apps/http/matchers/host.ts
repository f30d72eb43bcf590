// The `host` matcher. Names are looked up in a set, `*.example.com` by what follows the first
// label; so a list of thousands costs what a list of two costs. Other wildcards are walked.

import { domainToASCII } from "node:url";
import type { Context } from "../../../engine/index.js";
import { Type } from "../../../schema/index.js";
import type { Exchange } from "../exchange.js";
import { defineMatcher, type MatcherIndex } from "../module.js";
import { compileTemplate, type Template } from "../placeholders.js";

/** Matches the host that the request names. */
export const host = defineMatcher({
  name: "host",
  stateless: true,
  summary: "Matches by the host that the request names, without regard to case.",
  schema: Type.Array(Type.String(), {
    description: "Host names, of which one must match; a `*` stands for exactly one label.",
  }),

  glance(names) {
    if (!names.every(isPlain)) return undefined;
    const patterns = names.map((name) => name.toLowerCase());
    const repeats = names.length > 1 && new Set(patterns).size < names.length;
    return repeats ? undefined : indexOf(patterns, []);
  },

  provision(names, context) {
    const templates = names.map((name) => compileTemplate(name, context, "empty"));
    const patterns = templates.flatMap(({ constant }, i) =>
      constant === undefined ? [] : [asciiName(constant, i, context)],
    );
    const filled = templates.filter(({ constant }) => constant === undefined);
    if (names.length > 1) refuseRepeats(names, context);
    return { index: indexOf(patterns, filled), match: matching(compileNames(patterns), filled) };
  },
});

function matching(lookup: (host: string) => boolean, filled: readonly Template[]) {
  if (filled.length === 0) return ({ host }: Exchange) => lookup(host);
  return (exchange: Exchange) => {
    const { host } = exchange;
    const isIt = (pattern: Template) => matchesName(pattern.fill(exchange).toLowerCase(), host);
    return lookup(host) || filled.some(isIt);
  };
}

/** Whether a name is ASCII, and holds no placeholder. */
function isPlain(name: string): boolean {
  return /^[\w.*:-]+$/.test(name);
}

/** An international name as the ASCII form that clients send. */
function asciiName(name: string, i: number, context: Context): string {
  if (isAscii(name)) return name.toLowerCase();
  const labels = name.split(".").map((label) => {
    if (isAscii(label)) return label.toLowerCase();
    const ascii = domainToASCII(label);
    return ascii === "" ? context.fail([String(i)], `"${name}" is not a host name`) : ascii;
  });
  return labels.join(".");
}

function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}

/** A name that stands twice is a mistake that its author wants to hear of. */
function refuseRepeats(names: readonly string[], context: Context): void {
  const seen = new Map<string, number>();
  for (const [i, name] of names.entries()) {
    const first = seen.get(name.toLowerCase());
    if (first !== undefined) context.fail([String(i)], `"${name}" is at index ${first} already`);
    seen.set(name.toLowerCase(), i);
  }
}

/** A function that says whether one of the names, in lower case, stands for a host. */
function compileNames(patterns: readonly string[]): (host: string) => boolean {
  const [only] = patterns;
  if (patterns.length === 1 && !only?.includes("*")) return (host) => host === only;
  const exact = new Set(patterns.filter((pattern) => !pattern.includes("*")));
  const parents = new Set(patterns.filter(isSubdomains).map((pattern) => pattern.slice(1)));
  const others = patterns.filter((pattern) => pattern.includes("*") && !isSubdomains(pattern));
  return (host) => {
    if (exact.has(host)) return true;
    if (parents.size > 0) {
      const dot = host.indexOf(".");
      if (dot >= 0 && parents.has(host.slice(dot))) return true;
    }
    return others.some((pattern) => matchesName(pattern, host));
  };
}

/** Whether a pattern is `*.` and a name. */
function isSubdomains(pattern: string): boolean {
  return pattern.startsWith("*.") && !pattern.includes("*", 1);
}

/** Whether a pattern, label by label, stands for a host. Only a whole label can be a star. */
function matchesName(pattern: string, host: string): boolean {
  if (!pattern.includes("*")) return pattern === host;
  const wanted = pattern.split(".");
  const found = host.split(".");
  return (
    wanted.length === found.length &&
    wanted.every((label, i) => label === "*" || label === found[i])
  );
}

function indexOf(patterns: readonly string[], filled: readonly Template[]): MatcherIndex {
  const known = (pattern: string) => !pattern.includes("*") || isSubdomains(pattern);
  return filled.length === 0 && patterns.every(known) ? { hosts: patterns } : {};
}
