// The built command, killed at random instants under a stream of changes, and resumed.

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { freePort, get, patch, Sandbox, saying } from "../cli/sandbox.js";
import { ask } from "../support/http.js";

const ROUNDS = 8;
/** How many clients change the document at the same time, each its own field. */
const CLIENTS = 4;

const field = (client: number) => `/id/answer/headers/X-Client-${client}`;

describe("a process that is killed under a stream of changes", () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await Sandbox.open();
  });
  afterEach(() => sandbox.close());

  async function began() {
    const ports = { admin: await freePort(), site: await freePort() };
    const document = saying("first", ports);
    const [route] = document.apps.http.servers.web.routes;
    const headers = Object.fromEntries(
      Array.from({ length: CLIENTS }, (_, client) => [`X-Client-${client}`, ["0"]]),
    );
    Object.assign(route?.handle[0] ?? {}, { headers });
    const file = await sandbox.write("app.json", document);
    return { ports, args: ["run", "--config", file, "--resume"] };
  }

  /** Change one field again and again until nobody answers; tell the last acknowledged value. */
  async function stream(port: number, client: number, from: number): Promise<number> {
    let value = from;
    try {
      while ((await patch(port, field(client), [`${value + 1}`])) === 200) value++;
    } catch {
      // It was killed.
    }
    return value;
  }

  it(`has every acknowledged change when it is resumed, ${ROUNDS} times in a row`, async () => {
    const { ports, args } = await began();
    let values = Array.from({ length: CLIENTS }, () => 0);
    let acknowledged = 0;
    let running = await sandbox.serve(args);
    for (let round = 0; round < ROUNDS; round++) {
      const streams = values.map((value, client) => stream(ports.admin, client, value));
      const afterMs = 100 + Math.random() * 400;
      setTimeout(() => running.signal("SIGKILL"), afterMs);
      await running.ended;
      const told = await Promise.all(streams);
      acknowledged += told.reduce((sum, value, i) => sum + value - (values[i] as number), 0);

      running = await sandbox.serve(args);
      const { headers } = await ask(ports.site, "/");
      values = told.map((_, client) => Number(headers[`x-client-${client}`]));
      // The one change that was under way may have been written, but not answered any more.
      const fits = told.map((last, i) => [last, last + 1].includes(values[i] as number));
      expect({ afterMs, told, values, fits }).toMatchObject({ fits: told.map(() => true) });
    }
    expect(acknowledged).toBeGreaterThan(ROUNDS);
  }, 180_000);

  it("keeps its state directory to itself while it lives", async () => {
    const { ports, args } = await began();
    const first = await sandbox.serve(args);
    const second = await sandbox.run(args);
    expect(second.code).not.toBe(0);
    expect(second.stderr).toContain(`in use by process ${first.process.pid}`);
    expect(await get(ports.site)).toBe("first");
    expect(await patch(ports.admin, field(0), ["1"])).toBe(200);
  }, 60_000);
});
