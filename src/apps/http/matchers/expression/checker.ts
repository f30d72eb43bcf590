// Finds the type of an expression, and refuses one that could not be evaluated: unknown names and
// functions, and operands that never go together. What a request brings has no type until then.

import { signatures, TYPE_NAMES } from "./signatures.js";
import { type Call, type Expr, type Of, qualifiedName, refuse } from "./syntax.js";
import { BOOL, DYN, isEqual, printType, type Type, typeNamed, Unifier } from "./types.js";

/** The names that an expression may use, and their types. */
export type Names = ReadonlyMap<string, Type>;

/** The type of an expression in which these names are known. Throws `ExpressionFault`. */
export function typeOf(expr: Expr, names: Names): Type {
  const checker = new Checker();
  return checker.unifier.resolve(checker.check(expr, names));
}

const LITERALS: Readonly<Record<string, Type>> = {
  boolValue: BOOL,
  bytesValue: typeNamed("bytes"),
  doubleValue: typeNamed("double"),
  int64Value: typeNamed("int"),
  nullValue: typeNamed("null_type"),
  stringValue: typeNamed("string"),
  uint64Value: typeNamed("uint"),
};

class Checker {
  readonly unifier = new Unifier();

  check(expr: Expr, names: Names): Type {
    const { exprKind: kind } = expr;
    switch (kind.case) {
      case "constExpr":
        return LITERALS[kind.value.constantKind.case ?? ""] ?? refuse(expr, "unknown literal");
      case "identExpr":
        return this.#name(expr, kind.value.name, names);
      case "selectExpr":
        return this.#select(expr, kind.value, names);
      case "callExpr":
        return this.#call(expr, kind.value, names);
      case "listExpr":
        return typeNamed("list", this.#joined(kind.value.elements, names));
      case "structExpr":
        return this.#map(expr, kind.value, names);
      case "comprehensionExpr":
        return this.#loop(expr, kind.value, names);
      default:
        return refuse(expr, "is no expression");
    }
  }

  #name(expr: Expr, written: string, names: Names): Type {
    const name = written.startsWith(".") ? written.slice(1) : written;
    return names.get(name) ?? TYPE_NAMES.get(name) ?? refuse(expr, `unknown name: ${name}`);
  }

  #select(expr: Expr, { operand, field, testOnly }: Of<"selectExpr">, names: Names): Type {
    if (operand === undefined) return refuse(expr, "is no selection");
    const named = TYPE_NAMES.get(qualifiedName(expr) ?? "");
    if (named !== undefined) return named;
    const of = this.unifier.resolve(this.check(operand, names));
    if (of.name !== "map" && !isOpen(of)) refuse(expr, `${printType(of)} has no field ${field}`);
    if (testOnly) return BOOL;
    return of.of[1] ?? DYN;
  }

  #call(expr: Expr, call: Call, names: Names): Type {
    const args = call.args.map((arg) => this.check(arg, names));
    const { target } = call;
    if (target === undefined) return this.#resolve(expr, call.function, args, false);
    const qualified = `${qualifiedName(target)}.${call.function}`;
    if (signatures().has(qualified)) return this.#resolve(expr, qualified, args, false);
    return this.#resolve(expr, call.function, [this.check(target, names), ...args], true);
  }

  #resolve(expr: Expr, name: string, args: readonly Type[], isMethod: boolean): Type {
    const forms = signatures().get(name);
    if (forms === undefined) return refuse(expr, `unknown function: ${name}`);
    let result: Type | undefined;
    for (const form of forms) {
      if (form.isMethod !== isMethod) continue;
      const [told = DYN, ...parameters] = this.unifier.instantiate([
        form.result,
        ...form.parameters,
      ]);
      if (!this.unifier.fits(args, parameters)) continue;
      const found = this.unifier.resolve(told);
      // Several forms may fit what is not known yet; then neither is the result.
      result = result === undefined || isEqual(result, found) ? found : DYN;
    }
    if (result !== undefined) return result;
    const given = args.map((arg) => printType(this.unifier.resolve(arg)));
    return refuse(expr, `${readable(name)} does not take (${given.join(", ")})`);
  }

  #joined(parts: readonly Expr[], names: Names): Type {
    let joined: Type | undefined;
    for (const part of parts) {
      const type = this.check(part, names);
      joined = joined === undefined ? type : this.unifier.joined(joined, type);
    }
    return joined ?? this.unifier.fresh();
  }

  #map(expr: Expr, { messageName, entries }: Of<"structExpr">, names: Names): Type {
    if (messageName !== "") return refuse(expr, `unknown type: ${messageName}`);
    const keys = entries.map(({ keyKind }) =>
      keyKind.case === "mapKey" ? keyKind.value : refuse(expr, "is no map"),
    );
    const values = entries.map(({ value }) => value ?? refuse(expr, "is no map"));
    return typeNamed("map", this.#joined(keys, names), this.#joined(values, names));
  }

  /** What `all`, `exists`, `map` and `filter` became, which are loops with a result that grows. */
  #loop(expr: Expr, loop: Of<"comprehensionExpr">, names: Names): Type {
    const { iterRange, accuInit, loopCondition, loopStep, result } = loop;
    if (!iterRange || !accuInit || !loopCondition || !loopStep || !result) {
      return refuse(expr, "is no loop");
    }
    const over = this.unifier.resolve(this.check(iterRange, names));
    if (over.name !== "list" && over.name !== "map" && !isOpen(over)) {
      refuse(iterRange, `${printType(over)} is neither a list nor a map`);
    }
    const accumulated = this.check(accuInit, names);
    const outer = new Map([...names, [loop.accuVar, accumulated]]);
    const inner = new Map([...outer, [loop.iterVar, over.of[0] ?? DYN]]);
    this.#expect(loopCondition, BOOL, inner);
    this.#expect(loopStep, accumulated, inner);
    return this.check(result, outer);
  }

  #expect(expr: Expr, wanted: Type, names: Names): void {
    const found = this.check(expr, names);
    if (this.unifier.fits([found], [wanted])) return;
    const [is, must] = [found, wanted].map((type) => printType(this.unifier.resolve(type)));
    refuse(expr, `is ${is}, must be ${must}`);
  }
}

/** Whether only a request tells what it is. */
function isOpen(type: Type): boolean {
  return printType(type) === "dyn";
}

/** Operators as they are written: `_==_` is `==`. */
function readable(name: string): string {
  if (name === "_[_]") return "an index";
  return name
    .replace(/^math\.@max$/, "math.greatest")
    .replace(/^math\.@min$/, "math.least")
    .replace(/^[@_]+|_+$/g, "")
    .replace("_:", ":");
}
