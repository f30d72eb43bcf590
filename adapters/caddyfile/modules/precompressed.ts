// Formats in which compressed files lie beside the files themselves, `http.precompressed`.

import { defineModule } from "../define.js";
import type { ModuleSyntax } from "../line.js";

/** The formats; there is nothing to say about them. */
export const precompressed: readonly ModuleSyntax[] = ["br", "gzip", "zstd"].map((format) =>
  defineModule(`http.precompressed.${format}`, () => ({})),
);
