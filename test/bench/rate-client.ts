// Traffic at a steady rate, from a process of its own so that nobody disturbs its clock. It asks
// for sites at random over connections that stay open, and counts what was not answered as it should.
// Argument: port, sites, connections, requests per second, seconds. Prints the outcome as JSON.

import { connect, type Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { hostOf } from "./document.js";
import { percentile } from "./figures.js";

/** How often requests are sent, in milliseconds. */
const TICK_MS = 5;
/** How long the last answers may take. */
const PATIENCE_MS = 5000;

/** What came of it. */
export interface RateOutcome {
  readonly sent: number;
  /** Requests that were answered with something else than 200, or not at all. */
  readonly failed: number;
  /** Connections that the server closed. */
  readonly dropped: number;
  readonly p50: number;
  readonly p99: number;
}

/** One connection, and when the requests that it waits for were sent. */
class Line {
  readonly #socket: Socket;
  readonly #since: number[] = [];
  readonly samples: number[] = [];
  failed = 0;
  dropped = 0;

  constructor(port: number) {
    this.#socket = connect({ port, host: "127.0.0.1", noDelay: true });
    this.#socket.on("data", (bytes) => this.answers(bytes.toString("latin1")));
    this.#socket.on("error", () => {});
    this.#socket.on("close", () => {
      this.dropped++;
    });
  }

  get waiting(): number {
    return this.#since.length;
  }

  ask(site: number): void {
    this.#since.push(performance.now());
    this.#socket.write(`GET / HTTP/1.1\r\nHost: ${hostOf(site)}\r\n\r\n`);
  }

  /** The answers are short, and each comes in one piece. */
  private answers(text: string): void {
    for (const [, status] of text.matchAll(/HTTP\/1\.1 (\d{3})/g)) {
      const since = this.#since.shift();
      if (since === undefined || status !== "200") this.failed++;
      else this.samples.push(performance.now() - since);
    }
  }
}

async function main(): Promise<void> {
  const [port = 0, sites = 1, connections = 1, rate = 1, seconds = 1] = process.argv
    .slice(2)
    .map(Number);
  const lines = Array.from({ length: connections }, () => new Line(port));
  const began = performance.now();
  let sent = 0;
  while (performance.now() - began < seconds * 1000) {
    const due = Math.floor(((performance.now() - began) / 1000) * rate);
    for (; sent < due; sent++) lines[sent % connections]?.ask(Math.floor(Math.random() * sites));
    await sleep(TICK_MS);
  }
  const deadline = performance.now() + PATIENCE_MS;
  while (lines.some(({ waiting }) => waiting > 0) && performance.now() < deadline) await sleep(10);
  process.stdout.write(JSON.stringify(outcomeOf(lines, sent)));
  process.exit(0);
}

function outcomeOf(lines: readonly Line[], sent: number): RateOutcome {
  const total = (count: (line: Line) => number) =>
    lines.reduce((sum, line) => sum + count(line), 0);
  const samples = lines.flatMap((line) => line.samples).sort((a, b) => a - b);
  return {
    sent,
    failed: total(({ failed, waiting }) => failed + waiting),
    dropped: total(({ dropped }) => dropped),
    p50: percentile(samples, 0.5),
    p99: percentile(samples, 0.99),
  };
}

await main();
