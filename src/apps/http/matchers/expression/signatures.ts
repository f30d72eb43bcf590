// Which functions and operators there are, and for what types: those of CEL itself, and of the
// extensions for texts, lists, numbers and bindings that Caddy has. `string::f(int)` is a method.

import { parseType, parseTypes, type Type } from "./types.js";

/** One form of a function. A method's first parameter is what it is called on. */
export interface Signature {
  readonly name: string;
  readonly isMethod: boolean;
  readonly parameters: readonly Type[];
  readonly result: Type;
}

const ORDERED = ["bool", "int", "uint", "double", "string", "bytes", "timestamp", "duration"];
const NUMBERS = ["int", "uint", "double"];
const WHOLE = ["int", "uint"];
const MIXED = [
  "int, uint",
  "int, double",
  "uint, int",
  "uint, double",
  "double, int",
  "double, uint",
];

const each = (types: readonly string[], line: (type: string) => string) => types.map(line);

const OPERATORS: readonly string[] = [
  "!_(bool) -> bool",
  "_&&_(bool, bool) -> bool",
  "_||_(bool, bool) -> bool",
  "_?_:_(bool, A, A) -> A",
  "_==_(A, A) -> bool",
  "_!=_(A, A) -> bool",
  ...["_<_", "_<=_", "_>_", "_>=_"].flatMap((name) =>
    each(ORDERED, (type) => `${name}(${type}, ${type}) -> bool`),
  ),
  ...["int", "uint", "double", "string", "bytes", "duration", "list(A)"].map(
    (type) => `_+_(${type}, ${type}) -> ${type}`,
  ),
  "_+_(duration, timestamp) -> timestamp",
  "_+_(timestamp, duration) -> timestamp",
  ...each([...NUMBERS, "duration"], (type) => `_-_(${type}, ${type}) -> ${type}`),
  "_-_(timestamp, duration) -> timestamp",
  "_-_(timestamp, timestamp) -> duration",
  ...each(NUMBERS, (type) => `_*_(${type}, ${type}) -> ${type}`),
  ...each(NUMBERS, (type) => `_/_(${type}, ${type}) -> ${type}`),
  ...each(WHOLE, (type) => `_%_(${type}, ${type}) -> ${type}`),
  "-_(int) -> int",
  "-_(double) -> double",
  "_[_](list(A), int) -> A",
  "_[_](map(A, B), A) -> B",
  "@in(A, list(A)) -> bool",
  "@in(A, map(A, B)) -> bool",
  "@not_strictly_false(bool) -> bool",
  "@step() -> bool",
];

const CONVERSIONS: readonly string[] = [
  ...each(["string", "bytes", "list(A)", "map(A, B)"], (type) => `size(${type}) -> int`),
  ...each(["string", "bytes", "list(A)", "map(A, B)"], (type) => `${type}::size() -> int`),
  "type(A) -> type(A)",
  "dyn(A) -> dyn",
  ...each(["bool", "string"], (type) => `bool(${type}) -> bool`),
  ...each(["bytes", "string"], (type) => `bytes(${type}) -> bytes`),
  ...each([...NUMBERS, "string"], (type) => `double(${type}) -> double`),
  ...each([...NUMBERS, "string", "duration", "timestamp"], (type) => `int(${type}) -> int`),
  ...each([...NUMBERS, "string"], (type) => `uint(${type}) -> uint`),
  ...each(ORDERED, (type) => `string(${type}) -> string`),
  ...each(["duration", "string"], (type) => `duration(${type}) -> duration`),
  ...each(["timestamp", "string", "int"], (type) => `timestamp(${type}) -> timestamp`),
];

const OF_TEXTS: readonly string[] = [
  ...each(["contains", "endsWith", "startsWith", "matches"], (name) => {
    return `string::${name}(string) -> bool`;
  }),
  "matches(string, string) -> bool",
  "string::charAt(int) -> string",
  ...each(["indexOf", "lastIndexOf"], (name) => `string::${name}(string) -> int`),
  ...each(["indexOf", "lastIndexOf"], (name) => `string::${name}(string, int) -> int`),
  ...each(["lowerAscii", "upperAscii", "trim", "reverse"], (name) => `string::${name}() -> string`),
  "string::replace(string, string) -> string",
  "string::replace(string, string, int) -> string",
  "string::split(string) -> list(string)",
  "string::split(string, int) -> list(string)",
  "string::substring(int) -> string",
  "string::substring(int, int) -> string",
  "string::format(list(dyn)) -> string",
  "strings.quote(string) -> string",
  "list(string)::join() -> string",
  "list(string)::join(string) -> string",
];

