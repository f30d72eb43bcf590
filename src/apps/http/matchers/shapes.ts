// The shapes that the configs of several matchers share.

import { type Static, type TSchema, Type } from "../../../schema/index.js";

/** An object whose values all have one shape. Any text may be a key, line breaks too. */
export const MapOf = <S extends TSchema>(value: S, description: string) =>
  Type.Unsafe<Readonly<Record<string, Static<S>>>>({
    type: "object",
    additionalProperties: value,
    description,
  });
