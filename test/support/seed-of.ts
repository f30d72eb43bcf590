// The seed of everything random in the tests, from what the environment says.

const USUAL = 20_261_121;

/** `text` as a seed: a number, `random` for one nobody chose, or nothing for the usual one. */
export function seedOf(text = ""): number {
  if (text === "") return USUAL;
  if (text === "random") return Date.now() % 2 ** 31;
  const seed = Number(text);
  if (!Number.isInteger(seed)) throw new Error(`GRAFT_TEST_SEED is not a whole number: ${text}`);
  return seed;
}
