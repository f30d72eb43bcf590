// IP addresses and ranges of them, as matchers and trusted proxies name them. Prefixes never
// overlap in part: one either holds another or misses it. So a list of any length boils down to a
// sorted table of disjoint spans, and asking for an address is one binary search.
//
// An IPv4 address is one 32-bit word, an IPv6 address four. IPv4 mapped into IPv6, which is how a
// dual-stack socket reports its peers, is IPv4 here.

/** Addresses that share their first bits; a single address shares all of them. */
export interface IpRange {
  /** The address as it was written, as words: one for IPv4, four for IPv6. */
  readonly words: readonly number[];
  readonly bits: number;
  /** The IPv6 zone (`%eth0`) the peer must be in; empty for any. */
  readonly zone: string;
}

/** A set of IP addresses. */
export interface IpSet {
  /** Whether the address, which may have an IPv6 zone, is in the set. What is no address is not. */
  contains(address: string): boolean;
}

const WORD = 32;

/** Read `10.0.0.0/8`, `::1` or `fe80::/10%eth0`; undefined when it is no address or range. */
export function parseRange(text: string): IpRange | undefined {
  const [range = "", zone = "", more] = text.split("%");
  if (more !== undefined) return undefined;
  const slash = range.indexOf("/");
  const words = parseIp(slash < 0 ? range : range.slice(0, slash));
  if (words === undefined) return undefined;

  const written = range.includes(":") ? 4 * WORD : WORD;
  const bits = slash < 0 ? written : prefixLength(range.slice(slash + 1), written);
  if (bits === undefined) return undefined;
  if (words.length * WORD === written) return { words, bits, zone };
  // Mapped IPv4: the first 96 bits say only that it is. A wider range holds more than IPv4.
  if (bits < 3 * WORD) return { words: [0, 0, 0xffff, words[0] ?? 0], bits, zone };
  return { words, bits: bits - 3 * WORD, zone };
}

/** Make a set that answers in the time of a binary search. */
export function createIpSet(ranges: readonly IpRange[]): IpSet {
  if (ranges.length === 0) return NOBODY;
  const anywhere = createTables(ranges.filter((range) => range.zone === ""));
  const zones = new Map<string, Tables>();
  for (const { zone } of ranges) {
    if (zone === "" || zones.has(zone)) continue;
    const within = ranges.filter((range) => range.zone === zone);
    zones.set(zone, createTables(within));
  }
  return {
    contains(address) {
      const percent = address.indexOf("%");
      if (percent < 0) return anywhere(address);
      const ip = address.slice(0, percent);
      return anywhere(ip) || (zones.get(address.slice(percent + 1))?.(ip) ?? false);
    },
  };
}

const NOBODY: IpSet = { contains: () => false };

/** Read an address: one word for IPv4, also when mapped into IPv6, and four for IPv6. */
export function parseIp(text: string): readonly number[] | undefined {
  const v4 = parseV4(text, 0);
  if (v4 >= 0) return [v4];
  const words = new Uint32Array(4);
  if (!parseV6(text, words)) return undefined;
  return isMapped(words) ? [words[3] as number] : [...words];
}

/** An address as it is usually written (RFC 5952). */
export function printIp(words: readonly number[]): string {
  const [first = 0] = words;
  if (words.length === 1) return [24, 16, 8, 0].map((shift) => (first >>> shift) & 255).join(".");
  const groups = words.flatMap((word) => [word >>> 16, word & 0xffff]);
  const spelled = groups.map((group) => group.toString(16)).join(":");
  return new URL(`http://[${spelled}]`).hostname.slice(1, -1);
}

/** Whether an address is in one of the ranges the tables were made from. */
type Tables = (address: string) => boolean;

function createTables(ranges: readonly IpRange[]): Tables {
  const inV4 = createTable(ranges, 1);
  const inV6 = createTable(ranges, 4);
  const words = new Uint32Array(4); // reused: nothing else can run while an address is looked up
  return (address) => {
    if (!address.includes(":")) {
      const v4 = parseV4(address, 0);
      words[0] = v4;
      return v4 >= 0 && inV4(words);
    }
    if (!parseV6(address, words)) return false;
    if (!isMapped(words)) return inV6(words);
    words[0] = words[3] as number;
    return inV4(words);
  };
}

/** The ranges of one family as sorted, disjoint spans, laid out flat: the first and last words. */
function createTable(ranges: readonly IpRange[], width: number): (address: Uint32Array) => boolean {
  const spans = disjoint(ranges.filter((range) => range.words.length === width).map(spanOf));
  const firsts = Uint32Array.from(spans.flatMap((span) => span.first));
  const lasts = Uint32Array.from(spans.flatMap((span) => span.last));
  return (address) => {
    let low = 0;
    let high = spans.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareWords(firsts, middle * width, address, width) <= 0) low = middle + 1;
      else high = middle;
    }
    return low > 0 && compareWords(lasts, (low - 1) * width, address, width) >= 0;
  };
}

