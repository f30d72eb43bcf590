// The values that the index of ids is made of, against a plain array and a plain map.

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { differingRange, gapsBetween, Sequence } from "../../src/document/index.js";
import { LayeredMap } from "../../src/document/layered-map.js";

const splice = fc.record({
  start: fc.nat(1000),
  count: fc.oneof(fc.nat(3), fc.nat(400)),
  values: fc.array(fc.nat(9), { maxLength: 5 }),
  repeat: fc.constantFrom(1, 1, 60),
});

describe("a sequence", () => {
  it("is an array that keeps its versions, with orders that grow", () => {
    fc.assert(
      fc.property(fc.nat(600), fc.array(splice, { maxLength: 30 }), (length, splices) => {
        const plain = Array.from({ length }, (_, i) => i);
        let sequence = Sequence.of(plain);
        for (const { start, count, values, repeat } of splices) {
          const at = start % (plain.length + 1);
          const many = Array.from({ length: repeat }, () => values).flat();
          const old = [...sequence.slots()];
          const spliced = sequence.splice(at, count, many);
          expect([...sequence.slots()]).toEqual(old);
          const gone = plain.splice(at, count, ...many);
          if (!spliced.renumbered) {
            expect(spliced.removed.map((slot) => slot.value)).toEqual(gone);
            expect(spliced.inserted.map((slot) => slot.value)).toEqual(many);
            const kept = new Set([...spliced.sequence.slots()]);
            const lost = new Set(spliced.removed);
            expect(old.every((slot) => kept.has(slot) !== lost.has(slot))).toBe(true);
          }
          sequence = spliced.sequence;
          expectSame(sequence, plain);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("takes more values at one place than fit on the stack", () => {
    let sequence = Sequence.of([1, 2]);
    // Until no numbers are left between the neighbours, and all are numbered anew.
    for (let i = 0; i < 40; i++) sequence = sequence.splice(1, 0, [i]).sequence;
    const many = Array.from({ length: 200_000 }, (_, i) => i);
    const before = [...sequence];
    const spliced = sequence.splice(1, 1, many);
    expect(spliced.renumbered).toBe(true);
    expectSame(spliced.sequence, [before[0] as number, ...many, ...before.slice(2)]);
  });

  it("stays in order when thousands come in at one place", () => {
    const plain: number[] = [1, 2];
    let sequence = Sequence.of(plain);
    let renumbered = 0;
    for (let i = 0; i < 3000; i++) {
      const spliced = sequence.splice(1, 0, [i]);
      if (spliced.renumbered) renumbered++;
      sequence = spliced.sequence;
      plain.splice(1, 0, i);
    }
    expectSame(sequence, plain);
    expect(renumbered).toBeLessThan(100);
    expect(sequence.chunks.length).toBeLessThan(100);
  });

  function expectSame(sequence: Sequence<number>, plain: readonly number[]): void {
    expect([...sequence]).toEqual(plain);
    expect(sequence.length).toBe(plain.length);
    const slots = [...sequence.slots()];
    expect(slots.every((slot, i) => i === 0 || slots[i - 1]!.order < slot.order)).toBe(true);
    for (const position of [0, plain.length >> 1, plain.length - 1, plain.length]) {
      expect(sequence.at(position)).toBe(plain[position]);
      const slot = slots[position];
      if (slot) expect(sequence.positionOf(slot.order)).toBe(position);
    }
    expect(sequence.positionOf(-1e9)).toBe(-1);
    expect(sequence.range(1, 200)).toEqual(plain.slice(1, 200));
  }
});

describe("a layered map", () => {
  it("is a map that keeps its versions", () => {
    const names = fc.oneof(fc.nat(150).map(String), fc.constantFrom("__proto__", "toString", ""));
    const change = fc.tuple(fc.array(names), fc.array(fc.tuple(names, fc.nat())));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
        let plain = new Map<string, number>([["a", 1]]);
        let map = LayeredMap.of(plain);
        const versions: [typeof map, typeof plain][] = [];
        for (const [removed, added] of changes) {
          versions.push([map, plain]);
          map = map.with(removed, added);
          plain = new Map(plain);
          for (const name of removed) plain.delete(name);
          for (const [name, value] of added) plain.set(name, value);
        }
        for (const [version, wanted] of [...versions, [map, plain] as const]) {
          for (let i = 0; i <= 150; i++) expect(version.get(`${i}`)).toBe(wanted.get(`${i}`));
          for (const name of ["a", "__proto__", "toString", "", "constructor"]) {
            expect(version.get(name)).toBe(wanted.get(name));
            expect(version.has(name)).toBe(wanted.has(name));
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe("the gaps between two arrays", () => {
  const list = fc.array(fc.nat(6), { maxLength: 30 });

  it("are all that has to be replaced to make one the other", () => {
    fc.assert(
      fc.property(list, list, (a, b) => {
        const made = [...a];
        for (const { startA, endA, startB, endB } of gapsBetween(a, b)) {
          made.splice(startB, endA - startA, ...b.slice(startB, endB));
        }
        expect(made).toEqual(b);
        const { start, endA, endB } = differingRange(a, b);
        expect([...a.slice(0, start), ...b.slice(start, endB), ...a.slice(endA)]).toEqual(b);
      }),
    );
  });

  it("are two for an element that moved", () => {
    const a = Array.from({ length: 100 }, (_, i) => i);
    expect(gapsBetween(a, [99, ...a.slice(0, 99)])).toHaveLength(2);
    expect(gapsBetween(a, a)).toEqual([]);
  });
});
