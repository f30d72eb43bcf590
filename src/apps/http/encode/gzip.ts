// `gzip`: what every client understands.

import { constants, createGzip, gzipSync, type ZlibOptions } from "node:zlib";
import { defineModule } from "../../../engine/index.js";
import { Type } from "../../../schema/index.js";
import type { BodyFilter } from "../body.js";
import { compressing, ENCODERS, type Encoder } from "./encoder.js";

/** What saves as much as Caddy's own usual level, 5, in as much time. */
const USUAL_LEVEL = 4;
/** Levels below 0, as Caddy has them: the usual one, no search for repetitions, no memory. */
const DEFAULT = -1;
const HUFFMAN_ONLY = -2;
const STATELESS = -3;

const schema = Type.Object(
  {
    level: Type.Optional(
      Type.Integer({
        minimum: STATELESS,
        maximum: constants.Z_BEST_COMPRESSION,
        description:
          "From 1, the fastest, to 9, the smallest; -2 does hardly more than nothing. Default: 4.",
        examples: [5],
      }),
    ),
  },
  { additionalProperties: false },
);

/** Compresses with gzip. */
export const gzip = defineModule<typeof schema, Encoder>({
  id: `${ENCODERS}.gzip`,
  stateless: true,
  summary: "Compresses with gzip, which every client understands.",
  schema,
  glance: () => true,
  provision: ({ level = 0 }) => ({ coding: "gzip", filter: filterOf(level || USUAL_LEVEL) }),
});

const filters = new Map<number, BodyFilter>();

/** All sites with one level share a filter, and what it keeps. */
function filterOf(level: number): BodyFilter {
  const known = filters.get(level) ?? compressing(gzipAt(optionsOf(level)));
  filters.set(level, known);
  return known;
}

function gzipAt(options: ZlibOptions) {
  return {
    compress: (bytes: Buffer) => gzipSync(bytes, options),
    open: (highWaterMark: number) =>
      createGzip({ ...options, writableHighWaterMark: highWaterMark } as ZlibOptions),
    flushKind: constants.Z_SYNC_FLUSH,
  };
}

function optionsOf(level: number): ZlibOptions {
  if (level === DEFAULT) return { level: USUAL_LEVEL };
  if (level === HUFFMAN_ONLY) return { strategy: constants.Z_HUFFMAN_ONLY };
  return { level: level === STATELESS ? constants.Z_BEST_SPEED : level };
}
