// What a module gets to see of its node: without `@id`s, which are metadata, and without optional
// fields that are null, which mean the same as absent ones. Nodes of child modules stay untouched,
// since their identity decides what is provisioned anew.

import type { TSchema } from "typebox";
import { isArray, isObject, type Json, type JsonObject, setKey } from "../document/index.js";

/** Returns the node itself when there is nothing to leave out. */
export type Prepare = (node: Json) => Json;

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
  return ofShape(schema as Shape);
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
  return (node) => {
    if (!isObject(node)) return node;
    let changed = false;
    const made: Record<string, Json> = {};
    for (const key of Object.keys(node)) {
      const value = node[key] as Json;
      const dropped = key === "@id" || (value === null && !isMap && !required.has(key));
      const prepared = dropped ? value : (fields.get(key) ?? other)(value);
      if (dropped || prepared !== value) changed = true;
      if (!dropped) setKey(made, key, prepared);
    }
    return changed ? made : node;
  };
}

function withoutId(node: Json): Json {
  if (!isObject(node) || !Object.hasOwn(node, "@id")) return node;
  const { "@id": _, ...rest } = node as JsonObject;
  return rest;
}
