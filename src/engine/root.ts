// The root of the document: `apps`, and the sections that concern the process as a whole.

import { isObject, type Json, type JsonObject } from "../document/index.js";
import { AnyJson, nearest } from "../schema/index.js";
import type { Definition, Life } from "./module.js";

/** The definition of the whole document, given those of the sections besides `apps`. */
export function defineRoot(sections: Readonly<Record<string, Definition>>): Definition {
  const known = ["apps", ...Object.keys(sections)];
  return {
    id: "root",
    summary: "The whole document.",
    schema: AnyJson("The whole document."),
    provision(config, context): Life {
      const root = config as JsonObject;
      const tasks = Object.keys(root)
        .filter((key) => !known.includes(key) && key !== "@id")
        .map((key) => () => context.fail([key], `unknown field "${key}"`, meant(key, known)));
      const sectionTasks = Object.entries(sections).map(([key, definition]) => () => {
        context.part(definition, (root[key] as Json | undefined) ?? EMPTY, [key]);
      });
      const apps = root.apps ?? EMPTY;
      if (!isObject(apps)) return context.fail(["apps"], "must be an object");
      const appTasks = Object.keys(apps)
        .filter((name) => name !== "@id")
        .map((name) => () => {
          context.named("", name, apps[name] as Json, ["apps", name]);
        });
      context.all<void>([...tasks, ...sectionTasks, ...appTasks]);
      return {};
    },
  };
}

const EMPTY: JsonObject = Object.freeze({});

function meant(key: string, known: readonly string[]): string | undefined {
  const near = nearest(key, known);
  return near === undefined ? `known: ${known.join(", ")}` : `did you mean "${near}"?`;
}
