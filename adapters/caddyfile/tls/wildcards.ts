// Names with wildcards, and the names that they stand for.

/** A name in DNS has no more labels than that. */
const MAX_LABELS = 127;

/**
 * What covers a name: the name itself, and the wildcards for it, in lower case. A wildcard stands
 * for the labels from the left on: `a.b.com` is covered by `*.b.com`, `*.*.com` and `*.*.*`.
 */
export function coversOf(name: string): readonly string[] {
  const lower = name.toLowerCase();
  const covers = [lower];
  const labels = lower.split(".");
  if (labels.length > MAX_LABELS) return covers;
  for (const [at, label] of labels.entries()) {
    if (label === "") continue;
    labels[at] = "*";
    const cover = labels.join(".");
    if (cover !== lower) covers.push(cover);
  }
  return covers;
}
