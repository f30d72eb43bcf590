// `rewrite`: changes the request's method and target, for everything that comes after it.

import type { Path } from "../../../document/index.js";
import { type Static, Type } from "../../../schema/index.js";
import { type Exchange, HttpError } from "../exchange.js";
import { isToken } from "../field-text.js";
import { cleanPath } from "../matchers/clean.js";
import { defineHandler, type Handler } from "../module.js";
import { meaningOf } from "../placeholders/names.js";
import { escapeSegments } from "../placeholders/text.js";
import { compileTemplate, compileWith } from "../placeholders.js";
import { type Compiling, compilePattern, replaceMatches } from "../replacement.js";
import { escapedPath, type Target } from "../target.js";
import { affixPattern, changePath, replaceText, withPath, withQuery } from "./rewrite-path.js";
import { compileQuery, compileQueryOps, QueryOps, tidyQuery } from "./rewrite-query.js";

const Substring = Type.Object(
  {
    find: Type.Optional(Type.String({ description: "The text to find." })),
    replace: Type.Optional(Type.String({ description: "What to put there." })),
    limit: Type.Optional(
      Type.Integer({
        description: "How often at most, in the path and in the query; 0 is always.",
      }),
    ),
  },
  { additionalProperties: false, description: "A text to find and what replaces it." },
);

const PathPattern = Type.Object(
  {
    find: Type.String({ minLength: 1, description: "The pattern to find (RE2)." }),
    replace: Type.Optional(
      Type.String({ description: "What to put there; `$1` is a group of the pattern." }),
    ),
  },
  { additionalProperties: false, description: "A pattern to find and what replaces it." },
);

/** What a request line becomes. */
export const RewriteConfig = Type.Object(
  {
    method: Type.Optional(Type.String({ description: "The new method." })),
    uri: Type.Optional(
      Type.String({
        description:
          "The new path, or query if it begins with `?`, or both. What is not named stays.",
      }),
    ),
    strip_path_prefix: Type.Optional(
      Type.String({ description: "Taken off the start of the path; case does not count." }),
    ),
    strip_path_suffix: Type.Optional(
      Type.String({ description: "Taken off the end of the path; case does not count." }),
    ),
    uri_substring: Type.Optional(
      Type.Array(Substring, { description: "Texts to replace in path and query." }),
    ),
    path_regexp: Type.Optional(
      Type.Array(PathPattern, { description: "Patterns to replace in the path." }),
    ),
    query: Type.Optional(QueryOps),
  },
  { additionalProperties: false, description: "What to change in method, path and query." },
);

/** One change to a request. */
type Step = (exchange: Exchange) => void;

/** Changes the method and the target, then passes the request on. */
export const rewrite = defineHandler({
  name: "rewrite",
  stateless: true,
  summary: "Changes the method, path and query that later handlers see.",
  schema: RewriteConfig,
  glance: (config) => canRewrite(config) || undefined,
  provision: (config, context) => rewriting(compileRewrite(config, context, [])),
});

function rewriting(change: Step): Handler {
  return {
    handle(exchange, next) {
      change(exchange);
      return next(exchange);
    },
  };
}

/** Whether compiling cannot fail: methods and patterns may be wrong; texts are what they are. */
export function canRewrite({ method, path_regexp, query }: Static<typeof RewriteConfig>): boolean {
  return (method ?? path_regexp ?? query) === undefined;
}

/** Compile changes to a request; `at` is their place in the module's node. */
export function compileRewrite(
  config: Static<typeof RewriteConfig>,
  context: Compiling,
  at: Path,
): (exchange: Exchange) => void {
  const { method, uri, strip_path_prefix, strip_path_suffix, query } = config;
  const steps = [
    method ? settingMethod(method, context, at) : undefined,
    uri ? settingUri(uri, context) : undefined,
    strip_path_prefix ? stripping(strip_path_prefix, "start", context) : undefined,
    strip_path_suffix ? stripping(strip_path_suffix, "end", context) : undefined,
    ...(config.uri_substring ?? []).map((entry) => substituting(entry, context)),
    ...(config.path_regexp ?? []).map((entry, i) =>
      matching(entry, context, at.concat("path_regexp", String(i))),
    ),
    query && queryChanging(query, context, at.concat("query")),
  ].filter((step) => step !== undefined);
  return (exchange) => {
    for (const step of steps) step(exchange);
  };
}

