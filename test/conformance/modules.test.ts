// What every module owes to the engine, and to the people who write configs. Modules are taken from
// the registry and their configs are made from their schemas, so a new module is examined without
// anyone writing a test for it. Where a schema alone does not say what makes sense (an address, a
// regular expression), its `examples` do.

import { afterEach, describe, expect, it } from "@jest/globals";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { HttpApp } from "../../src/apps/http/app.js";
import { standardModules } from "../../src/apps/standard.js";
import { ConfigError, type Issue, type Json } from "../../src/document/index.js";
import { type Definition, Engine, type Life, Registry, silentLog } from "../../src/engine/index.js";
import { createGraft, type Graft } from "../../src/graft.js";
import { realClock } from "../../src/platform/index.js";
import { ask } from "../support/http.js";
import { decorated, mapValue, misspelled, places, Sampler, type Shape } from "./shape.js";
import {
  failing,
  faulty,
  Gate,
  registry,
  type Subject,
  sections,
  serving,
  subjects,
} from "./subjects.js";

const sampler = new Sampler(registry);
const all = subjects();
const NOW = AbortSignal.abort();
const IN_TIME = new AbortController().signal;
const IDLE = { units: 0, shared: 0, draining: 0 };

const shapeOf = ({ definition }: Subject) => definition.schema as Shape;
const sampleOf = (subject: Subject) => sampler.sample(shapeOf(subject), true);
const samplesOf = (subject: Subject): Json[] => [
  sampler.sample(shapeOf(subject), false),
  sampleOf(subject),
  ...sampler.singles(shapeOf(subject)),
];

/** All that documents here are made of. Schemas are compiled once. */
const known = new Registry([
  ...standardModules,
  new Gate().handler as unknown as Definition,
  faulty as unknown as Definition,
]);

function newEngine(): Engine {
  return new Engine({
    registry: known,
    ports: { clock: realClock, log: silentLog, env: {} },
    sections,
  });
}

