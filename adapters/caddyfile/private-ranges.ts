// The word `private_ranges`, which stands for the addresses of private networks.

/** The ranges of private and loopback addresses, as Caddy lists them. */
export const PRIVATE_RANGES: readonly string[] = [
  "192.168.0.0/16",
  "172.16.0.0/12",
  "10.0.0.0/8",
  "127.0.0.1/8",
  "fd00::/8",
  "::1",
];

/** The ranges that words stand for: they themselves, or those of `private_ranges`. */
export function expandRanges(words: readonly string[]): readonly string[] {
  return words.flatMap((word) => (word === "private_ranges" ? PRIVATE_RANGES : [word]));
}
