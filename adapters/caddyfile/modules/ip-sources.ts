// Where the addresses of trusted proxies come from: `trusted_proxies <source> …`.

import { defineModule } from "../define.js";
import { omitEmpty } from "../json.js";
import type { ModuleSyntax } from "../line.js";
import { expandRanges } from "../private-ranges.js";

// static <ranges...>
const fixed = defineModule("http.ip_sources.static", (line) =>
  omitEmpty({ ranges: expandRanges(line.remainingTexts()) }),
);

/** The sources of addresses. */
export const ipSources: readonly ModuleSyntax[] = [fixed];
