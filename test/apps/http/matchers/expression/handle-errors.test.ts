import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createCaddyfile } from "../../../../../adapters/caddyfile/index.js";
import type { HttpApp } from "../../../../../src/apps/http/app.js";
import { createGraft, type Graft } from "../../../../../src/graft.js";
import { ask } from "../../../../support/http.js";

let root: string;
let graft: Graft;
let port: number;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "graft-errors-"));
  await writeFile(join(root, "404.html"), "nothing here");
  await writeFile(join(root, "index.html"), "home");
  graft = await createGraft({ adapters: [createCaddyfile()] });
  await graft.load(siteIn(root), { format: "caddyfile" });
  const [address = ""] = graft.app<HttpApp>("http")?.addresses().srv0 ?? [];
  port = Number(address.split(":").at(-1));
});
afterAll(async () => {
  await graft.stop();
  await rm(root, { recursive: true });
});

const siteIn = (folder: string) => `
http://127.0.0.1:0 {
	root * ${folder}
	error /gone 410
	error /bad 502
	error /teapot 418
	@broken expression "1 / int({query.n}) == 1"
	respond @broken "one"
	file_server
	handle_errors 404 {
		rewrite * /404.html
		file_server
	}
	handle_errors 410 403 {
		respond "gone {err.status_code}"
	}
	handle_errors 5xx {
		respond "sorry {err.status_code}"
	}
	handle_errors {
		respond "other {err.status_code}"
	}
}
`;

describe("a Caddyfile with several handle_errors", () => {
  it.each([
    ["/?n=2", 200, "home"],
    ["/?n=1", 200, "one"],
    ["/nope?n=2", 404, "nothing here"],
    ["/gone?n=2", 410, "gone 410"],
    ["/bad?n=2", 502, "sorry 502"],
    ["/teapot?n=2", 418, "other 418"],
  ])("answers %s with %d %j", async (path, status, body) => {
    const got = await ask(port, path);
    expect([got.status, got.body]).toEqual([status, body]);
  });

  it("takes an expression that fails for an error of the server", async () => {
    for (const path of ["/?n=0", "/?n=many", "/"]) {
      const got = await ask(port, path);
      expect([got.status, got.body]).toEqual([500, "sorry 500"]);
    }
  });
});
