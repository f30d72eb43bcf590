// What is compiled is asked, in a process of its own: here the library may be there already.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "@jest/globals";

const GRAFT = fileURLToPath(new URL("../../../../../dist/src/index.js", import.meta.url));
const run = promisify(execFile);

/** Whether the library was read for a route with this expression. */
async function isReadFor(expression: string): Promise<boolean> {
  const program = `
    import Module from "node:module";
    import { createGraft } from ${JSON.stringify(GRAFT)};
    const routes = [{ match: [{ expression: ${JSON.stringify(expression)} }] }];
    const graft = await createGraft();
    graft.validate({ apps: { http: { servers: { a: { listen: ["127.0.0.1:0"], routes } } } } });
    console.log(Object.keys(Module._cache).some((file) => /@bufbuild.cel/.test(file)));
    await graft.stop();`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", program]);
  return stdout.trim() === "true";
}

describe("the library of CEL", () => {
  it("is not read for the conditions of handle_errors", async () => {
    expect(await isReadFor("{http.error.status_code} in [404]")).toBe(false);
  });

  it("is read for others", async () => {
    expect(await isReadFor("path('/a')")).toBe(true);
  });
});
