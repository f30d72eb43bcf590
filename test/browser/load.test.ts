// A web page of another origin, in a real Chromium, that tries every way a page has to change the
// document. Skipped where there is no `chromium` on the PATH.

import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { type Browser, chromium, type Page } from "playwright-core";
import { createGraft, type Graft } from "../../src/graft.js";

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // DNS rebinding: the page's own name leads to the admin endpoint.
  "--host-resolver-rules=MAP evil.test 127.0.0.1",
];
const DOCUMENT = { apps: { http: { servers: {} } } };
/** Every change that the page asks for would show as this. */
const WANTED = '{"apps":{"http":{"servers":{},"http_port":6666}}}';

const executablePath = found("chromium");
const inBrowser = executablePath === undefined ? describe.skip : describe;

function found(command: string): string | undefined {
  try {
    return execFileSync("sh", ["-c", `command -v ${command}`])
      .toString()
      .trim();
  } catch {
    return undefined;
  }
}

// What the scripts below use of the page they run in.
type Element = Record<string, unknown> & { append(child: Element): void; submit(): void };
declare const document: { createElement(name: string): Element; readonly body: Element };
declare const navigator: { sendBeacon(url: string, body: Blob): boolean };
declare const Image: new () => EventTarget & { src: string };
declare const XMLHttpRequest: new () => {
  onloadend: () => void;
  readonly status: number;
  open(method: string, url: string): void;
  send(body: string): void;
};

/** Where a script in the page aims, and what it wants to have loaded. */
interface Aim {
  readonly url: string;
  readonly body: string;
}

let browser: Browser;
let page: Page;
let site: Server;
let graft: Graft;
let origin: string;
let admin: string;
let rebound: string;

inBrowser("a web page of another origin", () => {
  beforeAll(async () => {
    graft = await createGraft({ document: DOCUMENT, adminListen: "127.0.0.1:0" });
    admin = `http://${graft.adminAddress}`;
    rebound = admin.replace("127.0.0.1", "evil.test");
    site = createServer((_, response) => {
      response.setHeader("Content-Type", "text/html").end("<!doctype html><p>Win a prize!</p>");
    }).listen(0, "127.0.0.1");
    await once(site, "listening");
    origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
    browser = await chromium.launch({ executablePath: executablePath ?? "", args: ARGUMENTS });
  });
  afterEach(async () => {
    expect(graft.document).toEqual(DOCUMENT);
    expect(graft.door.revision).toBe(1);
    await page.close();
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
    await graft?.stop();
  });

  /** Open the page, and run this in it, against the endpoint's address and its rebound name. */
  async function attempt(script: (to: Aim) => Promise<unknown>): Promise<unknown[]> {
    page = await browser.newPage();
    await page.goto(origin);
    const outcomes: unknown[] = [];
    for (const url of [admin, rebound]) {
      outcomes.push(await page.evaluate(script, { url, body: WANTED }));
    }
    return outcomes;
  }

  it("is refused when it fetches, whatever type it says", async () => {
    const outcomes = await attempt(({ url, body }) =>
      Promise.all(
        ["application/json", "text/plain", "text/json", "application/json5"].map((type) =>
          fetch(`${url}/load`, { method: "POST", body, headers: { "Content-Type": type } })
            .then(({ status }) => status)
            .catch(() => "refused"),
        ),
      ),
    );
    expect(outcomes.flat()).toEqual(Array(8).fill("refused"));
  });

  it("is refused when it does not want to read the answer", async () => {
    const outcomes = await attempt(async ({ url, body }) => {
      const blind = { method: "POST", mode: "no-cors", body } as const;
      return (await fetch(`${url}/load`, blind).catch(() => ({ type: "opaque" }))).type;
    });
    expect(outcomes).toEqual(["opaque", "opaque"]);
  });

  it("is refused when it uses XMLHttpRequest", async () => {
    const outcomes = await attempt(
      ({ url, body }) =>
        new Promise((resolve) => {
          const request = new XMLHttpRequest();
          request.onloadend = () => resolve(request.status);
          request.open("POST", `${url}/load`);
          request.send(body);
        }),
    );
    expect(outcomes).toEqual([0, 0]);
  });

  it("is refused when it sends a beacon", async () => {
    const outcomes = await attempt(async ({ url, body }) => {
      const sent = navigator.sendBeacon(`${url}/load`, new Blob([body], { type: "text/plain" }));
      // What was sent before this answer came has arrived as well.
      await fetch(`${url}/config/`, { mode: "no-cors" }).catch(() => {});
      return sent;
    });
    expect(outcomes).toEqual([true, true]);
  });

  it("is refused when it posts a form", async () => {
    for (const url of [admin, rebound]) {
      page = await browser.newPage();
      await page.goto(origin);
      const answer = page.waitForResponse((response) => response.url() === `${url}/load`);
      await page.evaluate(
        ({ url, body }) => {
          const form = document.createElement("form");
          Object.assign(form, { method: "post", enctype: "text/plain", action: `${url}/load` });
          const field = document.createElement("input");
          // `name=value`, with the equal sign where a text in the JSON may have it.
          [field.name, field.value] = [`${body.slice(0, -1)},"@id":"`, '"}'];
          form.append(field);
          document.body.append(form);
          form.submit();
        },
        { url, body: WANTED },
      );
      expect((await answer).status()).toBe(403);
      if (url === admin) await page.close();
    }
  });

  it("gets no WebSocket, no events and no picture", async () => {
    const outcomes = await attempt(({ url }) => {
      const failing = (target: EventTarget) =>
        new Promise((resolve) => {
          target.addEventListener("error", () => resolve("refused"));
          for (const type of ["open", "load"]) {
            target.addEventListener(type, () => resolve("let in"));
          }
        });
      const picture = new Image();
      picture.src = `${url}/config/`;
      const socket = new WebSocket(`${url.replace("http", "ws")}/load`);
      const events = new EventSource(`${url}/events`);
      return Promise.all([picture, socket, events].map(failing));
    });
    expect(outcomes.flat()).toEqual(Array(6).fill("refused"));
  });
});
