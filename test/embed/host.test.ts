import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createHost, follow, type Host } from "../../fixtures/embed/host.js";
import type { Ticker } from "../../fixtures/embed/ticker.js";
import { ask } from "../support/http.js";

let host: Host;
let server: Server;
let port: number;
beforeEach(async () => {
  host = await createHost();
  server = host.app.listen(0, "127.0.0.1");
  await new Promise<void>((resolve) => server.once("listening", resolve));
  port = (server.address() as AddressInfo).port;
});
afterEach(async () => {
  await Promise.all([host.blue.stop(), host.green.stop()]);
  server.close();
  server.closeAllConnections();
});

const json = { "Content-Type": "application/json" };

describe("a service with Graft inside", () => {
  it("runs its own app from the document, and changes it over the mounted admin API", async () => {
    expect((await ask(port, "/")).body).toBe("hello");
    const change = { method: "PATCH", headers: json, body: '"good day"' };
    expect((await ask(port, "/admin/id/ticker/greeting", change)).status).toBe(200);
    expect((await ask(port, "/")).body).toBe("good day");
  });

  it("has two configurations that know nothing of each other", async () => {
    const change = { method: "PATCH", headers: json, body: '"green"' };
    expect((await ask(port, "/green/admin/id/ticker/greeting", change)).status).toBe(200);
    expect(host.green.app<Ticker>("ticker")?.greeting).toBe("green");
    expect(host.blue.app<Ticker>("ticker")?.greeting).toBe("hello");
  });

  it("refuses what the app's own schema does not allow, and names the path", async () => {
    const change = { method: "PATCH", headers: json, body: "7" };
    const { status, body } = await ask(port, "/admin/id/ticker/greeting", change);
    expect([status, JSON.parse(body).path]).toEqual([400, "/apps/ticker/greeting"]);
    expect((await ask(port, "/")).body).toBe("hello");
  });

  it("changes the document itself, and hears of every revision until it stops", async () => {
    const lines: string[] = [];
    const following = follow(host.blue, (line) => lines.push(line));
    const { body } = await ask(port, "/shout", { method: "POST" });
    expect((await ask(port, "/")).body).toBe("HELLO");
    await host.blue.stop();
    await following;
    expect(lines).toEqual([`revision ${JSON.parse(body).revision} by host`]);
  });
});
