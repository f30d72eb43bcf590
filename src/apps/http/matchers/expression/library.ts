// The library that evaluates CEL. Reading it takes a tenth of a second, which a start has no time
// for and most configs no use; and a config is provisioned without waiting. So it is asked for by
// `require`, when the first expression needs it.

import { createRequire } from "node:module";
import type * as Cel from "@bufbuild/cel";
import type * as Extensions from "@bufbuild/cel/ext";
import type * as Times from "@bufbuild/protobuf/wkt";

/** What is used of it. */
export interface Library {
  readonly cel: typeof Cel;
  readonly extensions: typeof Extensions;
  readonly times: typeof Times;
}

let loaded: Library | undefined;

/** The library, which is loaded once. */
export function library(): Library {
  if (loaded !== undefined) return loaded;
  const require = createRequire(import.meta.url);
  loaded = {
    cel: require("@bufbuild/cel") as typeof Cel,
    extensions: require("@bufbuild/cel/ext") as typeof Extensions,
    times: require("@bufbuild/protobuf/wkt") as typeof Times,
  };
  return loaded;
}
