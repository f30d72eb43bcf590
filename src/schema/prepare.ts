// What a module gets to see of its node: without `@id`s, which are metadata, and without optional
// fields that are null, which mean the same as absent ones. Nodes of child modules stay untouched,
// since their identity decides what is provisioned anew.

import type { TSchema } from "typebox";
import {
  isArray,
  isObject,
  type Json,
  type JsonObject,
  setKey,
  withoutKey,
} from "../document/index.js";

/**
 * Returns the node itself when there is nothing to leave out. `naming` is the key that names the
 * module, which is no field of its own.
 */
export type Prepare = (node: Json, naming?: string) => Json;

const asIs: Prepare = (node) => node;

/** A schema as plain data, for walking. */
interface Shape {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly patternProperties?: Readonly<Record<string, Shape>>;
  readonly additionalProperties?: boolean | Shape;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly "x-module"?: { readonly key?: string };
  readonly "x-part"?: boolean;
}

/** Compile the preparation of nodes of one schema. */
export function compilePrepare(schema: TSchema): Prepare {
  const shape = schema as Shape;
  const prepare = ofShape(shape);
  if (shape.type === "object") return prepare;
  return (node, naming) =>
    prepare(naming !== undefined && isObject(node) ? withoutKey(node, naming) : node);
}

function ofShape(shape: Shape): Prepare {
  if (shape["x-part"]) return asIs;
  if (shape["x-module"]) return shape["x-module"].key === undefined ? withoutId : asIs;
  if (shape.anyOf) return ofUnion(shape.anyOf);
  if (shape.type === "array") return ofArray(shape.items);
  if (shape.type === "object") return ofObject(shape);
  return asIs;
}

/** A union's object branches are told apart by the check; a value gets the first that may fit. */
function ofUnion(branches: readonly Shape[]): Prepare {
  const object = branches.find((branch) => branch.type === "object");
  const array = branches.find((branch) => branch.type === "array");
  const ofObjects = object ? ofShape(object) : asIs;
  const ofArrays = array ? ofShape(array) : asIs;
  return (node) => (isArray(node) ? ofArrays(node) : isObject(node) ? ofObjects(node) : node);
}

function ofArray(items: Shape | undefined): Prepare {
  const each = items ? ofShape(items) : asIs;
  if (each === asIs) return asIs;
  return (node) => {
    if (!isArray(node)) return node;
    let made: Json[] | undefined;
    for (let i = 0; i < node.length; i++) {
      const prepared = each(node[i] as Json);
      if (prepared === node[i]) continue;
      made ??= [...node];
      made[i] = prepared;
    }
    return made ?? node;
  };
}

function ofObject(shape: Shape): Prepare {
  const fields = new Map<string, Prepare>();
  for (const [key, field] of Object.entries(shape.properties ?? {}))
    fields.set(key, ofShape(field));
  const required = new Set(shape.required);
  const [pattern] = Object.values(shape.patternProperties ?? {});
  const others =
    pattern ?? (typeof shape.additionalProperties === "object" ? shape.additionalProperties : {});
  const other = ofShape(others);
  const isMap = fields.size === 0;
  const seen = (key: string, value: Json): Json | undefined => {
    if (key === "@id") return undefined;
    if (value === null && !isMap && !required.has(key)) return undefined;
    return (fields.get(key) ?? other)(value);
  };
  return (node, naming) => {
    if (!isObject(node)) return node;
    const keys = Object.keys(node);
    let same = 0;
    while (same < keys.length) {
      const key = keys[same] as string;
      const value = node[key] as Json;
      if (key === naming || seen(key, value) !== value) break;
      same++;
    }
    if (same === keys.length) return node;
    const made: Record<string, Json> = {};
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as string;
      const value = node[key] as Json;
      const prepared = i < same ? value : key === naming ? undefined : seen(key, value);
      if (prepared !== undefined) setKey(made, key, prepared);
    }
    return made;
  };
}

function withoutId(node: Json): Json {
  if (!isObject(node) || !Object.hasOwn(node, "@id")) return node;
  const { "@id": _, ...rest } = node as JsonObject;
  return rest;
}
