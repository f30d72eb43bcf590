// Header fields of one message: order and repeated fields kept, names compared without case.

interface Field {
  readonly name: string;
  readonly values: string[];
}

/** The header fields of a request or response. */
export class HeaderMap {
  readonly #fields = new Map<string, Field>();

  /** From node's flat list: name, value, name, value … */
  static fromRaw(raw: readonly string[]): HeaderMap {
    const headers = new HeaderMap();
    for (let i = 0; i + 1 < raw.length; i += 2) headers.add(raw[i] as string, raw[i + 1] as string);
    return headers;
  }

  /** The first value of a field. */
  get(name: string): string | undefined {
    return this.#fields.get(name.toLowerCase())?.values[0];
  }

  /** All values of a field, in the order they came. */
  values(name: string): readonly string[] {
    return this.#fields.get(name.toLowerCase())?.values ?? [];
  }

  has(name: string): boolean {
    return this.#fields.has(name.toLowerCase());
  }

  /** Replace a field. No values removes it. */
  set(name: string, value: string | readonly string[]): void {
    const key = name.toLowerCase();
    const values = typeof value === "string" ? [value] : [...value];
    if (values.length === 0) this.#fields.delete(key);
    else this.#fields.set(key, { name: canonicalName(name), values });
  }

  /** Add a value after those that are there. */
  add(name: string, value: string): void {
    const key = name.toLowerCase();
    const field = this.#fields.get(key);
    if (field) field.values.push(value);
    else this.#fields.set(key, { name: canonicalName(name), values: [value] });
  }

  delete(name: string): void {
    this.#fields.delete(name.toLowerCase());
  }

  /** Remove the fields that are meant, by their names in lower case and how often they came. */
  deleteWhere(isMeant: (lowerCaseName: string, count: number) => boolean): void {
    for (const [key, { values }] of this.#fields) {
      if (isMeant(key, values.length)) this.#fields.delete(key);
    }
  }

  /** The names, in canonical case. A copy: fields may be removed while it is walked. */
  names(): string[] {
    return [...this.#fields.values()].map((field) => field.name);
  }

  /** Name and values of each field. */
  *entries(): Generator<readonly [name: string, values: readonly string[]]> {
    for (const field of this.#fields.values()) yield [field.name, field.values];
  }

  /** Node's flat list, which `writeHead` takes as it is. */
  toRaw(): string[] {
    const raw: string[] = [];
    for (const { name, values } of this.#fields.values()) {
      for (const value of values) raw.push(name, value);
    }
    return raw;
  }
}

const canonical = new Map<string, string>();
const CANONICAL_LIMIT = 2000;

/**
 * `x-real-ip` as `X-Real-Ip`, the case Go servers write. A name that is no token stays as it is, and
 * the fields of WebSockets have a case of their own, on which some servers and clients insist.
 */
export function canonicalName(name: string): string {
  const known = canonical.get(name);
  if (known !== undefined) return known;
  const made = /^[\w!#$%&'*+.^`|~-]+$/.test(name)
    ? name
        .toLowerCase()
        .replace(/(^|-)([a-z])/g, (_, dash, letter) => dash + letter.toUpperCase())
        .replace(/^Sec-Websocket-/, "Sec-WebSocket-")
    : name;
  if (canonical.size < CANONICAL_LIMIT) canonical.set(name, made);
  return made;
}
