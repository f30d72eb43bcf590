// Parsed expressions: their shape, and the few ways in which the rest of this folder looks at them.

import type { parse } from "@bufbuild/cel";

/** A parsed expression. */
export type Expr = NonNullable<ReturnType<typeof parse>["expr"]>;

type Kind = Expr["exprKind"];

/** One kind of expression. */
export type Of<C extends Kind["case"]> =
  Extract<Kind, { case: C }> extends { value: infer V } ? V : never;

/** A function that is called, or an operator. */
export type Call = Of<"callExpr">;

/** What is wrong with an expression, and with which part of it. */
export class ExpressionFault extends Error {
  constructor(
    message: string,
    readonly exprId: bigint,
  ) {
    super(message);
  }
}

/** Refuse an expression. */
export function refuse(expr: Expr, message: string): never {
  throw new ExpressionFault(message, expr.id);
}

/** The text of a literal; undefined for anything else. */
export function literalText({ exprKind }: Expr): string | undefined {
  if (exprKind.case !== "constExpr") return undefined;
  const { constantKind } = exprKind.value;
  return constantKind.case === "stringValue" ? constantKind.value : undefined;
}

/** Whether an expression is a literal, or a list of them. */
export function isConstant({ exprKind }: Expr): boolean {
  if (exprKind.case === "listExpr") return exprKind.value.elements.every(isConstant);
  return exprKind.case === "constExpr";
}

/** A name with dots, `google.protobuf.Duration`; undefined for anything else. */
export function qualifiedName({ exprKind }: Expr): string | undefined {
  if (exprKind.case === "identExpr") return exprKind.value.name;
  if (exprKind.case !== "selectExpr") return undefined;
  const { operand, field, testOnly } = exprKind.value;
  const before = operand && !testOnly ? qualifiedName(operand) : undefined;
  return before === undefined ? undefined : `${before}.${field}`;
}

/** A call in the place of another expression. */
export function callOf(expr: Expr, name: string, args: readonly Expr[], target?: Expr): Expr {
  const value = { function: name, args: [...args], ...(target && { target }) } as Call;
  return { ...expr, exprKind: { case: "callExpr", value } };
}

/** A name in the place of another expression. */
export function nameOf(expr: Expr, name: string): Expr {
  const value = { name } as Of<"identExpr">;
  return { ...expr, exprKind: { case: "identExpr", value } };
}

/** A list in the place of another expression. */
export function listOf(expr: Expr, elements: readonly Expr[]): Expr {
  const value = { elements: [...elements], optionalIndices: [] as number[] } as unknown;
  return { ...expr, exprKind: { case: "listExpr", value: value as Of<"listExpr"> } };
}

/** The same expression with each part replaced by what `change` makes of it. */
export function withParts(expr: Expr, change: (part: Expr) => Expr): Expr {
  const maybe = (part: Expr | undefined) => part && change(part);
  const { exprKind: kind } = expr;
  switch (kind.case) {
    case "callExpr": {
      const { value } = kind;
      const target = maybe(value.target);
      const args = value.args.map(change);
      return {
        ...expr,
        exprKind: { ...kind, value: { ...value, ...(target && { target }), args } },
      };
    }
    case "listExpr": {
      const elements = kind.value.elements.map(change);
      return { ...expr, exprKind: { ...kind, value: { ...kind.value, elements } } };
    }
    case "selectExpr": {
      const operand = maybe(kind.value.operand);
      const value = { ...kind.value, ...(operand && { operand }) };
      return { ...expr, exprKind: { ...kind, value } };
    }
    case "structExpr":
      return { ...expr, exprKind: { ...kind, value: withEntries(kind.value, change) } };
    case "comprehensionExpr":
      return { ...expr, exprKind: { ...kind, value: withLoop(kind.value, change) } };
    default:
      return expr;
  }
}

function withEntries(value: Of<"structExpr">, change: (part: Expr) => Expr): Of<"structExpr"> {
  const entries = value.entries.map((entry) => {
    const { keyKind, value: of } = entry;
    const key = keyKind.case === "mapKey" ? { ...keyKind, value: change(keyKind.value) } : keyKind;
    return { ...entry, keyKind: key, ...(of && { value: change(of) }) };
  });
  return { ...value, entries };
}

const LOOP_PARTS = ["iterRange", "accuInit", "loopCondition", "loopStep", "result"] as const;

function withLoop(
  loop: Of<"comprehensionExpr">,
  change: (part: Expr) => Expr,
): Of<"comprehensionExpr"> {
  const changed = { ...loop };
  for (const name of LOOP_PARTS) {
    const part = loop[name];
    if (part !== undefined) changed[name] = change(part);
  }
  return changed;
}
