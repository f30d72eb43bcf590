// Files that were compressed beforehand and lie beside the original: `app.js.br` for `app.js`.

import type { Exchange } from "../exchange.js";
import { isBusy } from "./faults.js";
import type { Files, Found, OpenFile } from "./files.js";

/** The content codings, and how the names of their files end. */
const SUFFIXES = { br: ".br", gzip: ".gz", zstd: ".zst" } as const;

/** A content coding that files can be stored in. */
export type Coding = keyof typeof SUFFIXES;

/** Which codings to look for. */
export interface Precompressed {
  readonly offered: readonly Coding[];
  /** Which to take when the client likes several equally well. */
  readonly order: readonly Coding[];
}

interface Preference {
  readonly coding: Coding;
  readonly quality: number;
  readonly rank: number;
}

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

/**
 * The codings that a client accepts, best first: by its own weights, then by the server's order,
 * then as the client listed them.
 */
export function acceptedCodings(
  field: string | undefined,
  { offered, order }: Precompressed,
): readonly Coding[] {
  if (field === undefined || field === "") return [];
  const preferences: Preference[] = [];
  for (const item of field.split(",")) {
    const [name = "", weight = ""] = item.split(";", 2);
    const coding = offered.find((known) => known === name.trim().toLowerCase());
    const quality = qualityOf(weight);
    if (coding === undefined || quality === 0) continue;
    const rank = order.indexOf(coding);
    preferences.push({ coding, quality, rank: rank < 0 ? order.length : rank });
  }
  return preferences
    .sort((a, b) => b.quality - a.quality || a.rank - b.rank)
    .map(({ coding }) => coding);
}

/** `q=0.5` as 0.5; anything that is no weight counts as 1. */
function qualityOf(parameter: string): number {
  const digits = /^\s*q=([01](?:\.\d{0,3})?)\s*$/i.exec(parameter)?.[1];
  return digits === undefined ? 1 : Math.min(Number(digits), 1);
}
