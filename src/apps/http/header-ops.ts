// Operations on header fields: add, set, delete, replace. The `headers` handler and the proxy share
// them. Whatever a config or a request puts into a name or value, what is left on the message is
// fit to be sent.

import type { Path } from "../../document/index.js";
import { MapOf, type Static, Type } from "../../schema/index.js";
import type { Exchange } from "./exchange.js";
import { decodeField, encodeField, isToken } from "./field-text.js";
import type { HeaderMap } from "./headers.js";
import { compileTemplate, type Template } from "./placeholders.js";
import { type Compiling, compileReplacement, Replacement, type Rewriter } from "./replacement.js";

/** Header fields in a config: each name with its values. */
export const FieldMap = (description: string) => MapOf(Type.Array(Type.String()), description);

/** The fields of header operations, for schemas that add to them. */
export const headerOpsFields = {
  add: Type.Optional(FieldMap("Fields to add, beside those of the same name that are there.")),
  set: Type.Optional(FieldMap("Fields to set, in place of those of the same name.")),
  delete: Type.Optional(
    Type.Array(Type.String(), {
      description:
        "Names of fields to delete; `X-*`, `*-Id` and `*-Id-*` stand for many, `*` for all.",
    }),
  ),
  replace: Type.Optional(
    MapOf(
      Type.Array(Replacement),
      "Replacements in the values of fields, by name; `*` is every field.",
    ),
  ),
};

/** Operations on the header fields of one message. */
export const HeaderOps = Type.Object(headerOpsFields, {
  additionalProperties: false,
  description: "Changes to header fields: deletions of all, then add, set, delete, replace.",
});

/** Compiled operations. */
export interface HeaderOperations {
  /** Change the fields of a message. */
  apply(headers: HeaderMap, exchange: Exchange): void;
  /** Change the fields of a request, whose Host stands apart. Returns the host, changed or not. */
  applyToRequest(headers: HeaderMap, host: string, exchange: Exchange): string;
}

/** One change. */
type Step = (headers: HeaderMap, exchange: Exchange) => void;

/** A change, and whether Host may be among the fields that it touches. */
interface Operation {
  readonly step: Step;
  readonly onHost: boolean;
}

/** Compile operations; `at` is their place in the module's node. */
export function compileHeaderOps(
  config: Static<typeof HeaderOps>,
  context: Compiling,
  at: Path,
): HeaderOperations {
  const deleted = (config.delete ?? []).map((name) => compileTemplate(name, context, "keep"));
  const operations = [
    ...deleted.map(clearing),
    ...Object.entries(config.add ?? {}).map(([name, values]) =>
      adding(compileField(name, values, context, "keep", [...at, "add"])),
    ),
    ...Object.entries(config.set ?? {}).map(([name, values]) =>
      setting(compileField(name, values, context, "keep", [...at, "set"])),
    ),
    ...deleted.map(deleting),
    ...Object.entries(config.replace ?? {}).map(([name, list]) =>
      replacing(compileTemplate(name, context, "keep"), rewriters(name, list, context, at)),
    ),
  ].filter((operation) => operation !== undefined);

  return operating(
    operations.map((operation) => operation.step),
    operations.some((operation) => operation.onHost),
  );
}

/** Whether compiling operations cannot fail, as far as that shows at a glance. */
export function canBeWritten(config: Static<typeof HeaderOps> | undefined): boolean {
  const { add = {}, set = {}, replace } = config ?? {};
  return replace === undefined && areNames(add) && areNames(set);
}

/** Whether all keys are names of fields, of which no request makes something else. */
export function areNames(fields: Readonly<Record<string, unknown>>): boolean {
  for (const name of Object.keys(fields)) if (!isToken(name)) return false;
  return true;
}

function operating(steps: readonly Step[], onHost: boolean): HeaderOperations {
  const apply: Step = (headers, exchange) => {
    for (const step of steps) step(headers, exchange);
  };
  return {
    apply,
    applyToRequest(headers, host, exchange) {
      if (!onHost) {
        apply(headers, exchange);
        return host;
      }
      headers.set("Host", host);
      apply(headers, exchange);
      const changed = headers.values("Host").at(-1) ?? "";
      headers.delete("Host");
      return changed;
    },
  };
}

/** A field of a config, ready to be sent. */
export interface CompiledField {
  /** The name in lower case; undefined when a request decides on it. */
  readonly fixedName: string | undefined;
  /** The name; undefined when the request made it something that cannot be one. */
  name(exchange: Exchange): string | undefined;
  values(exchange: Exchange): readonly string[];
}

