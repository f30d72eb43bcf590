// encode: compresses answers. Start with `encode.ts`, which decides; `encoder.ts` tells how.

import type { Definition } from "../../../engine/index.js";
import { encode } from "./encode.js";
import { gzip } from "./gzip.js";
import { zstd } from "./zstd.js";

/** The handler, and the modules that stand in its config. */
export const encodeModules = [encode, gzip, zstd] as readonly Definition<never>[];
