// Random documents and random edits of them. Keys are drawn from few, among them those that a
// careless program confuses with what every JavaScript object has.

import fc from "fast-check";
import {
  append,
  appendAll,
  freeze,
  insert,
  isArray,
  isContainer,
  type Json,
  type Path,
  remove,
  replace,
} from "../../src/document/index.js";

export const ODD_KEYS = ["__proto__", "constructor", "toString", "", "a/b", "~", "%2F", "10", "9"];
export const key = fc.oneof(fc.constantFrom("a", "b", "c", "d"), fc.constantFrom(...ODD_KEYS));
export const scalar = fc.oneof(
  fc.constantFrom<Json>(null, true, false, 0, 1, -1.5, 1e21, "", "x", "é", "\ud800", '"\\\n'),
  fc.integer(),
  fc.string({ maxLength: 4 }),
);

/** A value that may hold others, built from these keys. */
function valueWith(keys: fc.Arbitrary<string>): fc.Arbitrary<Json> {
  return fc.letrec<{ value: Json; array: Json; object: Json }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      scalar,
      tie("array"),
      tie("object"),
    ),
    array: fc.array(tie("value"), { maxLength: 5 }).map(freeze),
    object: fc
      .uniqueArray(fc.tuple(keys, tie("value")), { selector: ([name]) => name, maxLength: 5 })
      .map((entries) => freeze(Object.fromEntries(entries))),
  })).value;
}

/** Any value. */
export const value = valueWith(key);
/** A value whose keys trouble nobody. */
export const tameValue = valueWith(fc.constantFrom("a", "b", "c", "d"));

/** Choices by which a path is walked into a document: it follows children, or leaves them. */
export const walk = fc.array(fc.nat(11), { maxLength: 4 });

/** The path that these choices lead to; most of it exists, its last step may not. */
export function pathFrom(root: Json, choices: readonly number[]): Path {
  const path: string[] = [];
  let node: Json | undefined = root;
  for (const choice of choices) {
    const steps: string[] = isContainer(node) ? Object.keys(node) : [];
    const step: string = steps[choice] ?? bogusStep(node, choice);
    path.push(step);
    node = isContainer(node) && Object.hasOwn(node, step) ? (node as never)[step] : undefined;
  }
  return path;
}

function bogusStep(node: Json | undefined, choice: number): string {
  if (isArray(node)) return ["0", String(node.length), "-1", "01", "length", "99"][choice % 6]!;
  return ["toString", "__proto__", "new", "0", ""][choice % 5]!;
}

/** The document's content as text, made without the code under test: key order does not show. */
export function contentOf(node: Json): string {
  return JSON.stringify(plain(node));
}

function plain(node: Json): unknown {
  if (isArray(node)) return ["array", ...node.map(plain)];
  if (!isContainer(node)) return node;
  const entries = Object.entries(node).map(([name, child]) => [name, plain(child)] as const);
  return ["object", ...entries.sort(([a], [b]) => (a < b ? -1 : 1))];
}

/** A copy that shares nothing, as a client would send it. */
export function reparsed<T extends Json>(node: T): T {
  return freeze(JSON.parse(JSON.stringify(node))) as T;
}

/** An edit that succeeds on any document, from random choices. */
export interface RandomEdit {
  readonly kind: "append" | "appendAll" | "insert" | "replace" | "remove" | "move";
  readonly choices: readonly number[];
  readonly to: readonly number[];
  readonly value: Json;
}

/** Random edits, to be made one after the other by `edited`. */
export function edits(values: fc.Arbitrary<Json> = value): fc.Arbitrary<RandomEdit> {
  return fc.record({
    kind: fc.constantFrom(
      ...(["append", "appendAll", "insert", "replace", "remove", "move"] as const),
    ),
    choices: walk,
    to: walk,
    value: values,
  });
}

/** The document after an edit, or the same one where the edit does not fit. */
export function edited(root: Json, { kind, choices, to, value }: RandomEdit): Json {
  const path = pathFrom(root, choices);
  try {
    switch (kind) {
      case "append":
        return append(root, path, value);
      case "appendAll":
        return appendAll(root, path, [value, value]);
      case "insert":
        return insert(root, path, value);
      case "replace":
        return replace(root, path, value);
      case "remove":
        return remove(root, path);
      case "move": {
        const without = remove(root, path);
        let moved: Json = root;
        for (const step of path) moved = (moved as never)[step] as Json;
        return insert(without, pathFrom(without, to), moved);
      }
    }
  } catch {
    return root;
  }
}