/** The addresses from `first` to `last`, both included. */
interface Span {
  readonly first: readonly number[];
  readonly last: readonly number[];
}

function spanOf({ words, bits }: IpRange): Span {
  const masks = words.map((_, i) => maskOf(bits - i * WORD));
  return {
    first: words.map((word, i) => (word & (masks[i] as number)) >>> 0),
    last: words.map((word, i) => (word | ~(masks[i] as number)) >>> 0),
  };
}

/** The bits of one word that count when `bits` are left to count. */
function maskOf(bits: number): number {
  if (bits <= 0) return 0;
  return bits >= WORD ? 0xffffffff : ~(0xffffffff >>> bits) >>> 0;
}

/** Sorted, and without the spans that lie within another. */
function disjoint(spans: readonly Span[]): Span[] {
  const sorted = spans.toSorted(
    (a, b) =>
      compareWords(a.first, 0, b.first, a.first.length) ||
      compareWords(b.last, 0, a.last, a.last.length),
  );
  const kept: Span[] = [];
  for (const span of sorted) {
    const before = kept.at(-1);
    if (!before || compareWords(before.last, 0, span.last, span.last.length) < 0) kept.push(span);
  }
  return kept;
}

/** Compare the words of `a` from `offset` on with those of `b`: negative, zero or positive. */
function compareWords(
  a: ArrayLike<number>,
  offset: number,
  b: ArrayLike<number>,
  width: number,
): number {
  for (let i = 0; i < width; i++) {
    const difference = (a[offset + i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

function isMapped(words: Uint32Array): boolean {
  return words[0] === 0 && words[1] === 0 && words[2] === 0xffff;
}

function prefixLength(text: string, limit: number): number | undefined {
  if (!/^(0|[1-9][0-9]{0,2})$/.test(text)) return undefined;
  const bits = Number(text);
  return bits <= limit ? bits : undefined;
}

const ZERO = 0x30;
const NINE = 0x39;
const DOT = 0x2e;
const COLON = 0x3a;

/** The number of the dotted IPv4 address that the rest of `text` from `at` on is, or -1. */
function parseV4(text: string, at: number): number {
  let address = 0;
  let part = -1;
  let parts = 0;
  for (let i = at; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : DOT;
    if (code === DOT) {
      if (part < 0 || ++parts > 4) return -1;
      address = address * 256 + part;
      part = -1;
    } else if (code < ZERO || code > NINE || part === 0) {
      return -1; // A leading zero might mean octal to somebody else, so it is nobody's address.
    } else {
      part = Math.max(part, 0) * 10 + (code - ZERO);
      if (part > 255) return -1;
    }
  }
  return parts === 4 ? address : -1;
}

/** Read an IPv6 address without zone into four words; false when it is none. */
function parseV6(text: string, words: Uint32Array): boolean {
  words.fill(0);
  let count = 0; // groups of 16 bits read so far
  let gap = -1; // how many stood before the "::"
  let at = 0;
  if (text.startsWith("::")) {
    gap = 0;
    at = 2;
  }
  while (at < text.length) {
    if (count === 8) return false;
    const end = groupEnd(text, at);
    if (text.charCodeAt(end) === DOT) {
      const v4 = parseV4(text, at);
      if (v4 < 0 || count > 6) return false;
      putGroup(words, count++, v4 >>> 16);
      putGroup(words, count++, v4 & 0xffff);
      break;
    }
    if (end === at || end - at > 4) return false;
    putGroup(words, count++, Number.parseInt(text.slice(at, end), 16));
    if (end === text.length) break;
    if (text.charCodeAt(end) !== COLON || end + 1 === text.length) return false;
    at = end + 1;
    if (text.charCodeAt(at) !== COLON) continue;
    if (gap >= 0) return false;
    gap = count;
    at++;
  }
  if (gap < 0) return count === 8;
  if (count === 8) return false;
  moveToEnd(words, gap, count);
  return true;
}

/** Where the hexadecimal digits that begin at `at` end. */
function groupEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && isHexDigit(text.charCodeAt(end))) end++;
  return end;
}

function isHexDigit(code: number): boolean {
  const letter = code | 0x20;
  return (code >= ZERO && code <= NINE) || (letter >= 0x61 && letter <= 0x66);
}

/** Move the groups behind the "::" to the end of the address; zeros take their place. */
function moveToEnd(words: Uint32Array, gap: number, count: number): void {
  for (let from = count - 1, to = 7; from >= gap; from--, to--) {
    const value = groupAt(words, from);
    putGroup(words, from, 0);
    putGroup(words, to, value);
  }
}

function groupAt(words: Uint32Array, group: number): number {
  const word = words[group >> 1] as number;
  return group % 2 === 0 ? word >>> 16 : word & 0xffff;
}

function putGroup(words: Uint32Array, group: number, value: number): void {
  const word = words[group >> 1] as number;
  words[group >> 1] = group % 2 === 0 ? (word & 0xffff) | (value << 16) : (word & ~0xffff) | value;
}
