// Stateless modules: what is remembered of them, and what is built again.

import { describe, expect, it } from "@jest/globals";
import type { Json } from "../../src/document/index.js";
import type { Definition, Life } from "../../src/engine/index.js";
import { AnyJson, Type } from "../../src/schema/index.js";
import { listing } from "./listing.js";

const schema = AnyJson("Anything.");

interface Word extends Life {
  readonly word: string;
}

/** An engine with an app that is a list of words, and how often each word was built. */
function words(extra: Partial<Definition<Json, Word, number>> = {}) {
  const built: string[] = [];
  const word: Definition<Json, Word, number> = {
    id: "word",
    summary: "A word.",
    schema,
    stateless: true,
    outline: ({ word }) => word.length,
    provision(config) {
      built.push(config as string);
      return { word: config as string };
    },
    ...extra,
  };
  const { load } = listing(word);
  return { built, load: (...of: Json[]) => load(of) };
}

describe("a stateless element of a list", () => {
  it("is built to be checked, and once more when it is first used", async () => {
    const { built, load } = words();
    const [, second] = await load("one", "three");
    expect(built).toEqual(["one", "three"]);
    expect(second?.outline).toBe(5);
    expect(built).toEqual(["one", "three"]);
    expect([second?.instance.word, second?.instance.word]).toEqual(["three", "three"]);
    expect(built).toEqual(["one", "three", "three"]);
  });

  it("is built only when it is used, if a glance at its config tells all", async () => {
    const { built, load } = words({
      glance: (config) => (config === "in doubt" ? undefined : (config as string).length),
    });
    const [first, second] = await load("one", "in doubt");
    expect([first?.outline, second?.outline]).toEqual([3, 8]);
    expect(built).toEqual(["in doubt"]);
    expect(first?.instance.word).toBe("one");
    expect(built).toEqual(["in doubt", "one"]);
  });

  it("is not glanced at when its config is not as the schema says", async () => {
    const { load } = words({ schema: Type.String(), glance: () => 1 });
    await expect(load(1 as never)).rejects.toThrow("must be string, found 1");
  });

  it("is kept when nothing is told of it that could stand for it", async () => {
    const { built, load } = words({ outline: undefined as never });
    const [first] = await load("one");
    expect(first?.instance.word).toBe("one");
    expect(built).toEqual(["one"]);
  });

  it("uses the parts with a life that it holds, whenever it is built", async () => {
    const started: string[] = [];
    const part: Definition<Json, Life & { readonly of: string }> = {
      id: "part",
      summary: "A part with a life.",
      schema,
      provision: (config) => {
        const of = (config as { of: string }).of;
        return { of, start: () => void started.push(of) };
      },
    };
    const nodes = [{ of: "a" }, { of: "b" }];
    const holder: Partial<Definition<Json, Word, number>> = {
      outline: () => 0,
      provision: (_, context) => {
        const [a, b] = nodes.map((node, i) => context.part(part, node, [String(i)]));
        return { word: `${a?.of}${b?.of}`, parts: [a, b] } as Word;
      },
    };
    const [first] = await words(holder).load("one");
    expect(started).toEqual(["a", "b"]);
    expect(first?.instance.word).toBe("ab");
    expect(started).toEqual(["a", "b"]);
  });

  it("cannot have a life, which nobody would start or end", async () => {
    const { load } = words({ provision: () => ({ word: "", start() {} }) });
    await expect(load("one")).rejects.toThrow("word is stateless, and cannot have a life");
  });
});
