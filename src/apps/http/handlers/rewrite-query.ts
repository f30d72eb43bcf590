// Queries under rewriting: one that the config writes, and operations on the one that is there.

import type { Path } from "../../../document/index.js";
import { type Static, Type } from "../../../schema/index.js";
import type { Exchange } from "../exchange.js";
import { meaningOf } from "../placeholders/names.js";
import { queryEscape } from "../placeholders/text.js";
import { compileTemplate, compileWith, type Template } from "../placeholders.js";
import {
  type Compiling,
  compileReplacement,
  type Rewriter,
  replacementFields,
} from "../replacement.js";

const QUERY = "http.request.uri.query";

/** A key or a value in a query. */
interface Component<T> {
  readonly isKey: boolean;
  readonly content: T;
}

/** Compile a query in which placeholders are filled, and escaped: they cannot add parameters. */
export function compileQuery(text: string, context: Compiling): (exchange: Exchange) => string {
  const components = split(text).map(({ isKey, content }) => ({
    isKey,
    content: compileComponent(content, isKey, context),
  }));
  return (exchange) =>
    join(components.map(({ isKey, content }) => ({ isKey, content: content.fill(exchange) })));
}

/** The query in its usual form: without empty parameters and equal signs that nothing follows. */
export function tidyQuery(query: string): string {
  return join(split(query));
}

/** A whole query is escaped already, where it stands for parameters. */
function compileComponent(text: string, isKey: boolean, context: Compiling): Template {
  const resolve = (name: string) => {
    const meaning = meaningOf(name, context);
    if (isKey && name === QUERY) return meaning;
    if (typeof meaning === "string") return queryEscape(meaning);
    return meaning && ((exchange: Exchange) => queryEscape(meaning(exchange) ?? ""));
  };
  return compileWith(text, resolve, "empty");
}

function split(query: string): Component<string>[] {
  const components: Component<string>[] = [];
  let isKey = true;
  for (const part of query.match(/[^&=]*[&=]|[^&=]+$/g) ?? []) {
    const closed = part.endsWith("&") || part.endsWith("=");
    components.push({ isKey, content: closed ? part.slice(0, -1) : part });
    isKey = part.endsWith("&");
  }
  return components;
}

function join(components: readonly Component<string>[]): string {
  let query = "";
  for (const { isKey, content } of components) {
    if (!isKey) query += "=";
    else if (query !== "" && content !== "") query += "&";
    query += content;
  }
  return query;
}

const Arguments = Type.Object(
  {
    key: Type.Optional(Type.String({ description: "The parameter." })),
    val: Type.Optional(Type.String({ description: "Its value, or for rename its new name." })),
  },
  { additionalProperties: false, description: "A parameter and what becomes of it." },
);

/** Operations on the parameters of a query. */
export const QueryOps = Type.Object(
  {
    rename: Type.Optional(Type.Array(Arguments, { description: "Parameters to rename." })),
    set: Type.Optional(
      Type.Array(Arguments, { description: "Parameters to set, in place of those there." }),
    ),
    add: Type.Optional(Type.Array(Arguments, { description: "Values to add to parameters." })),
    replace: Type.Optional(
      Type.Array(
        Type.Object(
          {
            key: Type.Optional(Type.String({ description: "The parameter; `*` is every one." })),
            ...replacementFields,
          },
          {
            additionalProperties: false,
            description: "A replacement in values.",
            examples: [{ key: "q", search: "+", replace: " " }],
          },
        ),
        { description: "Replacements in the values of parameters." },
      ),
    ),
    delete: Type.Optional(Type.Array(Type.String(), { description: "Parameters to delete." })),
  },
  {
    additionalProperties: false,
    description: "Changes to the query, done in the order rename, set, add, replace, delete.",
  },
);

/** The parameters of a query, under change. */
type Parameters = Map<string, readonly string[]>;

/** One operation. */
type Operation = (parameters: Parameters, exchange: Exchange) => void;

/** Compile operations. The query that comes out is sorted by name. */
export function compileQueryOps(
  config: Static<typeof QueryOps>,
  context: Compiling,
  at: Path,
): (exchange: Exchange) => string {
  const each = (list: readonly Static<typeof Arguments>[] | undefined, change: Change) =>
    (list ?? []).map((pair) => onPair(pair, context, change));
  const operations: readonly Operation[] = [
    ...each(config.rename, rename),
    ...each(config.set, (parameters, key, value) => parameters.set(key, [value])),
    ...each(config.add, (parameters, key, value) =>
      parameters.set(key, [...(parameters.get(key) ?? []), value]),
    ),
    ...(config.replace ?? []).map(({ key = "", ...replacement }, i) =>
      replacing(
        key,
        compileReplacement(replacement, context, [...at, "replace", String(i)]),
        context,
      ),
    ),
    ...each(
      (config.delete ?? []).map((key) => ({ key })),
      (parameters, key) => parameters.delete(key),
    ),
  ];
  return (exchange) => {
    const parameters: Parameters = new Map(exchange.query);
    for (const operation of operations) operation(parameters, exchange);
    return encode(parameters);
  };
}

/** What an operation does with a parameter that is named, and the value given for it. */
type Change = (parameters: Parameters, key: string, value: string) => unknown;

/** An operation on a key and value from the config. A key that comes out empty is passed over. */
function onPair(pair: Static<typeof Arguments>, context: Compiling, change: Change): Operation {
  const key = compileTemplate(pair.key ?? "", context, "empty");
  const value = compileTemplate(pair.val ?? "", context, "empty");
  return (parameters, exchange) => {
    const name = key.fill(exchange);
    if (name !== "") change(parameters, name, value.fill(exchange));
  };
}

function rename(parameters: Parameters, from: string, to: string): void {
  const values = parameters.get(from);
  if (values === undefined || to === "" || to === from) return;
  parameters.set(to, values);
  parameters.delete(from);
}

function replacing(
  key: string,
  replacement: (exchange: Exchange) => Rewriter,
  context: Compiling,
): Operation {
  const template = compileTemplate(key, context, "empty");
  return (parameters, exchange) => {
    const name = template.fill(exchange);
    const rewrite = replacement(exchange);
    for (const [parameter, values] of parameters) {
      if (name === "*" || name === parameter) parameters.set(parameter, values.map(rewrite));
    }
  };
}

function encode(parameters: Parameters): string {
  return [...parameters]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, values]) => values.map((value) => `${queryEscape(key)}=${queryEscape(value)}`))
    .join("&");
}
