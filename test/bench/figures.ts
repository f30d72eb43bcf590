// What was measured, in numbers that can be compared.

/** What the numbers of a row count. */
export type Unit = "ms" | "1/s" | "MB" | "count" | "%";

/** Many measurements of one thing. */
export interface Figure {
  readonly median: number;
  readonly p99: number;
  readonly samples: number;
}

/** A line of the table. */
export interface Row {
  readonly work: string;
  readonly unit: Unit;
  /** Whether less or more is better. */
  readonly better: "less" | "more";
  /** What Graft is compared with: Caddy, unless `against` says otherwise. */
  readonly peer?: Figure | undefined;
  readonly against?: string;
  readonly graft: Figure;
  /** How many times better than the peer Graft has to be. */
  readonly reach?: number;
  /** Or the value that Graft must not be worse than. */
  readonly limit?: number;
}

/** Sum measurements up. */
export function figure(samples: readonly number[]): Figure {
  const sorted = [...samples].sort((a, b) => a - b);
  return {
    median: percentile(sorted, 0.5),
    p99: percentile(sorted, 0.99),
    samples: sorted.length,
  };
}

/** Something that was counted once. */
export function exactly(value: number): Figure {
  return { median: value, p99: value, samples: 1 };
}

/** The value below which this share of sorted samples lies. */
export function percentile(sorted: readonly number[], share: number): number {
  const index = Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1);
  return sorted[Math.max(0, index)] ?? Number.NaN;
}

/** How many times better Graft is than its peer. */
export function ratioOf({ peer, graft, better }: Row): number | undefined {
  if (peer === undefined) return undefined;
  return better === "less" ? peer.median / graft.median : graft.median / peer.median;
}

/** Whether Graft is where it has to be; undefined where there is nothing to compare with. */
export function reached(row: Row): boolean | undefined {
  const { limit, reach, graft, better } = row;
  if (limit !== undefined) return better === "less" ? graft.median <= limit : graft.median >= limit;
  const ratio = ratioOf(row);
  return reach === undefined || ratio === undefined ? undefined : ratio >= reach;
}
