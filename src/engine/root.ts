// The root of the document: `apps`, and the sections that concern the process as a whole.

import {
  type Issue,
  isObject,
  type Json,
  type JsonObject,
  type Path,
  printPath,
} from "../document/index.js";
import { AnyJson, nearest } from "../schema/index.js";
import type { Claim, Context, Definition, Life } from "./module.js";

/** What stands right below the root, or below `apps`. */
interface Branch {
  readonly path: Path;
  readonly life: Life;
}

/** The definition of the whole document, given those of the sections besides `apps`. */
export function defineRoot(sections: Readonly<Record<string, Definition>>): Definition {
  const known = ["apps", ...Object.keys(sections)];
  return {
    id: "root",
    summary: "The whole document.",
    schema: AnyJson("The whole document."),
    provision(config, context): Life {
      const root = config as JsonObject;
      const unknown = Object.keys(root)
        .filter((key) => !known.includes(key) && key !== "@id")
        .map((key) => () => context.fail([key], `unknown field "${key}"`, meant(key, known)));
      const inSections = Object.entries(sections).map(([key, definition]) => (): Branch => {
        const node = (root[key] as Json | undefined) ?? EMPTY;
        return { path: [key], life: context.part(definition, node, [key]) };
      });
      const apps = root.apps ?? EMPTY;
      if (!isObject(apps)) return context.fail(["apps"], "must be an object");
      const inApps = Object.keys(apps)
        .filter((name) => name !== "@id")
        .map((name) => (): Branch => {
          const path = ["apps", name];
          return { path, life: context.named("", name, apps[name] as Json, path) };
        });
      return new Root(context.all([...unknown, ...inSections, ...inApps]), context);
    },
  };
}

const EMPTY: JsonObject = Object.freeze({});

function meant(key: string, known: readonly string[]): string | undefined {
  const near = nearest(key, known);
  return near === undefined ? `known: ${known.join(", ")}` : `did you mean "${near}"?`;
}

/** What nobody below can tell: that two of them want the same. */
class Root implements Life {
  readonly #branches: readonly Branch[];
  readonly #context: Context;

  constructor(branches: readonly Branch[], context: Context) {
    this.#branches = branches;
    this.#context = context;
  }

  validate(): readonly Issue[] {
    return this.clashes(({ name }) => name);
  }

  start(): void {
    const [clash] = this.clashes(({ acquired }) => acquired);
    if (clash) this.#context.fail(clash.path, clash.message);
  }

  private clashes(nameOf: (claim: Claim) => string | undefined): readonly Issue[] {
    const owners = new Map<string, Path>();
    const clashes: Issue[] = [];
    for (const { path, life } of this.#branches) {
      for (const claim of life.claims?.() ?? []) {
        const name = nameOf(claim);
        if (name === undefined) continue;
        const at = path.concat(claim.at);
        const owner = owners.get(name);
        if (owner === undefined) owners.set(name, at);
        else clashes.push({ path: at, message: `${name} is taken by ${printPath(owner)} too` });
      }
    }
    return clashes;
  }
}