function settingMethod(method: string, context: Compiling, at: Path): Step {
  const { constant, fill } = compileTemplate(method, context, "empty");
  if (constant !== undefined && !isToken(constant)) {
    context.fail(at.concat("method"), `${JSON.stringify(constant)} is no method`);
  }
  return (exchange) => {
    const changed = fill(exchange).toUpperCase();
    if (!isToken(changed)) throw new HttpError(400, "the rewritten method is not a token");
    if (changed === exchange.method) return;
    exchange.method = changed;
    exchange.version++;
  };
}

/** Path and query are both made from the target as it was, then put in its place. */
function settingUri(uri: string, context: Compiling): Step {
  const sent = uri.split("#", 1)[0] ?? "";
  const mark = sent.indexOf("?");
  const pathText = mark < 0 ? sent : sent.slice(0, mark);
  const queryText = mark < 0 ? undefined : sent.slice(mark + 1);
  const path = pathText === "" ? undefined : compilePath(pathText, context);
  const query = queryText ? compileQuery(queryText, context) : undefined;

  return (exchange) => {
    const [newPath, injected = ""] = cutQuery(path?.fill(exchange));
    const newQuery = query ? query(exchange) : tidyQuery(injected);
    let target = exchange.target;
    if (newPath !== undefined) target = withPath(target, newPath);
    if (queryText !== undefined) target = withQuery(target, newQuery);
    retarget(exchange, target);
  };
}

/** A path that is filled in stays escaped, or its own `?` and `%` would be read as the URI's. */
function compilePath(text: string, context: Compiling) {
  const resolve = (name: string) => {
    if (name === "http.request.uri.path") return ({ target }: Exchange) => escapedPath(target);
    const meaning = meaningOf(name, context);
    if (name !== "http.matchers.file.relative" || typeof meaning !== "function") return meaning;
    return (exchange: Exchange) => escapeSegments(meaning(exchange) ?? "");
  };
  return compileWith(text, resolve, "empty");
}

/** A placeholder such as `{http.request.uri}` brings a query along. */
function cutQuery(path: string | undefined): [path?: string, query?: string] {
  if (path === undefined) return [];
  const mark = path.indexOf("?");
  return mark < 0 ? [path] : [path.slice(0, mark), path.slice(mark + 1)];
}

function stripping(text: string, side: "start" | "end", context: Compiling): Step {
  const { constant, fill } = compileTemplate(text, context, "empty");
  const compile = (filled: string) => {
    const affix = side === "start" && !filled.startsWith("/") ? `/${filled}` : filled;
    return { pattern: affixPattern(affix, side), mergeSlashes: !affix.includes("//") };
  };
  const fixed = constant === undefined ? undefined : compile(constant);
  return (exchange) => {
    const { pattern, mergeSlashes } = fixed ?? compile(fill(exchange));
    const strip = (path: string) => cleanPath(path, mergeSlashes).replace(pattern, "");
    retarget(exchange, changePath(exchange.target, strip));
  };
}

function substituting(entry: Static<typeof Substring>, context: Compiling): Step {
  const find = compileTemplate(entry.find ?? "", context, "empty");
  const replace = compileTemplate(entry.replace ?? "", context, "empty");
  const mergeSlashes = !entry.find?.includes("//");
  return (exchange) => {
    const from = find.fill(exchange);
    if (from === "") return;
    const to = replace.fill(exchange);
    const change = (text: string) => replaceText(text, from, to, entry.limit ?? 0);
    const { target } = exchange;
    const moved = changePath(target, (path) => change(cleanPath(path, mergeSlashes)));
    const query = change(target.query);
    retarget(exchange, query === target.query ? moved : withQuery(moved, query));
  };
}

function matching(entry: Static<typeof PathPattern>, context: Compiling, at: Path): Step {
  const pattern = compilePattern(entry.find, context, at.concat("find"));
  const replace = compileTemplate(entry.replace ?? "", context, "empty");
  return (exchange) => {
    const to = replace.fill(exchange);
    const change = (path: string) => replaceMatches(pattern, path, to);
    retarget(exchange, changePath(exchange.target, change));
  };
}

function queryChanging(config: Static<typeof QueryOps>, context: Compiling, at: Path): Step {
  const change = compileQueryOps(config, context, at);
  return (exchange) => retarget(exchange, { ...exchange.target, query: change(exchange) });
}

/** Change the target only if it is another: whatever was decided from it stays valid otherwise. */
function retarget(exchange: Exchange, target: Target): void {
  const { path, rawPath, query } = exchange.target;
  if (target.path !== path || target.rawPath !== rawPath || target.query !== query) {
    exchange.target = target;
  }
}
