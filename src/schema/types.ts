// The words that module schemas are written in: TypeBox, and the few shapes that configs share.

import { type Static, type TSchema, Type } from "typebox";
import type { Json, JsonObject } from "../document/index.js";

export type { TSchema } from "typebox";
export { type Static, Type };

/** A length of time: `"5s"`, `"1h30m"`, `"250ms"`, or a number of nanoseconds, as in Caddy. Read it with `durationMs`. */
export const Duration = (description: string) =>
  Type.Union([Type.String(), Type.Integer()], { description, format: "duration" });

/** A number that may be written as a text, or as a placeholder, as Caddy's `WeakString`. */
export const WeakString = (description: string, ...examples: (string | number)[]) =>
  Type.Union([Type.String(), Type.Number()], { description, ...(examples[0] && { examples }) });

/** An object whose values all have one shape. (`Type.Record` misses keys with a line break.) */
export const MapOf = <S extends TSchema>(value: S, description: string) =>
  Type.Unsafe<Readonly<Record<string, Static<S>>>>({
    type: "object",
    additionalProperties: value,
    description,
  });

/** One child module that names itself by a key: `{"handler": "headers", …}`. */
export const InlineModule = (namespace: string, key: string, description: string) =>
  Type.Unsafe<JsonObject>({
    type: "object",
    description,
    "x-module": { namespace, key },
  });

/** Child modules by name: `{"host": […], "path": […]}`. */
export const ModuleMap = (namespace: string, description: string) =>
  Type.Unsafe<JsonObject>({ type: "object", description, "x-module": { namespace } });

/** A part with a schema and a life of its own, opaque to the module it stands in. */
export const PartSlot = (description: string) => Type.Unsafe<Json>({ description, "x-part": true });

/** Any JSON value. */
export const AnyJson = (description: string) => Type.Unsafe<Json>({ description });
