import { connect } from "node:net";
import { text as textOf } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "@jest/globals";
import {
  closeAll,
  proxying,
  proxyingTo,
  rawExchange,
  rawUpstream,
  saying,
  signal,
  upstream,
} from "./support.js";

afterEach(closeAll);

const GET = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

/** An address where nobody listens. */
async function nobody(): Promise<string> {
  const { dial } = await upstream(() => {});
  await closeAll();
  return dial;
}

describe("an upstream that fails before its answer", () => {
  it("is a 502 when nobody listens", async () => {
    const { url } = await proxyingTo(await nobody());
    const answer = await fetch(url);
    expect([answer.status, await answer.text()]).toEqual([502, expect.stringContaining("dial")]);
  });

  it("is a 502 when it hangs up", async () => {
    const { dial } = await rawUpstream((socket) => socket.once("data", () => socket.end()));
    expect((await fetch((await proxyingTo(dial)).url)).status).toBe(502);
  });

  it("is a 502 when it talks nonsense", async () => {
    const { dial } = await saying("220 smtp ready\r\n");
    const { url } = await proxyingTo(dial, {
      transport: { protocol: "http", max_response_header_size: 10 },
    });
    expect((await fetch(url)).status).toBe(502);
  });

  it("is a 504 when it takes too long to begin", async () => {
    const { dial } = await rawUpstream(() => {});
    const transport = { protocol: "http", response_header_timeout: "30ms" };
    expect((await fetch((await proxyingTo(dial, { transport })).url)).status).toBe(504);
  });

  it("is a 504 when it falls silent", async () => {
    const { dial } = await rawUpstream(() => {});
    const transport = { protocol: "http", read_timeout: "30ms" };
    expect((await fetch((await proxyingTo(dial, { transport })).url)).status).toBe(504);
  });

  it("is a 504 when it takes nothing of the request", async () => {
    const { dial } = await rawUpstream((socket) => socket.pause());
    const transport = { protocol: "http", write_timeout: "50ms" };
    const { url } = await proxyingTo(dial, { transport });
    const answer = await fetch(url, { method: "POST", body: Buffer.alloc(20_000_000) });
    expect(answer.status).toBe(504);
  });

  it("is a 502 when it switches to a protocol nobody asked for", async () => {
    const { dial } = await saying("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n");
    expect((await fetch((await proxyingTo(dial)).url)).status).toBe(502);
  });

  it("cannot slip a field of its own past a line", async () => {
    const { dial } = await saying("HTTP/1.1 200 OK\r\nLocation: /\rSet-Cookie: evil=1\r\n\r\n");
    const { port } = await proxyingTo(dial);
    const answer = await rawExchange(port, GET);
    expect(answer).toMatch(/^HTTP\/1.1 502/);
    expect(answer).not.toMatch(/set-cookie/i);
  });
});

describe("no upstream at all", () => {
  it("is a 503", async () => {
    const { url } = await proxying({ upstreams: [] });
    expect((await fetch(url)).status).toBe(503);
  });

  it("is a 502 when placeholders make no address", async () => {
    const { url } = await proxyingTo("{http.request.header.X-Nothing}");
    expect((await fetch(url)).status).toBe(502);
  });
});

