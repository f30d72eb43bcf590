// YAML nodes to a frozen document. Aliases share the value of their anchor, merge keys are carried
// out, and what JSON cannot hold is refused where it stands.

import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Scalar,
  type YAMLMap,
} from "yaml";
import {
  frozenArray,
  isArray,
  isContainer,
  isObject,
  type Json,
  type JsonObject,
  MAX_DEPTH,
  ownText,
  setKey,
} from "../../src/document/index.js";
import { type Composed, errorAt, offsetOf } from "./compose.js";

/**
 * How much text all aliases together may stand for (characters). In memory an alias costs nothing,
 * but a document is written out and hashed in full: nine lines of nested aliases could fill a disk.
 */
const MAX_ALIASED = 32 * 1024 * 1024;

/** A converted document, and which node each alias stands for. */
export interface Converted {
  readonly value: Json;
  readonly targets: ReadonlyMap<Alias, Node>;
}

/** Convert a whole text. Throws `ParseError` at the node that does not fit. */
export function convert(composed: Composed): Converted {
  const { contents } = composed.document;
  if (contents === null) throw errorAt(composed, 0, "holds no document, only comments or nothing");
  const conversion = new Conversion(composed);
  return { value: conversion.node(contents, 0), targets: conversion.targets };
}

/** Whether a key is an unquoted `<<`: the values below it are merged into the map it stands in. */
export function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.value === "<<" && key.type === "PLAIN";
}

/** One pass over the nodes, in the order of the text, as an alias means the last anchor before it. */
class Conversion {
  readonly targets = new Map<Alias, Node>();
  readonly #anchors = new Map<string, { readonly node: Node; readonly value: Json }>();
  readonly #composed: Composed;
  #aliased = 0;

  constructor(composed: Composed) {
    this.#composed = composed;
  }

  node(node: Node | null, depth: number): Json {
    if (node === null) return null;
    if (isAlias(node)) return this.#alias(node, depth);
    if (depth >= MAX_DEPTH && !isScalar(node)) throw this.#error(node, TOO_DEEP);
    const value = this.#plain(node, depth);
    const { anchor } = node as { anchor?: string };
    if (anchor !== undefined) this.#anchors.set(anchor, { node, value });
    return value;
  }

  #plain(node: Node, depth: number): Json {
    if (isMap(node)) return this.#map(node, depth);
    if (isSeq(node)) {
      return frozenArray(node.items.map((item) => this.node(item as Node | null, depth + 1)));
    }
    return this.#scalar(node as Scalar);
  }

  #scalar(node: Scalar): Json {
    const { value } = node;
    if (typeof value === "string") return ownText(value);
    if (value === null || typeof value === "boolean") return value;
    if (typeof value === "number" && Number.isFinite(value)) return value;
    throw this.#error(node, `${node.source ?? String(value)} is not a number that JSON can hold`);
  }

  #map(node: YAMLMap, depth: number): JsonObject {
    const result: Record<string, Json> = {};
    const written = new Set<string>();
    for (const { key, value } of node.items as { key: Node; value: Node | null }[]) {
      if (isMergeKey(key)) {
        this.#merge(result, value, depth, key);
        continue;
      }
      const name = this.#key(key);
      if (written.has(name)) throw this.#error(key, `the key "${name}" is here twice`);
      written.add(name);
      setKey(result, name, this.node(value, depth + 1));
    }
    return Object.freeze(result);
  }

  /** `<<`: a map, or a list of maps of which the first one wins. Keys that are written out win over all. */
  #merge(result: Record<string, Json>, value: Node | null, depth: number, key: Node): void {
    const merged = this.node(value, depth);
    for (const source of isArray(merged) ? merged : [merged]) {
      if (!isObject(source)) throw this.#error(key, "<< takes a map, or a list of maps");
      for (const name of Object.keys(source)) {
        if (!Object.hasOwn(result, name)) setKey(result, name, source[name] as Json);
      }
    }
  }

  #key(key: Node): string {
    const name = isScalar(key) ? key.value : null;
    if (typeof name === "string") return name;
    if (typeof name === "number" || typeof name === "boolean") return String(name);
    throw this.#error(key, "a key must be a text, as in JSON");
  }

  #alias(alias: Alias, depth: number): Json {
    const anchor = this.#anchors.get(alias.source);
    if (anchor === undefined) {
      throw this.#error(alias, `*${alias.source} stands for no value that ends before it`);
    }
    this.targets.set(alias, anchor.node);
    this.#measure(anchor.value, depth, alias);
    return anchor.value;
  }

  /** Count what an alias stands for, written out in full. */
  #measure(value: Json, depth: number, alias: Alias): void {
    this.#aliased += typeof value === "string" ? value.length + 1 : 1;
    if (this.#aliased > MAX_ALIASED) {
      throw this.#error(alias, "the aliases stand for too much text: more than 32 MB in all");
    }
    if (!isContainer(value)) return;
    if (depth >= MAX_DEPTH) throw this.#error(alias, TOO_DEEP);
    if (isArray(value)) {
      for (const item of value) this.#measure(item, depth + 1, alias);
      return;
    }
    for (const key of Object.keys(value)) {
      this.#aliased += key.length;
      this.#measure((value as JsonObject)[key] as Json, depth + 1, alias);
    }
  }

  #error(node: Node, reason: string) {
    return errorAt(this.#composed, offsetOf(node), reason);
  }
}

const TOO_DEEP = `is nested deeper than ${MAX_DEPTH} levels`;