/** Compile a field that is to be written. Fails for a name that cannot be sent. */
export function compileField(
  name: string,
  values: readonly string[],
  context: Compiling,
  unknown: "keep" | "empty",
  at: Path,
): CompiledField {
  const { constant, fill } = compileTemplate(name, context, unknown);
  if (constant !== undefined && !isToken(constant)) {
    context.fail([...at, name], `${JSON.stringify(constant)} cannot be the name of a header field`);
  }
  return {
    fixedName: constant?.toLowerCase(),
    name: constant === undefined ? (exchange) => tokenOrNone(fill(exchange)) : () => constant,
    values: compileValues(values, context, unknown),
  };
}

function compileValues(
  values: readonly string[],
  context: Compiling,
  unknown: "keep" | "empty",
): (exchange: Exchange) => readonly string[] {
  return filling(values.map((value) => compileTemplate(value, context, unknown)));
}

function filling(templates: readonly Template[]): (exchange: Exchange) => readonly string[] {
  if (templates.every((template) => template.constant !== undefined)) {
    const constants = templates.map((template) => encodeField(template.constant ?? ""));
    return () => constants;
  }
  return (exchange) => templates.map((template) => encodeField(template.fill(exchange)));
}

function tokenOrNone(name: string): string | undefined {
  return isToken(name) ? name : undefined;
}

function adding(field: CompiledField): Operation {
  return writing(field, (headers, name, values) => {
    for (const value of values) headers.add(name, value);
  });
}

/** Several values become one, with commas between them. */
function setting(field: CompiledField): Operation {
  return writing(field, (headers, name, values) => headers.set(name, values.join(",")));
}

function writing(
  field: CompiledField,
  write: (headers: HeaderMap, name: string, values: readonly string[]) => void,
): Operation {
  return {
    onHost: (field.fixedName ?? "host") === "host",
    step(headers, exchange) {
      const name = field.name(exchange);
      if (name !== undefined) write(headers, name, field.values(exchange));
    },
  };
}

/** `*` is done before all else: what is added must not be deleted with the rest. */
function clearing({ constant, fill }: Template): Operation | undefined {
  if (constant !== undefined && constant !== "*") return undefined;
  return {
    onHost: true,
    step(headers, exchange) {
      if (fill(exchange) !== "*") return;
      for (const name of headers.names()) headers.delete(name);
    },
  };
}

function deleting({ constant, fill }: Template): Operation | undefined {
  if (constant === "*") return undefined;
  if (constant === undefined) {
    return { onHost: true, step: (headers, exchange) => deleteMatching(headers, fill(exchange)) };
  }
  return {
    onHost: nameMatches("host", constant.toLowerCase()),
    step: constant.includes("*")
      ? (headers) => deleteMatching(headers, constant)
      : (headers) => headers.delete(constant),
  };
}

function deleteMatching(headers: HeaderMap, pattern: string): void {
  const lowered = pattern.toLowerCase();
  if (lowered === "*") return;
  for (const name of headers.names()) {
    if (nameMatches(name.toLowerCase(), lowered)) headers.delete(name);
  }
}

/** A star counts at the start and at the end of a pattern only. */
function nameMatches(name: string, pattern: string): boolean {
  const [starts, ends] = [pattern.startsWith("*"), pattern.endsWith("*")];
  if (starts && ends) return name.includes(pattern.slice(1, -1));
  if (starts) return name.endsWith(pattern.slice(1));
  return ends ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

function rewriters(
  name: string,
  list: readonly Static<typeof Replacement>[],
  context: Compiling,
  at: Path,
): readonly ((exchange: Exchange) => Rewriter)[] {
  return list.map((replacement, i) =>
    compileReplacement(replacement, context, [...at, "replace", name, String(i)]),
  );
}

function replacing(
  { constant, fill }: Template,
  list: readonly ((exchange: Exchange) => Rewriter)[],
): Operation {
  return {
    onHost: constant === undefined || constant === "*" || constant.toLowerCase() === "host",
    step(headers, exchange) {
      const field = fill(exchange);
      const names = field === "*" ? headers.names() : headers.has(field) ? [field] : [];
      if (names.length === 0) return;
      const changes = list.map((change) => change(exchange));
      for (const name of names) {
        headers.set(
          name,
          headers.values(name).map((value) => rewritten(value, changes)),
        );
      }
    },
  };
}

function rewritten(value: string, changes: readonly Rewriter[]): string {
  return encodeField(changes.reduce((text, change) => change(text), decodeField(value)));
}
