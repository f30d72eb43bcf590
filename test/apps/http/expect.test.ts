// Clients that ask before they send a body (`Expect: 100-continue`, RFC 9110, 10.1.1): who is refused
// sends nothing in vain, and who is let in is told when somebody reads.

import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { text as textOf } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "@jest/globals";
import { type Serving, serving } from "../../support/http.js";
import { atEnd, closeAll, rawExchange, upstream } from "./reverseproxy/support.js";

let site: Serving;
afterEach(async () => {
  await site?.stop();
  await closeAll();
});

const ASKING = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";

function open(port: number): Socket {
  const socket = connect(port, "127.0.0.1");
  atEnd(() => socket.destroy());
  return socket;
}

async function refusing() {
  site = await serving([
    { handle: [{ handler: "static_response", status_code: 403, body: "no" }] },
  ]);
}

/** A proxy whose upstream answers with what it got. */
async function echoing() {
  const { dial } = await upstream((request, response) => void request.pipe(response));
  site = await serving([{ handle: [{ handler: "reverse_proxy", upstreams: [{ dial }] }] }]);
}

describe("a client that asks before it sends a body", () => {
  it("gets a refusal at once, and no invitation", async () => {
    await refusing();
    const answer = await textOf(
      open(site.port)
        .on("error", () => {})
        .end(ASKING),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(answer).toMatch(/\r\nConnection: close\r\n/i);
  });

  it("reads the refusal also when it sends a large body without waiting", async () => {
    await refusing();
    const length = 5_000_000;
    const socket = open(site.port);
    const sent = new Promise((resolve) => {
      socket.write(ASKING.replace("Length: 5", `Length: ${length}`));
      socket.write(Buffer.alloc(length), resolve);
    });
    expect(await sent).toBeFalsy();
    expect(await textOf(socket)).toMatch(/^HTTP\/1\.1 403 [\s\S]*no$/);
  });

  it("is invited when its body is read", async () => {
    await echoing();
    const socket = open(site.port);
    socket.write(ASKING);
    const [invitation] = (await once(socket, "data")) as [Buffer];
    expect(invitation.toString()).toBe("HTTP/1.1 100 Continue\r\n\r\n");
    socket.write("12345");
    const [answer] = (await once(socket, "data")) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 /);
  });

  it("is invited once, and its connection goes on", async () => {
    await echoing();
    const next = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    const answers = await rawExchange(site.port, `${ASKING}12345${next}`);
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual([
      "HTTP/1.1 100",
      "HTTP/1.1 200",
      "HTTP/1.1 200",
    ]);
  });

  it("is answered with 417 when it expects something else", async () => {
    await refusing();
    const answer = await rawExchange(
      site.port,
      ASKING.replace("100-continue", "a-miracle\r\nConnection: close"),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 417 /);
  });
});
