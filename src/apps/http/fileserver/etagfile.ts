// Entity tags that were computed beforehand and lie beside the files: `app.js.sha` for `app.js`.

import { isAbsent } from "./faults.js";
import type { Files } from "./files.js";

/** A longer file holds no tag. */
const MAX_TAG_BYTES = 4096;

/** The tag stored for a file under the first of the endings that there is. */
export async function storedEntityTag(
  file: string,
  endings: readonly string[],
  files: Files,
): Promise<string | undefined> {
  for (const ending of endings) {
    const text = await readShort(file + ending, files);
    if (text !== undefined) return wellFormed(text.replaceAll(/[\r\n]/g, ""));
  }
  return undefined;
}

async function readShort(path: string, files: Files): Promise<string | undefined> {
  try {
    const found = await files.look(path);
    if (!found.isFile || found.size > MAX_TAG_BYTES) return undefined;
    const file = await files.open(found);
    file.close();
    return file.content?.toString("latin1");
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** A tag without its quotes would never match, and could break the header. */
function wellFormed(tag: string): string | undefined {
  return /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/.test(tag) ? tag : undefined;
}