/** What is wrong with a document. */
function issuesOf(document: Json): readonly Issue[] {
  try {
    newEngine().prepare(document);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
}

const told = ({ path, message }: Issue) => `/${path.join("/")}: ${message}`;
const listed = (found: Iterable<{ readonly at: string }>) => [...found].map(({ at }) => at);
const bySubject = all.map((subject) => [subject.id, subject] as const);

describe.each(bySubject)("the schema of %s", (_, subject) => {
  it("says what the module is for, and what each field in it is for, however deep", () => {
    const fields = [...places(shapeOf(subject))].filter(({ kind }) => kind === "field");
    const silent = fields.filter(({ shape }) => !/^.{5,}\.$/s.test(shape.description ?? ""));
    expect(subject.definition.summary).toMatch(/^[A-Z].{5,}\.$/);
    expect(listed(silent)).toEqual([]);
  });

  it("is a schema", () => {
    const ajv = new Ajv2020({ strict: false });
    expect([ajv.validateSchema(subject.definition.schema), ajv.errors]).toEqual([true, null]);
  });

  it("has only objects that say which fields they take, or that they are maps", () => {
    const open = [...places(shapeOf(subject))].filter(
      ({ shape }) =>
        shape.type === "object" &&
        !shape["x-module"] &&
        shape.additionalProperties !== false &&
        mapValue(shape) === undefined,
    );
    expect(listed(open)).toEqual([]);
  });

  it("takes every config made from it", () => {
    for (const sample of samplesOf(subject)) {
      expect(issuesOf(subject.document(sample)).map(told)).toEqual([]);
    }
  });

  it("refuses a field that it does not know, with its path and the one that was meant", () => {
    for (const { config, path, meant } of misspelled(sampleOf(subject), shapeOf(subject))) {
      const at = [...subject.at, ...path];
      const found = issuesOf(subject.document(config));
      const issue = found.find((one) => one.path.join("/") === at.join("/"));
      expect([config, issue?.message]).toEqual([config, `unknown field "${at.at(-1)}"`]);
      if (meant !== undefined) expect(issue?.hint).toBe(`did you mean "${meant}"?`);
    }
  });

  it("keeps ids from the module, and takes null for a field that is left out", () => {
    const check = registry.check(subject.definition);
    for (const sample of samplesOf(subject)) {
      const full = decorated(sample, shapeOf(subject));
      expect(issuesOf(subject.document(full)).map(told)).toEqual([]);
      expect(check.prepare(full)).toEqual(check.prepare(sample));
    }
  });
});

/** All instances that a definition made for a document, also those that have no unit. */
function builtOf({ definition }: Subject, engine: Engine, document: Json): readonly Life[] {
  const made: Life[] = [];
  const { provision } = definition;
  definition.provision = (config, context) => {
    const instance = provision.call(definition, config, context);
    made.push(instance);
    return instance;
  };
  try {
    engine.prepare(document, { force: true });
  } finally {
    definition.provision = provision;
  }
  return made;
}

describe.each(bySubject)("an instance of %s", (_, subject) => {
  const document = subject.document(sampleOf(subject));

  it("is another one whenever it is provisioned by force, and acquires nothing by that", () => {
    const engine = newEngine();
    const first = builtOf(subject, engine, document);
    const second = builtOf(subject, engine, document);
    expect(first.length).toBeGreaterThan(0);
    expect(first.filter((instance) => second.includes(instance))).toEqual([]);
    expect(engine.inventory).toEqual(IDLE);
  });

  it("has no life of its own if it is said to be stateless", () => {
    if (subject.definition.stateless !== true) return;
    for (const { start, activate, stop, graceMs } of builtOf(subject, newEngine(), document)) {
      expect([start, activate, stop, graceMs]).toEqual([
        undefined,
        undefined,
        undefined,
        undefined,
      ]);
    }
  });

  it("runs beside another of the same node, neither of them disturbed by the other's end", async () => {
    const engine = newEngine();
    const before = await running(engine, document);
    const again = engine.prepare(document, { force: true });
    await engine.start(again);
    await engine.discard(again);
    expect(engine.inventory).toEqual(before);
    expect(await engine.stop(IN_TIME)).toBe(true);
    expect(engine.inventory).toEqual(IDLE);
  });

  it("leaves nothing behind when something after it fails to start", async () => {
    const engine = newEngine();
    const candidate = engine.prepare(failing(document));
    await expect(engine.start(candidate)).rejects.toThrow("no start for this one");
    expect(engine.inventory).toEqual(IDLE);
    await running(engine, document);
    expect(await engine.stop(IN_TIME)).toBe(true);
    expect(engine.inventory).toEqual(IDLE);
  });

  it("can be stopped without having been started, and twice", async () => {
    const engine = newEngine();
    for (const instance of builtOf(subject, engine, document)) {
      await instance.stop?.(NOW);
      await instance.stop?.(NOW);
    }
    const candidate = engine.prepare(document, { force: true });
    await engine.start(candidate);
    const instances = candidate.built.map((unit) => unit.instance);
    for (const instance of instances) await instance.stop?.(NOW);
    for (const instance of instances) await instance.stop?.(NOW);
    await engine.discard(candidate);
    expect(engine.inventory).toEqual(IDLE);
  });
});

/** Load a document; what is in use afterwards. */
async function running(engine: Engine, document: Json): Promise<Engine["inventory"]> {
  const candidate = engine.prepare(document);
  await engine.start(candidate);
  engine.swap(candidate);
  return engine.inventory;
}

/** Those that have a part in answering requests behind the gate. */
const served = bySubject.filter(([, { at }]) => at.includes("srv") && at.at(-1) !== "srv");

describe.each(served)("a request that is late for %s", (_, subject) => {
  let graft: Graft;
  afterEach(() => graft.stop());

  it("is served as before by the instance that was stopped in the meantime", async () => {
    const gate = new Gate();
    const document = subject.document(sampleOf(subject));
    graft = await createGraft({ document, modules: [gate.handler as unknown as Definition] });
    const [address] = graft.app<HttpApp>("http")?.addresses().srv ?? [];
    const port = Number(address?.split(":").at(-1));
    const prompt = await outcome(port);
    const late = outcome(port, { "X-Held": "1" });
    await gate.reached;
    await graft.load(serving({}, { handle: [{ handler: "static_response", body: "next" }] }));
    expect((await ask(port, "/")).body).toBe("next");
    const { shared } = graft.inventory;
    gate.open();
    expect(await late).toEqual(prompt);
    await drained(graft);
    expect(graft.inventory.shared).toBe(shared);
  });
});

/** What a client gets to see of an answer; a connection that breaks off is one, too. */
async function outcome(port: number, headers: Readonly<Record<string, string>> = {}) {
  try {
    const { status, body } = await ask(port, "/", { headers });
    return { status, body };
  } catch (error) {
    return { broken: (error as NodeJS.ErrnoException).code };
  }
}

async function drained(graft: Graft): Promise<void> {
  while (graft.inventory.draining > 0) await new Promise((resolve) => setTimeout(resolve, 5));
}
