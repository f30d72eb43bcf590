import { mkdtemp, rm } from "node:fs/promises";
import { createServer, get, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "@jest/globals";
import {
  atEnd,
  closeAll,
  listening,
  proxyContext,
  proxying,
  proxyingTo,
  rawUpstream,
  signal,
  upstream,
} from "./support.js";

afterEach(closeAll);

/** An upstream that counts its connections. */
async function counting() {
  const seen = { connections: 0 };
  const server = createServer((_request, response) => response.end("ok"));
  server.on("connection", () => seen.connections++);
  return { ...(await listening(server)), seen };
}

const ask = async (url: string, init?: RequestInit) => (await fetch(url, init)).status;

describe("connections to an upstream", () => {
  it("are used again", async () => {
    const { dial, seen } = await counting();
    const { url } = await proxyingTo(dial);
    for (let i = 0; i < 5; i++) expect(await ask(url)).toBe(200);
    expect(seen.connections).toBe(1);
  });

  it("bring what comes after an answer without a body, also if it takes a while", async () => {
    const hinted = signal();
    const { dial } = await rawUpstream((socket) => {
      socket.once("data", () => {
        socket.write("HTTP/1.1 204 No Content\r\n\r\n");
        socket.once("data", () => {
          socket.write("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
          void hinted.fired.then(() =>
            socket.write("HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 2\r\n\r\nok"),
          );
        });
      });
    });
    const { url } = await proxyingTo(dial);
    expect(await ask(url)).toBe(204);
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = get(url, resolve).on("error", reject);
      sent.on("information", () => hinted.fire());
    });
    expect(answer.headers["x-a"]).toBe("1");
    expect(await text(answer)).toBe("ok");
  });

  it("are not used again when the config says so", async () => {
    const { dial, seen } = await counting();
    const transport = { protocol: "http", keep_alive: { enabled: false } };
    const { url } = await proxyingTo(dial, { transport });
    for (let i = 0; i < 3; i++) expect(await ask(url)).toBe(200);
    expect(seen.connections).toBe(3);
  });

  it("are shared by proxies that would have made them alike, and by generations", async () => {
    const { dial, seen } = await counting();
    const context = proxyContext();
    const make = (config = {}) => proxying({ upstreams: [{ dial }], ...config }, () => {}, context);
    const old = await make();
    expect(await ask(old.url)).toBe(200);
    const next = await make({ request_buffers: 1 });
    await old.stop();
    expect(await ask(next.url)).toBe(200);
    expect(seen.connections).toBe(1);
    const other = await make({ transport: { protocol: "http", read_timeout: "1m" } });
    expect(await ask(other.url)).toBe(200);
    expect(seen.connections).toBe(2);
  });

  it("serve stragglers after the last proxy has stopped, and are not kept", async () => {
    const { dial, sockets } = await counting();
    const { url, stop } = await proxyingTo(dial);
    expect(await ask(url)).toBe(200);
    await stop();
    expect(await ask(url)).toBe(200);
    while (sockets.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it("are closed when they were idle for too long", async () => {
    const { dial, sockets } = await counting();
    const transport = { protocol: "http", keep_alive: { idle_timeout: "30ms" } };
    const { url } = await proxyingTo(dial, { transport });
    expect(await ask(url)).toBe(200);
    while (sockets.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it("are never more than the config allows, and whoever comes too late waits", async () => {
    let most = 0;
    let now = 0;
    const { dial } = await upstream((_request, response) => {
      most = Math.max(most, ++now);
      setTimeout(() => {
        now--;
        response.end("ok");
      }, 5);
    });
    const transport = { protocol: "http", max_conns_per_host: 2 };
    const { url } = await proxyingTo(dial, { transport });
    const statuses = await Promise.all(Array.from({ length: 20 }, () => ask(url)));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(most).toBeLessThanOrEqual(2);
  });

  it("that the upstream closed while idle cost no GET its answer", async () => {
    let connections = 0;
    const { dial } = await rawUpstream((socket) => {
      connections++;
      let requests = 0;
      socket.on("data", () => {
        if (++requests > 1) socket.destroy();
        else socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
      });
    });
    const { url } = await proxyingTo(dial);
    expect([await ask(url), await ask(url)]).toEqual([200, 200]);
    expect(connections).toBe(2);
    expect(await ask(url, { method: "POST" })).toBe(502);
    const headers = { "Idempotency-Key": "7" };
    expect([await ask(url), await ask(url, { method: "POST", headers })]).toEqual([200, 200]);
  });

  it("are given up before the upstream says it will close them", async () => {
    let connections = 0;
    const { dial } = await rawUpstream((socket) => {
      connections++;
      socket.on("data", () =>
        socket.write("HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 0\r\n\r\n"),
      );
    });
    const { url } = await proxyingTo(dial);
    expect([await ask(url), await ask(url, { method: "POST" })]).toEqual([200, 200]);
    expect(connections).toBe(2);
  });

  it("are closed when the upstream says something that nobody asked for", async () => {
    const closed = signal();
    const { dial } = await rawUpstream((socket) => {
      socket.on("close", () => closed.fire());
      socket.on("data", () => {
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        setTimeout(() => socket.write("HTTP/1.1 200 OK\r\nX-Poison: 1\r\n\r\n"), 10);
      });
    });
    expect(await ask((await proxyingTo(dial)).url)).toBe(200);
    await closed.fired;
  });

  it("go to unix sockets", async () => {
    const folder = await mkdtemp(join(tmpdir(), "graft-"));
    atEnd(() => rm(folder, { recursive: true }));
    const path = join(folder, "app.sock");
    const hosts: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      hosts.push(request.headers.host);
      response.end("ok");
    });
    await new Promise<void>((resolve) => server.listen(path, resolve));
    atEnd(() => server.close());
    expect(await ask((await proxyingTo(`unix/${path}`)).url)).toBe(200);
    // Their address is a path, which no server takes for a host.
    const set = { Host: ["{http.reverse_proxy.upstream.hostport}"] };
    const { url } = await proxyingTo(`unix/${path}`, { headers: { request: { set } } });
    expect(await ask(url)).toBe(200);
    expect(hosts).toEqual([expect.stringMatching(/^127/), ""]);
  });

  it.each(["127.0.0.2", "127.0.0.2:0", "tcp/127.0.0.2"])("come from %s", async (local_address) => {
    const { dial } = await upstream(({ socket }, response) => response.end(socket.remoteAddress));
    const { url } = await proxyingTo(dial, { transport: { protocol: "http", local_address } });
    expect(await (await fetch(url)).text()).toBe("127.0.0.2");
  });

  it.each(["localhost", "127.0.0.1:80-81", "udp/127.0.0.1", "unix//a.sock", "127.0.0.1:x"])(
    "do not come from %s: it is refused",
    async (local_address) => {
      const transport = { protocol: "http", local_address };
      await expect(proxyingTo("127.0.0.1:1", { transport })).rejects.toThrow("/local_address: ");
    },
  );

  it.each(["20ms", -1])("are tried at the next address of a name after %s", async (delay) => {
    const { dial } = await counting();
    const transport = { protocol: "http", dial_fallback_delay: delay };
    const { url } = await proxyingTo(dial.replace("127.0.0.1", "localhost"), { transport });
    expect(await ask(url)).toBe(200);
  });

  it("need no buffers of a certain size", async () => {
    const { dial } = await counting();
    const sizes = { read_buffer_size: 8192, write_buffer_size: 8192 };
    const transport = { protocol: "http", ...sizes };
    expect(await ask((await proxyingTo(dial, { transport, stream_buffer_size: 9 })).url)).toBe(200);
  });

  it("go where placeholders say", async () => {
    const { dial, port } = await counting();
    const { url } = await proxyingTo("127.0.0.1:{http.request.header.X-Port}");
    expect(await ask(url, { headers: { "X-Port": String(port) } })).toBe(200);
    expect(dial).toContain(String(port));
    expect(await ask(url, { headers: { "X-Port": "none" } })).toBe(502);
  });
});

describe("stopping a proxy", () => {
  it("waits for requests in flight", async () => {
    const asked = signal();
    const go = signal();
    const { dial } = await upstream(async (_request, response) => {
      asked.fire();
      await go.fired;
      response.end("done");
    });
    const { url, stop } = await proxyingTo(dial);
    const answer = fetch(url);
    await asked.fired;
    let stopped = false;
    const stopping = stop(new AbortController().signal).then(() => {
      stopped = true;
    });
    expect(stopped).toBe(false);
    go.fire();
    expect(await (await answer).text()).toBe("done");
    await stopping;
  });

  it("breaks them off when it has waited long enough", async () => {
    const asked = signal();
    const { dial } = await upstream(() => asked.fire());
    const { url, stop } = await proxyingTo(dial);
    const answer = fetch(url);
    await asked.fired;
    const cut = new AbortController();
    const stopping = stop(cut.signal);
    cut.abort();
    expect((await answer).status).toBe(503);
    await stopping;
  });
});
