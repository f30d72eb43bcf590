import { expect, it } from "@jest/globals";
import { rehearseOnce } from "../../src/cli/rehearsal.js";
import { createGraft } from "../../src/index.js";

it("rehearses documents that the standard modules can serve, and leaves nothing of them", async () => {
  const graft = await createGraft();
  try {
    const before = graft.inventory;
    for (const round of [0, 1, 40]) for (const _ of rehearseOnce(graft, round));
    expect(graft.inventory).toEqual(before);
    expect(graft.door.revision).toBe(0);
    expect(graft.door.document).toBeNull();
  } finally {
    await graft.stop();
  }
});
