import { createServer } from "node:http";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "@jest/globals";
import { WebSocket, WebSocketServer } from "ws";
import {
  atEnd,
  closeAll,
  listening,
  proxyingTo,
  rawExchange,
  rawUpstream,
  saying,
  signal,
} from "./support.js";

afterEach(closeAll);

/** A WebSocket server that echoes. */
async function echo() {
  const server = createServer((_request, response) => response.end("plain"));
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket, request) => {
    socket.send(`hello ${request.url}`);
    socket.on("message", (data, binary) => socket.send(data, { binary }));
  });
  atEnd(() => sockets.close());
  return listening(server);
}

/** A WebSocket client, and the messages that it gets. */
async function client(port: number) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/chat`);
  const messages: Buffer[] = [];
  let arrived = signal();
  socket.on("message", (data) => {
    messages.push(data as Buffer);
    arrived.fire();
    arrived = signal();
  });
  socket.on("error", () => {});
  const closed = signal<number>();
  socket.on("close", (code) => closed.fire(code));
  const got = async (count: number) => {
    while (messages.length < count) await arrived.fired;
    return messages;
  };
  atEnd(() => socket.terminate());
  await got(1);
  return { socket, got, closed: closed.fired };
}

describe("a WebSocket through the proxy", () => {
  it("carries messages both ways", async () => {
    const { port } = await proxyingTo((await echo()).dial);
    const { socket, got } = await client(port);
    const large = Buffer.alloc(2_000_000, "x");
    socket.send("text");
    socket.send(large);
    const [first, text, binary] = await got(3);
    expect(String(first)).toBe("hello /chat");
    expect(String(text)).toBe("text");
    expect(binary?.equals(large)).toBe(true);
  });

  it("is closed for both when either closes", async () => {
    const upstream = await echo();
    const { port, statuses } = await proxyingTo(upstream.dial);
    const { socket, closed } = await client(port);
    expect(statuses()).toMatchObject([{ num_requests: 1 }]);
    socket.close(4001);
    expect(await closed).toBe(4001);
    while (upstream.sockets.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    while (statuses()[0]?.num_requests !== 0)
      await new Promise((resolve) => setTimeout(resolve, 5));
    const other = await client(port);
    for (const connection of upstream.sockets) connection.destroy();
    expect(await other.closed).toBe(1006);
  });

  it("holds up no drain of requests, and is told goodbye when the proxy stops", async () => {
    const { port, stop } = await proxyingTo((await echo()).dial);
    const { closed } = await client(port);
    await stop(new AbortController().signal);
    expect(await closed).toBe(1001);
  });

  it("outlives its proxy for as long as the config says", async () => {
    const { port, stop } = await proxyingTo((await echo()).dial, { stream_close_delay: "40ms" });
    const { socket, got, closed } = await client(port);
    const stopping = stop(new AbortController().signal);
    socket.send("still here");
    expect(String((await got(2))[1])).toBe("still here");
    expect(await closed).toBe(1001);
    await stopping;
  });

  it("lasts no longer than the config allows", async () => {
    const { port } = await proxyingTo((await echo()).dial, { stream_timeout: "30ms" });
    expect(await (await client(port)).closed).toBe(1006);
  });

  it("keeps the case of its fields, also where rules change others", async () => {
    const heard = signal<string>();
    const { dial } = await rawUpstream((socket) =>
      socket.once("data", (head) => {
        heard.fire(String(head));
        const fields = "Upgrade: websocket\r\nsec-websocket-accept: a\r\n";
        socket.end(`HTTP/1.1 101 Switching Protocols\r\n${fields}\r\n`);
      }),
    );
    const { port } = await proxyingTo(dial, { headers: { request: { set: { "X-A": ["1"] } } } });
    const offer = "Connection: Upgrade\r\nUpgrade: websocket\r\nsec-websocket-key: k\r\n";
    const answer = await rawExchange(port, `GET / HTTP/1.1\r\nHost: a\r\n${offer}\r\n`);
    expect(await heard.fired).toContain("\r\nSec-WebSocket-Key: k\r\n");
    expect(answer).toContain("\r\nSec-WebSocket-Accept: a\r\n");
  });

  it("is not there for upstreams that refuse it", async () => {
    const { dial } = await saying("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
    const { port } = await proxyingTo(dial);
    const status = signal<number | undefined>();
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
    socket.on("unexpected-response", (_request, response) => status.fire(response.statusCode));
    socket.on("error", () => {});
    expect(await status.fired).toBe(403);
    socket.terminate();
  });
});

describe("any other protocol", () => {
  const ask = "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: Shout\r\n\r\n";

  it("is spliced too, with what was sent too early on either side", async () => {
    const { dial } = await rawUpstream((socket) => {
      let text = "";
      let upgraded = false;
      socket.on("data", (chunk: Buffer) => {
        text += chunk;
        if (!upgraded && text.includes("\r\n\r\n")) {
          upgraded = true;
          text = text.slice(text.indexOf("\r\n\r\n") + 4);
          socket.write("HTTP/1.1 101 S\r\nConnection: upgrade\r\nUpgrade: shout\r\n\r\nEARLY ");
        }
        if (upgraded && text.includes("bye")) socket.end(text.toUpperCase());
      });
    });
    const { port } = await proxyingTo(dial);
    const answer = await rawExchange(port, `${ask}early bye`);
    expect(answer).toMatch(/^HTTP\/1.1 101 .*\r\nUpgrade: shout\r\n.*\r\n\r\nEARLY EARLY BYE$/s);
  });

  it("may be any of those that were offered", async () => {
    const said = "HTTP/1.1 101 S\r\nUpgrade: shout\r\n\r\nHEY";
    const { dial } = await saying(said, (socket) => socket.end());
    const { port } = await proxyingTo(dial);
    const answer = await rawExchange(port, ask.replace("Shout", "Whisper, Shout"));
    expect(answer).toMatch(/^HTTP\/1.1 101 .*\r\nUpgrade: shout\r\n.*\r\n\r\nHEY$/s);
  });

  it("must be one that was asked for", async () => {
    const { dial } = await saying("HTTP/1.1 101 S\r\nUpgrade: whisper\r\n\r\n");
    const { port } = await proxyingTo(dial);
    expect(await rawExchange(port, ask)).toMatch(/^HTTP\/1.1 502/);
  });

  it("does not outlive a client that vanishes", async () => {
    const gone = signal();
    const { dial } = await rawUpstream((socket) => {
      socket.once("data", () => socket.write("HTTP/1.1 101 S\r\nUpgrade: shout\r\n\r\n"));
      socket.on("close", () => gone.fire());
    });
    const { port } = await proxyingTo(dial);
    const socket = connect(port, "127.0.0.1", () => socket.write(ask));
    socket.once("data", () => socket.destroy());
    await gone.fired;
  });
});
