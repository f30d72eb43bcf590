// The log, as a machine reads it and as a person does.

import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "@jest/globals";
import { createLog, type LogOptions } from "../../src/platform/index.js";

function logTo(options: LogOptions = {}) {
  const lines: string[] = [];
  const log = createLog({ format: "json", ...options, stream: { write: (l) => lines.push(l) } });
  return { log, lines, read: () => lines.map((line) => JSON.parse(line)) };
}

describe("the log", () => {
  it("writes one object a line, with Caddy's names", () => {
    const { log, lines, read } = logTo();
    log.named("admin").named(".api").info("received request", { method: "GET", status: 200 });
    expect(lines[0]).toMatch(/^\{"level":"info","ts":\d+(\.\d+)?,"logger":"admin\.api",.*\}\n$/);
    expect(read()).toEqual([
      {
        level: "info",
        ts: expect.any(Number),
        logger: "admin.api",
        method: "GET",
        status: 200,
        msg: "received request",
      },
    ]);
  });

  it("joins names with one dot, and has none at the root", () => {
    const { log, read } = logTo();
    log.info("root");
    log.named("http").named("log").named(".access").info("deep");
    expect(read().map(({ logger }) => logger)).toEqual([undefined, "http.log.access"]);
  });

  it("holds back what is too fine, and changes its mind for logs that are in use", () => {
    const { log, read } = logTo({ level: "warn" });
    const tls = log.named("tls");
    tls.info("held back");
    tls.error("written");
    log.level = "debug";
    tls.debug("written now");
    expect(read().map(({ msg }) => msg)).toEqual(["written", "written now"]);
  });

  it("writes an error with its stack, and what refers to itself", () => {
    const { log, read } = logTo();
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    log.error("failed", { error: new Error("boom"), circle, big: 1n });
    expect(read()[0]).toMatchObject({ error: expect.stringMatching(/^Error: boom\n +at /) });
  });

  it("reads well on a terminal, which nothing in it can steer", () => {
    const { log, lines } = logTo({ format: "console" });
    log.named("http").warn("bad \u001b[2J host", { host: "a\u009b31m\n\u202eb" });
    const line = stripVTControlCharacters(lines.join(""));
    expect(line).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\tWARN\thttp\tbad /);
    expect(line.endsWith('bad \\u001b[2J host\t{"host":"a\\u009b31m\\n\\u202eb"}\n')).toBe(true);
  });
});
