// Reading the block of global options.

import { ParseError } from "../../../src/document/index.js";
import { Counter } from "../counter.js";
import type { GlobalOption, Run, Scope } from "../line.js";
import { Line } from "../line.js";
import type { ServerBlock } from "../syntax/blocks.js";
import type { GlobalOptions } from "./global-options.js";

/** So many global options may a Caddyfile have. */
const MAX_OPTIONS = 5_000;

/** Read the block of global options. `run` is what they may use; it has none itself. */
export function readOptions(block: ServerBlock | undefined, run: Run): GlobalOptions {
  let options: GlobalOptions = run.options;
  for (const [index, segment] of (block?.segments ?? []).entries()) {
    const scope: Scope = {
      run: { ...run, options },
      matchers: new Map(),
      groups: new Counter(),
      files: [],
      invoked: new Map(),
    };
    const line = new Line(segment, scope);
    if (index === MAX_OPTIONS) line.name.fail(`more than ${MAX_OPTIONS} global options`);
    const option = run.vocabulary.options.get(line.directive);
    if (option === undefined) {
      return line.name.fail(`unrecognized global option: ${line.directive}`);
    }
    options = { ...options, ...readOne(option, line, options) };
  }
  return options;
}

function readOne(option: GlobalOption, line: Line, before: GlobalOptions): Partial<GlobalOptions> {
  try {
    const read = option.read(line, before);
    line.expectEnd();
    return read;
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const reason = `parsing caddyfile tokens for '${option.name}': ${error.reason}`;
    throw new ParseError(reason, error.place);
  }
}