describe("an upstream that breaks off in its answer", () => {
  const truncated = [
    ["counted", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"],
    ["chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf"],
    ["garbled", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nxyz\r\n"],
  ] as const;
  it.each(truncated)("never looks like a whole answer: %s", async (_how, bytes) => {
    const { dial } = await saying(bytes, (socket) => setTimeout(() => socket.destroy(), 20));
    const { url, port } = await proxyingTo(dial);
    await expect(fetch(url).then((answer) => answer.text())).rejects.toThrow();
    expect(await rawExchange(port, GET)).not.toMatch(/0\r\n\r\n$/);
  });

  it.each(truncated)(
    "ends in a reset where a clean end would look whole: %s",
    async (_how, bytes) => {
      const { dial } = await saying(bytes.replace("Content-Length: 100\r\n", ""), (socket) =>
        setTimeout(() => socket.resetAndDestroy(), 20),
      );
      const { port } = await proxyingTo(dial);
      const socket = connect(port, "127.0.0.1", () => socket.write("GET / HTTP/1.0\r\n\r\n"));
      await expect(textOf(socket)).rejects.toThrow("ECONNRESET");
    },
  );

  it("tells the client what came before that", async () => {
    const { dial } = await saying(truncated[2][1]);
    const { port } = await proxyingTo(dial);
    expect(await rawExchange(port, GET)).toMatch(/^HTTP\/1.1 200[\s\S]*\r\n\r\n4\r\nhalf\r\n$/);
  });

  it("is a 502 when the answer was held back", async () => {
    const { dial } = await saying(truncated[0][1], (socket) => socket.end());
    expect((await fetch((await proxyingTo(dial, { response_buffers: 1000 })).url)).status).toBe(
      502,
    );
  });

  it("leaves none of its fields when the answer was held back", async () => {
    let tries = 0;
    const { dial } = await rawUpstream((socket) =>
      socket.once("data", () => {
        const length = ++tries === 2 ? 2 : 100;
        const fields = `Set-Cookie: try=${tries}\r\nContent-Length: ${length}`;
        socket.end(`HTTP/1.1 200 OK\r\n${fields}\r\n\r\nok`);
      }),
    );
    const load_balancing = { retries: 1 };
    const { url } = await proxyingTo(dial, { response_buffers: 1000, load_balancing });
    const second = await fetch(url);
    expect([await second.text(), second.headers.getSetCookie()]).toEqual(["ok", ["try=2"]]);
    const failed = await fetch(url);
    expect([failed.status, failed.headers.getSetCookie()]).toEqual([502, []]);
  });

  it("does not leave its connection to the next client", async () => {
    let connections = 0;
    const { dial } = await rawUpstream((socket) => {
      connections++;
      socket.on("data", () =>
        socket.write(
          "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nX-Other: 1\r\n\r\n",
        ),
      );
    });
    const { url } = await proxyingTo(dial);
    for (let i = 0; i < 3; i++) {
      const answer = await fetch(url);
      expect([answer.headers.get("x-other"), await answer.text()]).toEqual([null, "ok"]);
    }
    expect(connections).toBe(3);
  });
});

describe("a client that goes away", () => {
  it("ends the upstream's work while it waits for the answer", async () => {
    const asked = signal();
    const left = signal();
    const { dial } = await rawUpstream((socket) => {
      socket.on("data", () => asked.fire());
      socket.on("close", () => left.fire());
    });
    const { port } = await proxyingTo(dial);
    const client = connect(port, "127.0.0.1", () => client.write(GET));
    await asked.fired;
    client.destroy();
    await left.fired;
  });

  it("ends the upstream's work in the middle of a body that it sends", async () => {
    const asked = signal();
    const left = signal();
    const { dial } = await rawUpstream((socket) => {
      socket.on("data", () => asked.fire());
      socket.on("close", () => left.fire());
    });
    const { port } = await proxyingTo(dial);
    const client = connect(port, "127.0.0.1", () => {
      client.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf");
    });
    await asked.fired;
    client.destroy();
    await left.fired;
  });

  it("frees the upstream's connections, however many downloads are aborted", async () => {
    const { dial, sockets } = await upstream((_request, response) => {
      response.end(Buffer.alloc(3_000_000));
    });
    const transport = { protocol: "http", max_conns_per_host: 4 };
    const { port, url } = await proxyingTo(dial, { transport });
    for (let round = 0; round < 5; round++) {
      const aborted = Array.from({ length: 4 }, () => {
        const client = connect(port, "127.0.0.1", () => client.write(GET));
        return new Promise<void>((resolve) => {
          client.once("data", () => client.destroy()).on("close", () => resolve());
        });
      });
      await Promise.all(aborted);
    }
    const answer = await fetch(url);
    expect((await answer.arrayBuffer()).byteLength).toBe(3_000_000);
    expect(sockets.size).toBeLessThanOrEqual(4);
  });

  it("is not worth troubling the upstream when its body was to be gathered first", async () => {
    let asked = 0;
    const { dial } = await rawUpstream(() => asked++);
    const done = signal<number>();
    const { port } = await proxying({ upstreams: [{ dial }], request_buffers: 1000 }, (exchange) =>
      done.fire(exchange.response.status),
    );
    const client = connect(port, "127.0.0.1", () => {
      const head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf";
      client.write(head, () => client.destroy());
    });
    expect(await done.fired).toBe(499);
    expect(asked).toBe(0);
  });

  it("does not count against the upstream", async () => {
    const { dial } = await rawUpstream((socket) => socket.on("data", () => client.destroy()));
    const done = signal<number>();
    const health_checks = { passive: { fail_duration: "1m" } };
    const { port, statuses } = await proxying(
      { upstreams: [{ dial }], health_checks },
      (exchange) => done.fire(exchange.response.status),
    );
    const client = connect(port, "127.0.0.1", () => client.write(GET));
    expect(await done.fired).toBe(499);
    expect(statuses()).toEqual([{ address: dial, num_requests: 0, fails: 0 }]);
  });
});

describe("an answer that comes before the request is complete", () => {
  it("is passed on, and its connection not used again", async () => {
    const closed = signal();
    const { dial } = await rawUpstream((socket) => {
      socket.once("data", () =>
        socket.write("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno"),
      );
      socket.on("close", () => closed.fire());
    });
    const { port } = await proxyingTo(dial);
    const client = connect(port, "127.0.0.1", () => {
      client.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf");
    });
    const answer = await new Promise<string>((resolve) => {
      client.once("data", (chunk: Buffer) => resolve(chunk.toString()));
    });
    expect(answer).toMatch(/^HTTP\/1.1 413/);
    await closed.fired;
    client.destroy();
  });
});