const OF_TIMES: readonly string[] = [
  ...[
    "getFullYear",
    "getMonth",
    "getDayOfYear",
    "getDayOfMonth",
    "getDate",
    "getDayOfWeek",
    "getHours",
    "getMinutes",
    "getSeconds",
    "getMilliseconds",
  ].flatMap((name) => [`timestamp::${name}() -> int`, `timestamp::${name}(string) -> int`]),
  ...each(["getHours", "getMinutes", "getSeconds", "getMilliseconds"], (name) => {
    return `duration::${name}() -> int`;
  }),
];

const OF_LISTS: readonly string[] = [
  "list(A)::slice(int, int) -> list(A)",
  "list(list(A))::flatten() -> list(A)",
  "list(dyn)::flatten(int) -> list(dyn)",
  ...each(ORDERED, (type) => `list(${type})::sort() -> list(${type})`),
  "list(A)::distinct() -> list(A)",
  "list(A)::reverse() -> list(A)",
  "lists.range(int) -> list(int)",
];

const OF_NUMBERS: readonly string[] = [
  ...["math.@max", "math.@min"].flatMap((name) => [
    ...each(NUMBERS, (type) => `${name}(${type}) -> ${type}`),
    ...each(NUMBERS, (type) => `${name}(${type}, ${type}) -> ${type}`),
    ...each(MIXED, (types) => `${name}(${types}) -> dyn`),
    ...each(NUMBERS, (type) => `${name}(list(${type})) -> ${type}`),
  ]),
  ...each(["ceil", "floor", "round", "trunc"], (name) => `math.${name}(double) -> double`),
  ...each(["isInf", "isNaN", "isFinite"], (name) => `math.${name}(double) -> bool`),
  ...["abs", "sign"].flatMap((name) => each(NUMBERS, (type) => `math.${name}(${type}) -> ${type}`)),
  ...["bitAnd", "bitOr", "bitXor"].flatMap((name) =>
    each(WHOLE, (type) => `math.${name}(${type}, ${type}) -> ${type}`),
  ),
  ...each(WHOLE, (type) => `math.bitNot(${type}) -> ${type}`),
  ...["bitShiftLeft", "bitShiftRight"].flatMap((name) =>
    each(WHOLE, (type) => `math.${name}(${type}, int) -> ${type}`),
  ),
  ...each(NUMBERS, (type) => `math.sqrt(${type}) -> double`),
];

/** Types that can be named: `type(x) == int`. */
export const TYPE_NAMES: ReadonlyMap<string, Type> = new Map(
  Object.entries({
    bool: "bool",
    bytes: "bytes",
    double: "double",
    int: "int",
    list: "list(dyn)",
    map: "map(dyn, dyn)",
    null_type: "null_type",
    string: "string",
    type: "type(dyn)",
    uint: "uint",
    "google.protobuf.Duration": "duration",
    "google.protobuf.Timestamp": "timestamp",
  }).map(([name, text]) => [name, { name: "type", of: [parseType(text)] }]),
);

let table: ReadonlyMap<string, readonly Signature[]> | undefined;

/** All forms by the name of their function; read when the first expression asks. */
export function signatures(): ReadonlyMap<string, readonly Signature[]> {
  if (table !== undefined) return table;
  const lines = [OPERATORS, CONVERSIONS, OF_TEXTS, OF_TIMES, OF_LISTS, OF_NUMBERS].flat();
  const byName = new Map<string, Signature[]>();
  for (const signature of lines.map(readSignature)) {
    const forms = byName.get(signature.name);
    if (forms === undefined) byName.set(signature.name, [signature]);
    else forms.push(signature);
  }
  table = byName;
  return table;
}

function readSignature(line: string): Signature {
  const [left = "", result = ""] = line.split(" -> ");
  const [receiver, call = left] = left.includes("::") ? left.split("::") : [undefined, left];
  const open = call.indexOf("(");
  const parameters = parseTypes(call.slice(open + 1, -1));
  return {
    name: call.slice(0, open),
    isMethod: receiver !== undefined,
    parameters: receiver === undefined ? parameters : [parseType(receiver), ...parameters],
    result: parseType(result),
  };
}
