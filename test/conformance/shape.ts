// Module schemas as plain data: a walk over every place in one, and configs made from one.

import type { Json, Path } from "../../src/document/index.js";
import type { Registry } from "../../src/engine/index.js";

/** A schema, as far as modules use JSON Schema. */
export interface Shape {
  readonly type?: string;
  readonly description?: string;
  readonly examples?: readonly Json[];
  readonly const?: Json;
  readonly enum?: readonly Json[];
  readonly format?: string;
  readonly minimum?: number;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly patternProperties?: Readonly<Record<string, Shape>>;
  readonly additionalProperties?: boolean | Shape;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly "x-module"?: { readonly namespace: string; readonly key?: string };
  readonly "x-part"?: boolean;
}

/** A place in a schema: the shape, the path of values that it describes, and what it is. */
export interface Place {
  readonly shape: Shape;
  readonly at: string;
  readonly kind: "root" | "field" | "item" | "value" | "branch";
}

/** Every place in a schema, the schema itself included. */
export function* places(shape: Shape, at = "", kind: Place["kind"] = "root"): Iterable<Place> {
  yield { shape, at, kind };
  for (const [name, field] of Object.entries(shape.properties ?? {})) {
    yield* places(field, `${at}/${name}`, "field");
  }
  if (shape.items) yield* places(shape.items, `${at}/0`, "item");
  const value = mapValue(shape);
  if (value) yield* places(value, `${at}/*`, "value");
  for (const branch of shape.anyOf ?? []) yield* places(branch, at, "branch");
}

/** The shape of a map's values; undefined for what is no map. */
export function mapValue(shape: Shape): Shape | undefined {
  const [pattern] = Object.values(shape.patternProperties ?? {});
  if (pattern) return pattern;
  return typeof shape.additionalProperties === "object" ? shape.additionalProperties : undefined;
}

/** Makes configs that a schema allows. `all` fills every optional field, otherwise none. */
export class Sampler {
  constructor(private readonly registry: Registry) {}

  sample(shape: Shape, all: boolean): Json {
    if (shape.examples?.[0] !== undefined) return shape.examples[0];
    if (shape.const !== undefined) return shape.const;
    if (shape.enum?.[0] !== undefined) return shape.enum[0];
    if (shape["x-module"]) return this.child(shape["x-module"]);
    if (shape["x-part"]) return {};
    if (shape.format === "duration") return "5s";
    if (shape.anyOf) return this.sample(preferred(shape.anyOf), all);
    return this.ofType(shape, all);
  }

  /** The full sample's fields one at a time, each beside what is required. */
  *singles(shape: Shape): Iterable<Json> {
    const least = this.sample(shape, false);
    for (const [name, field] of Object.entries(shape.properties ?? {})) {
      yield { ...(least as object), [name]: this.sample(field, true) };
    }
  }

  private ofType(shape: Shape, all: boolean): Json {
    switch (shape.type) {
      case "object":
        return this.object(shape, all);
      case "array":
        return shape.items ? [this.sample(shape.items, all)] : [];
      case "integer":
      case "number":
        return shape.minimum ?? 1;
      case "boolean":
        return true;
      case "null":
        return null;
      default:
        return "sample";
    }
  }

  private object(shape: Shape, all: boolean): Json {
    const value = mapValue(shape);
    if (value) return { sample: this.sample(value, all) };
    const wanted = Object.entries(shape.properties ?? {}).filter(
      ([name]) => all || shape.required?.includes(name),
    );
    return Object.fromEntries(wanted.map(([name, field]) => [name, this.sample(field, all)]));
  }

  /** A child module with nothing but what it requires: of its namespace the first, if it can be a leaf. */
  private child({ namespace, key }: NonNullable<Shape["x-module"]>): Json {
    const names = this.registry.names(namespace);
    const leaf = names.find((name) => {
      const schema = this.registry.get(`${namespace}.${name}`)?.schema as Shape;
      return ![...places(schema)].some(({ shape }) => shape["x-module"] || shape["x-part"]);
    });
    const name = leaf ?? names[0] ?? "";
    const schema = this.registry.get(`${namespace}.${name}`)?.schema as Shape;
    const config = this.sample(schema, false);
    return key === undefined ? { [name]: config } : { [key]: name, ...(config as object) };
  }
}

/** The branch of a union that says most: an object, else what comes first and is not null. */
function preferred(branches: readonly Shape[]): Shape {
  const useful = branches.filter((branch) => branch.type !== "null");
  return useful.find((branch) => branch.type === "object") ?? (useful[0] as Shape);
}

/** The same config with an `@id` in every object of its own, and null in every field left out. */
export function decorated(node: Json, shape: Shape, ids = { next: 0 }): Json {
  if (shape["x-module"]?.key !== undefined || shape["x-part"]) return node;
  if (Array.isArray(node)) {
    const items = itemsOf(shape);
    return items ? node.map((item) => decorated(item as Json, items, ids)) : node;
  }
  if (typeof node !== "object" || node === null) return node;
  const object = objectOf(shape);
  if (object === undefined) return node;
  return { "@id": `sample-${ids.next++}`, ...nulls(object), ...inside(node, object, ids) };
}

function inside(node: object, object: Shape, ids: { next: number }): object {
  const others = mapValue(object);
  const entries = Object.entries(node as Readonly<Record<string, Json>>).map(([name, value]) => {
    const field = object.properties?.[name] ?? others;
    return [name, field ? decorated(value, field, ids) : value];
  });
  return Object.fromEntries(entries);
}

function nulls(object: Shape): object {
  const optional = Object.keys(object.properties ?? {}).filter(
    (name) => !object.required?.includes(name),
  );
  return Object.fromEntries(optional.map((name) => [name, null]));
}

function itemsOf(shape: Shape): Shape | undefined {
  return shape.items ?? shape.anyOf?.find((branch) => branch.type === "array")?.items;
}

function objectOf(shape: Shape): Shape | undefined {
  if (shape.type === "object") return shape;
  return shape.anyOf?.find((branch) => branch.type === "object");
}

/** A config with a field too many, and where that stands. */
export interface Misspelled {
  readonly config: Json;
  readonly path: Path;
  /** The known field whose name is nearly the same. */
  readonly meant: string | undefined;
}

/** The same config with one unknown field, for each closed object in it. */
export function* misspelled(node: Json, shape: Shape): Iterable<Misspelled> {
  if (shape["x-module"] || shape["x-part"] || typeof node !== "object" || node === null) return;
  const object = Array.isArray(node) ? itemsOf(shape) : objectOf(shape);
  if (object === undefined) return;
  if (!Array.isArray(node) && mapValue(object) === undefined) yield oneTooMany(node, object);
  for (const [name, value] of Object.entries(node as Readonly<Record<string, Json>>)) {
    const below = Array.isArray(node) ? object : (object.properties?.[name] ?? mapValue(object));
    for (const inner of misspelled(value, below ?? {})) {
      const config = withChild(node, name, inner.config);
      yield { ...inner, config, path: [name, ...inner.path] };
    }
  }
}

function oneTooMany(node: Json, object: Shape): Misspelled {
  const [meant] = Object.keys(object.properties ?? {});
  const name = meant === undefined ? "unheard_of" : `${meant}q`;
  return { config: withChild(node, name, 1), path: [name], meant };
}

function withChild(node: Json, name: string, child: Json): Json {
  if (Array.isArray(node))
    return node.map((item, i) => (String(i) === name ? child : item)) as Json;
  return { ...(node as object), [name]: child };
}
