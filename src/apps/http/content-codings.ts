// Which content codings a client takes, as it says in Accept-Encoding (RFC 9110, 12.5.3), and what is
// to be told to caches where answers depend on that.

import type { HeaderMap } from "./headers.js";

/** The codings that are there for a client to choose from. */
export interface Offer<Coding extends string> {
  readonly offered: readonly Coding[];
  /** Which to take when the client likes several equally well. */
  readonly order: readonly Coding[];
}

interface Preference<Coding> {
  readonly coding: Coding;
  readonly quality: number;
  readonly rank: number;
}

/**
 * The codings that a client accepts, best first: by its own weights, then by the server's order,
 * then as the client listed them. None that it likes less than no coding at all.
 */
export function acceptedCodings<Coding extends string>(
  field: string | undefined,
  { offered, order }: Offer<Coding>,
): readonly Coding[] {
  if (field === undefined || field === "") return [];
  const preferences: Preference<Coding>[] = [];
  let least = 0;
  for (const item of field.split(",")) {
    const [listed = "", weight = ""] = item.split(";", 2);
    const name = listed.trim().toLowerCase();
    const quality = qualityOf(weight);
    if (name === "identity") least = quality;
    const coding = offered.find((known) => known === name);
    if (coding === undefined || quality === 0) continue;
    const rank = order.indexOf(coding);
    preferences.push({ coding, quality, rank: rank < 0 ? order.length : rank });
  }
  return preferences
    .filter(({ quality }) => quality >= least)
    .sort((a, b) => b.quality - a.quality || a.rank - b.rank)
    .map(({ coding }) => coding);
}

/** `q=0.5` as 0.5; anything that is no weight counts as 1. */
function qualityOf(parameter: string): number {
  const digits = /^\s*q=(\d(?:\.\d*)?|\.\d+)\s*$/i.exec(parameter)?.[1];
  return digits === undefined ? 1 : Math.min(Number(digits), 1);
}

/** Say that other clients get it in another coding: a cache in between must not mix them up. */
export function varyByEncoding(headers: HeaderMap): void {
  const isTold = (value: string) => /(?:^|,)\s*accept-encoding\s*(?:,|$)/i.test(value);
  if (!headers.values("vary").some(isTold)) headers.add("Vary", "Accept-Encoding");
}
