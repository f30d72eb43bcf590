// The types of CEL: how they are written, and which values may stand where. A variable (`A`) stands
// for any one type; what is only known when a request is there (`dyn`) fits everywhere.

/** A type: its name, and what it is made of: `list(string)`. */
export interface Type {
  readonly name: string;
  readonly of: readonly Type[];
}

/** What stands for each variable so far. */
type Bindings = ReadonlyMap<string, Type>;

/** Names of variables begin with this. */
const VARIABLE = "?";

/** A type by its name. */
export function typeNamed(name: string, ...of: readonly Type[]): Type {
  return { name, of };
}

export const DYN = typeNamed("dyn");
export const BOOL = typeNamed("bool");

/** Types that may be null. */
const NULLABLE: readonly string[] = ["null_type", "timestamp", "duration"];

/** Read a type as signatures have it: `map(string, A)`. A single capital letter is a variable. */
export function parseType(text: string): Type {
  const [, name = "", inner] = /^([\w.]+)(?:\((.*)\))?$/.exec(text.trim()) ?? [];
  if (/^[A-Z]$/.test(name)) return typeNamed(VARIABLE + name);
  return typeNamed(name, ...(inner === undefined ? [] : parseTypes(inner)));
}

/** Read types between commas. */
export function parseTypes(text: string): readonly Type[] {
  const parts = text.match(/[^,()\s]+(?:\([^()]*(?:\([^()]*\)[^()]*)*\))?/g) ?? [];
  return parts.map(parseType);
}

/** A type as a person writes it. */
export function printType({ name, of }: Type): string {
  if (name.startsWith(VARIABLE)) return "dyn";
  return of.length === 0 ? name : `${name}(${of.map(printType).join(", ")})`;
}

/** Finds out what variables stand for, from what is put where. */
export class Unifier {
  #bindings: Bindings = new Map();
  #count = 0;

  /** A variable that is like no other. */
  fresh(): Type {
    return typeNamed(`${VARIABLE}${this.#count++}`);
  }

  /** Types with variables of their own in the place of `A`, `B` and so on. */
  instantiate(types: readonly Type[]): readonly Type[] {
    const own = new Map<string, Type>();
    const renamed = (type: Type): Type => {
      if (!isVariable(type)) return { name: type.name, of: type.of.map(renamed) };
      const known = own.get(type.name) ?? this.fresh();
      own.set(type.name, known);
      return known;
    };
    return types.map(renamed);
  }

  /** Whether values of all given types may stand where others are wanted. If so, it is noted. */
  fits(given: readonly Type[], wanted: readonly Type[]): boolean {
    const before = this.#bindings;
    this.#bindings = new Map(before);
    const fit = this.#allFit(given, wanted);
    if (!fit) this.#bindings = before;
    return fit;
  }

  /** The type with everything in it that is known. */
  resolve(type: Type): Type {
    const bound = isVariable(type) ? this.#bindings.get(type.name) : undefined;
    if (bound !== undefined) return this.resolve(bound);
    return type.of.length === 0
      ? type
      : { name: type.name, of: type.of.map((part) => this.resolve(part)) };
  }

  /** One type for the elements of a list. */
  joined(previous: Type, current: Type): Type {
    return this.fits([previous], [current]) ? moreGeneral(previous, current) : DYN;
  }

  #allFit(given: readonly Type[], wanted: readonly Type[]): boolean {
    return (
      given.length === wanted.length && given.every((type, i) => this.#fit(type, wanted[i] as Type))
    );
  }

  #fit(given: Type, wanted: Type): boolean {
    if (isVariable(wanted)) return this.#bind(wanted, given);
    if (isVariable(given)) return this.#bind(given, wanted);
    if (given.name === "dyn" || wanted.name === "dyn") return true;
    if (given.name === "null_type") return NULLABLE.includes(wanted.name);
    if (wanted.name === "null_type") return NULLABLE.includes(given.name);
    // What a type is a type of is only known at a request: `type(x) == int`.
    if (given.name === "type" && wanted.name === "type") return true;
    return given.name === wanted.name && this.#allFit(given.of, wanted.of);
  }

  #bind(variable: Type, type: Type): boolean {
    if (type.name === variable.name) return true;
    const bound = this.#bindings.get(variable.name);
    if (bound === undefined) {
      if (this.#occursIn(variable, type)) return false;
      this.#note(variable, type);
      return true;
    }
    if (isEqual(bound, type)) return true;
    if (!this.#fit(type, bound)) return false;
    const general = moreGeneral(type, bound);
    if (!this.#occursIn(variable, general)) this.#note(variable, general);
    return true;
  }

  #note(variable: Type, type: Type): void {
    (this.#bindings as Map<string, Type>).set(variable.name, type);
  }

  #occursIn(variable: Type, type: Type): boolean {
    const resolved = this.resolve(type);
    if (resolved.name === variable.name) return true;
    return resolved.of.some((part) => this.#occursIn(variable, part));
  }
}

function isVariable({ name }: Type): boolean {
  return name.startsWith(VARIABLE);
}

/** Whether two types are the same. */
export function isEqual(a: Type, b: Type): boolean {
  return (
    a.name === b.name &&
    a.of.length === b.of.length &&
    a.of.every((part, i) => isEqual(part, b.of[i] as Type))
  );
}

/** Of two types that fit, the one that says less. */
function moreGeneral(a: Type, b: Type): Type {
  return saysNoMore(a, b) ? a : b;
}

function saysNoMore(a: Type, b: Type): boolean {
  if (a.name === "dyn" || isVariable(a)) return true;
  if (b.name === "dyn" || isVariable(b) || a.name !== b.name) return false;
  return a.name === "type" || a.of.every((part, i) => saysNoMore(part, b.of[i] as Type));
}
