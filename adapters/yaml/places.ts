// From a path of the document back to the text. Walks the YAML nodes that `compose` made, so it costs
// nothing until somebody asks.

import { type Alias, isAlias, isMap, isScalar, isSeq, type Node } from "yaml";
import type { Path, Place } from "../../src/document/index.js";
import { toIndex } from "../../src/document/index.js";
import { type Composed, offsetOf, placeAt } from "./compose.js";
import { isMergeKey } from "./convert.js";

/** Aliases, and what they stand for. */
type Targets = ReadonlyMap<Alias, Node>;

/** A node, and where a reader would look for it: the key, or the element itself. */
interface Spot {
  readonly node: Node | undefined;
  readonly offset: number;
}

/** Where the value at `path` was written; for one that was not, where its nearest parent was. */
export function placeOfPath(composed: Composed, targets: Targets, path: Path): Place {
  const { contents } = composed.document;
  let spot: Spot = { node: contents ?? undefined, offset: offsetOf(contents) };
  for (const step of path) {
    const child = childSpot(resolve(spot.node, targets), step, targets);
    if (child === undefined) break;
    spot = child;
  }
  return placeAt(composed, spot.offset);
}

function childSpot(node: Node | undefined, step: string, targets: Targets): Spot | undefined {
  if (isSeq(node)) {
    const item = node.items[toIndex(step) ?? -1] as Node | null | undefined;
    return item ? { node: item, offset: offsetOf(item) } : undefined;
  }
  if (!isMap(node)) return undefined;
  const pairs = node.items as { key: Node; value: Node | null }[];
  const pair = pairs.find(
    ({ key }) => !isMergeKey(key) && isScalar(key) && String(key.value) === step,
  );
  if (pair !== undefined) return { node: pair.value ?? undefined, offset: offsetOf(pair.key) };

  for (const { key, value } of pairs) {
    const found = isMergeKey(key) ? mergedSpot(value ?? undefined, step, targets) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function mergedSpot(value: Node | undefined, step: string, targets: Targets): Spot | undefined {
  const source = resolve(value, targets);
  if (!isSeq(source)) return childSpot(source, step, targets);
  for (const item of source.items as Node[]) {
    const found = childSpot(resolve(item, targets), step, targets);
    if (found !== undefined) return found;
  }
  return undefined;
}

function resolve(node: Node | undefined, targets: Targets): Node | undefined {
  return isAlias(node) ? resolve(targets.get(node), targets) : node;
}
