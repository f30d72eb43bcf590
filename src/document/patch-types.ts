// The operations of a JSON Patch (RFC 6902).

import type { Json } from "./json.js";

/** One operation of a JSON Patch; paths are JSON Pointers. */
export type Operation =
  | { readonly op: "add" | "replace" | "test"; readonly path: string; readonly value: Json }
  | { readonly op: "remove"; readonly path: string }
  | { readonly op: "move" | "copy"; readonly from: string; readonly path: string };
