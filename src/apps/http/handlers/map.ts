// `map`: placeholders whose values depend on another's. Nothing is looked up before one of them is
// read, so a map that nobody asks costs a request next to nothing, however long it is.

import type { Path } from "../../../document/index.js";
import type { Context } from "../../../engine/index.js";
import { AnyJson, type Static, Type } from "../../../schema/index.js";
import type { Exchange } from "../exchange.js";
import { defineHandler } from "../module.js";
import { compileTemplate, readerOf, textOf } from "../placeholders.js";
import { compilePattern } from "../replacement.js";
import { MapTable } from "./map-table.js";

const Texts = (description: string, example: string) =>
  Type.Array(Type.String(), { description, examples: [[example]] });

const Mapping = Type.Object(
  {
    input: Type.Optional(Type.String({ description: "The text that the source has to be." })),
    input_regexp: Type.Optional(
      Type.String({ description: "A pattern (RE2) that it has to match; instead of `input`." }),
    ),
    outputs: Type.Array(AnyJson("A value; null leaves it to what comes after."), {
      description:
        "The value for each destination. In that of a pattern `$1` and `$name` are groups; in " +
        "others placeholders are filled.",
    }),
  },
  {
    additionalProperties: false,
    description: "An input and its outputs.",
    examples: [{ input: "sample", outputs: ["sample"] }],
  },
);

const schema = Type.Object(
  {
    source: Type.Optional(
      Type.String({
        description: "What is looked up: a text with placeholders, as it is when a value is read.",
      }),
    ),
    destinations: Texts("The placeholders that get values, in braces.", "{sample}"),
    mappings: Type.Optional(
      Type.Array(Mapping, {
        description: "Inputs and outputs. The first that fits counts, for each destination.",
      }),
    ),
    defaults: Type.Optional(Texts("The value for each destination where none fits.", "sample")),
  },
  { additionalProperties: false },
);

type Config = Static<typeof schema>;

/** Gives placeholders values, then passes the request on. */
export const map = defineHandler({
  name: "map",
  stateless: true,
  summary: "Gives placeholders values that depend on another's.",
  schema,
  glance: (config) => (isPlain(config) && faultsIn(config).length === 0 ? true : undefined),

  provision(config, context) {
    const faults = faultsIn(config);
    context.all(
      faults.map(
        ({ at, message }) =>
          () =>
            context.fail(at, message),
      ),
    );
    const tables = compileTables(config, context);
    const read = (name: string, exchange: Exchange) => tables.get(name)?.read(exchange);
    return {
      handle(exchange, next) {
        exchange.fallBackOn(read);
        return next(exchange);
      },
    };
  },
});

/** A placeholder and nothing else. The brace at its end may be missing, as for Caddy. */
const DESTINATION = /^\{([^{}]+)\}*$/;

function nameOf(destination: string): string | undefined {
  return DESTINATION.exec(destination)?.[1];
}

/** Whether there are no patterns, which need not be any, and no names that may be taken. */
function isPlain({ destinations, mappings = [] }: Config): boolean {
  const isOwn = (destination: string) => /^\{[a-z_]\w*\}$/i.test(destination);
  return destinations.every(isOwn) && mappings.every((mapping) => !mapping.input_regexp);
}

interface Fault {
  readonly at: Path;
  readonly message: string;
}

/** What a schema cannot say. */
function faultsIn({ destinations, mappings = [], defaults = [] }: Config): Fault[] {
  const faults: Fault[] = [];
  const count = destinations.length;
  for (const [i, destination] of destinations.entries()) {
    if (nameOf(destination) !== undefined) continue;
    const message = "must be a placeholder and nothing else, as {my_value} is";
    faults.push({ at: ["destinations", String(i)], message });
  }
  if (defaults.length > 0 && defaults.length !== count) {
    faults.push({ at: ["defaults"], message: `must be ${count}, one for each destination` });
  }
  const seen = new Set<string>();
  for (const [i, { input = "", input_regexp = "", outputs }] of mappings.entries()) {
    const at = ["mappings", String(i)];
    const key = input_regexp === "" ? `=${input}` : `~${input_regexp}`;
    if (input !== "" && input_regexp !== "") {
      faults.push({ at, message: "has both input and input_regexp: keep one of them" });
    } else if (seen.has(key)) {
      faults.push({ at, message: `"${key.slice(1)}" is mapped before` });
    }
    seen.add(key);
    if (outputs.length === count) continue;
    faults.push({ at: [...at, "outputs"], message: `must be ${count}, one for each destination` });
  }
  return faults;
}

/** A table for each destination, by its name; of two that are the same the first counts. */
function compileTables(config: Config, context: Context): ReadonlyMap<string, MapTable> {
  const { source = "", destinations, mappings = [], defaults = [] } = config;
  const input = compileTemplate(source, context, "empty");
  const template = (text: string) => compileTemplate(text, context, "empty");
  const tables = destinations.map((_, i) => {
    const otherwise = defaults[i];
    return new MapTable(input, otherwise === undefined ? undefined : template(otherwise));
  });
  const tasks = mappings.map(({ input: literal = "", input_regexp, outputs }, i) => () => {
    const at = ["mappings", String(i), "input_regexp"];
    const pattern = input_regexp ? compilePattern(input_regexp, context, at) : undefined;
    for (const [k, output] of outputs.entries()) {
      if (output === null) continue;
      if (pattern) tables[k]?.addPattern(pattern, textOf(output));
      else tables[k]?.addLiteral(literal, template(textOf(output)));
    }
  });
  context.all(tasks);
  const named = new Map<string, MapTable>();
  for (const [i, destination] of destinations.entries()) {
    const name = nameOf(destination) as string;
    if (!named.has(name)) named.set(name, tables[i] as MapTable);
    checkReadable(name, ["destinations", String(i)], context);
  }
  return named;
}

/** Names that no text can hold are refused; those that mean something else already are as in Caddy. */
function checkReadable(name: string, at: Path, context: Context): void {
  const reader = readerOf(name, context);
  if (reader === "nobody") {
    context.fail(at, `{${name}} can be no placeholder`, "begin its name with a letter");
  }
  if (reader !== "itself") return;
  const message = "this placeholder has a value of its own, which map does not change";
  context.log.warn(message, { placeholder: `{${name}}` });
}
