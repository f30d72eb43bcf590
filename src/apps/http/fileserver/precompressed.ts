// Files that were compressed beforehand and lie beside the original: `app.js.br` for `app.js`.

import { acceptedCodings, type Offer } from "../content-codings.js";
import type { Exchange } from "../exchange.js";
import { isBusy } from "./faults.js";
import type { Files, Found, OpenFile } from "./files.js";

/** The content codings, and how the names of their files end. */
const SUFFIXES = { br: ".br", gzip: ".gz", zstd: ".zst" } as const;

/** A content coding that files can be stored in. */
export type Coding = keyof typeof SUFFIXES;

/** Which codings to look for. */
export type Precompressed = Offer<Coding>;

/** A file in one of its forms. */
export interface Variant {
  readonly opened: OpenFile;
  /** How it is compressed; undefined when it is not. */
  readonly coding: Coding | undefined;
}

/** Open the form of a file that the client likes best. */
export async function openVariant(
  { headers }: Exchange,
  file: Found,
  precompressed: Precompressed,
  files: Files,
): Promise<Variant> {
  if (precompressed.offered.length > 0) {
    for (const coding of acceptedCodings(headers.get("accept-encoding"), precompressed)) {
      const opened = await tryOpen(file.path + SUFFIXES[coding], files);
      if (opened !== undefined) return { opened, coding };
    }
  }
  return { opened: await files.open(file), coding: undefined };
}

/** A compressed form that cannot be read is as good as none, unless nothing can be opened now. */
async function tryOpen(path: string, files: Files): Promise<OpenFile | undefined> {
  try {
    const found = await files.look(path);
    return found.isFile ? await files.open(found) : undefined;
  } catch (error) {
    if (isBusy(error)) throw error;
    return undefined;
  }
}
