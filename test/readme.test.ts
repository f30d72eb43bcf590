// What the README says there is, is there, and the other way round.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { server } from "../src/apps/http/server.js";
import { standardModules } from "../src/apps/standard.js";
import type { Definition } from "../src/engine/index.js";

/** The rows of the table of modules: the fields that are named for each module's id. */
function tableOfModules(): ReadonlyMap<string, readonly string[]> {
  const text = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const [, table = ""] = /\| module \| fields \|\n\|---\|---\|\n((?:\|.*\n)+)/.exec(text) ?? [];
  const rows = new Map<string, readonly string[]>();
  let namespace = "";
  for (const line of table.trimEnd().split("\n")) {
    const [, left = "", right = ""] = line.split(/(?<!\\)\|/);
    const [, heading] = /\*\*`?([^`*]+)`?\*\*/.exec(left) ?? [];
    if (heading !== undefined) namespace = heading.endsWith(".…") ? heading.slice(0, -1) : "";
    else for (const name of codesIn(left)) rows.set(`${namespace}${name}`, codesIn(right));
  }
  return rows;
}

function codesIn(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code as string);
}

interface Shape {
  readonly properties?: object;
}

/** The fields of a module's node, if it has a long form; none where it may have any. */
function fieldsOf({ schema }: Definition): readonly string[] {
  const { properties, anyOf = [] } = schema as Shape & { readonly anyOf?: readonly Shape[] };
  const long = anyOf.find((branch) => branch.properties !== undefined);
  return Object.keys(properties ?? long?.properties ?? {});
}

const table = tableOfModules();
const known = [...standardModules, server as unknown as Definition];

describe("the README's table of modules", () => {
  it("names every module, and no other", () => {
    expect([...table.keys()].sort()).toEqual(known.map(({ id }) => id).sort());
  });

  it.each(known.map((definition) => [definition.id, definition] as const))(
    "names the fields of %s, and no others",
    (id, definition) => {
      const named = (table.get(id) ?? []).map((field) => field.replace(/\..*/, ""));
      expect([...new Set(named)].sort()).toEqual([...fieldsOf(definition)].sort());
    },
  );
});
