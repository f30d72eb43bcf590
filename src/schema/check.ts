// Checks nodes against schemas, and turns what the checker found into issues that a person can act
// on: where, what was wanted, what was found, what to write.

import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import type { TSchema } from "typebox";
import { type Issue, isArray, isObject, type Json, parsePointer } from "../document/index.js";
import { parseDuration } from "./duration.js";
import { compilePrepare, type Prepare } from "./prepare.js";
import { suggestion } from "./suggest.js";

/** A compiled schema. */
export interface Check {
  /** What a module gets to see of a node. */
  readonly prepare: Prepare;
  /** Whether nothing is wrong with a prepared node. */
  fits(node: Json): boolean;
  /** Everything that is wrong with a prepared node; paths are relative to it. */
  issues(node: Json): readonly Issue[];
  /** Do now what the first use would have to do. */
  warm(): void;
}

/** Compiles schemas, each once. Every registry has its own. */
export class Checker {
  // That the schemas are schemas is tested; checking it at every start would cost a tenth of it.
  readonly #ajv = new Ajv2020({
    allErrors: true,
    strict: false,
    verbose: true,
    validateSchema: false,
    meta: false,
  });
  readonly #checks = new WeakMap<object, Check>();

  constructor() {
    this.#ajv.addFormat("duration", (text: string) => parseDuration(text) !== undefined);
  }

  /** The check of a schema, compiled at its first use. */
  of(schema: TSchema): Check {
    let check = this.#checks.get(schema);
    if (!check) {
      check = this.compile(schema);
      this.#checks.set(schema, check);
    }
    return check;
  }

  private compile(schema: TSchema): Check {
    let validate: ValidateFunction | undefined;
    const compiled = () => (validate ??= this.#ajv.compile(schema));
    return {
      prepare: compilePrepare(schema),
      fits: (node) => compiled()(node),
      issues: (node) => {
        const check = compiled();
        return check(node) ? [] : explain(check.errors ?? []);
      },
      warm: () => void compiled(),
    };
  }
}

/** One issue for each thing that is wrong; the branches of a union that did not fit are no news. */
function explain(errors: readonly ErrorObject[]): Issue[] {
  const unions = errors.filter((error) => error.keyword === "anyOf" || error.keyword === "oneOf");
  const told = errors.filter(
    (error) =>
      !unions.some((union) =>
        union === error
          ? errors.some((other) => isOfMeantBranch(other, union))
          : isBranchOf(error, union, errors),
      ),
  );
  return told.map(toIssue);
}

/** Whether an error only says that one branch of a union was not meant. */
function isBranchOf(
  error: ErrorObject,
  union: ErrorObject,
  errors: readonly ErrorObject[],
): boolean {
  const inUnion = error.schemaPath.startsWith(`${union.schemaPath}/`);
  if (inUnion) {
    return error.instancePath === union.instancePath && !isOfMeantBranch(error, union);
  }
  // The union itself is no news when a branch got further into the value than its root.
  if (error === union) return false;
  return (
    union.schemaPath.startsWith(`${error.schemaPath}/`) &&
    errors.some((other) => other !== union && other.instancePath.length > error.instancePath.length)
  );
}

/** Whether an error is of the only branch of a union that takes objects, and its value is one. */
function isOfMeantBranch(error: ErrorObject, union: ErrorObject): boolean {
  const branches = union.schema as readonly { readonly type?: string }[];
  return (
    error.schemaPath.startsWith(`${union.schemaPath}/`) &&
    (error.instancePath !== union.instancePath || error.keyword !== "type") &&
    isObject(union.data as Json) &&
    branches.filter(({ type }) => type === "object").length === 1
  );
}

function toIssue(error: ErrorObject): Issue {
  const path = parsePointer(error.instancePath);
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case "additionalProperties": {
      const name = String(params.additionalProperty);
      const fields = Object.keys((error.parentSchema as { properties?: object }).properties ?? {});
      return withHint(
        { path: [...path, name], message: `unknown field "${name}"` },
        suggestion(name, fields),
      );
    }
    case "required":
      return { path, message: `"${String(params.missingProperty)}" is missing` };
    case "enum":
    case "const": {
      const allowed = (params.allowedValues ?? [params.allowedValue]) as unknown[];
      const names = allowed.map((value) => JSON.stringify(value));
      return { path, message: `must be one of ${names.join(", ")}, found ${show(error.data)}` };
    }
    case "anyOf":
    case "oneOf": {
      const kinds = (error.schema as { type?: string; const?: unknown }[]).map(
        (branch) => branch.type ?? JSON.stringify(branch.const) ?? "another value",
      );
      return {
        path,
        message: `must be ${[...new Set(kinds)].join(" or ")}, found ${show(error.data)}`,
      };
    }
    case "type":
      return { path, message: `must be ${String(params.type)}, found ${show(error.data)}` };
    case "format":
      return {
        path,
        message: `must be a ${String(params.format)} such as "5s", found ${show(error.data)}`,
      };
    default:
      return { path, message: `${error.message ?? "is not valid"}, found ${show(error.data)}` };
  }
}

function withHint(issue: Issue, hint: string | undefined): Issue {
  return hint === undefined ? issue : { ...issue, hint };
}

/** A found value, short enough for a sentence. */
function show(value: unknown): string {
  if (isArray(value as Json)) return "an array";
  if (typeof value === "object" && value !== null) return "an object";
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
