// Whether a document could be served: everything short of starting it. Nothing is bound or written.

import { type Adapted, ConfigError, locate } from "../document/index.js";
import { createGraft } from "../graft.js";

/** Throws `ConfigError` with everything that is wrong, each with its place in the text. */
export async function check(adapted: Adapted): Promise<void> {
  const graft = await createGraft({ env: process.env });
  try {
    graft.validate(adapted.document);
  } catch (error) {
    throw located(error, adapted);
  } finally {
    await graft.stop();
  }
}

/** An error that tells the lines of the text that the document came from. */
export function located(error: unknown, adapted: Adapted): unknown {
  if (!(error instanceof ConfigError)) return error;
  return new ConfigError(error.issues.map((issue) => locate(issue, adapted)));
}
