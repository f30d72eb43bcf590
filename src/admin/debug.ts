// Looking inside: metrics, what the process knows about itself, and profiles that open in the
// browser's developer tools.

import { Session } from "node:inspector";
import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { pipeline } from "node:stream/promises";
import { getHeapSnapshot, getHeapStatistics } from "node:v8";
import type { Request, Response, Router } from "express";
import type { Clock } from "../engine/index.js";
import { countOf, endpoint, onceLeft, queryOf, sendJson } from "./endpoint.js";
import { AdminError } from "./failure.js";
import type { AdminOptions } from "./options.js";

/** How long a profile runs, unless asked for otherwise, and at most (seconds). */
const PROFILE_S = 30;
const MAX_PROFILE_S = 300;

/** Add `/metrics`, `/reverse_proxy/upstreams` and `/debug/…`. */
export function debugRoutes(router: Router, options: AdminOptions): void {
  endpoint(router, "/metrics", {
    async GET(_request, response) {
      const text = Buffer.from(await options.metrics.metrics());
      response.setHeader("Content-Type", options.metrics.contentType);
      response.writeHead(200, { "Content-Length": text.length }).end(text);
    },
  });
  endpoint(router, "/reverse_proxy/upstreams", {
    GET: (_request, response) => sendJson(response, options.upstreams()),
  });
  endpoint(router, "/debug/vars", {
    GET: (_request, response) => sendJson(response, { ...processFacts(), ...options.vars?.() }),
  });
  const alone = oneAtATime();
  endpoint(router, "/debug/pprof/", {
    GET: (_request, response) => sendJson(response, { profiles: ["profile", "heap", "stalls"] }),
  });
  endpoint(router, "/debug/pprof/profile", {
    GET: (request, response) => alone(() => sendCpuProfile(request, response, options.clock)),
  });
  endpoint(router, "/debug/pprof/heap", {
    GET: (_request, response) => alone(() => sendHeap(response)),
  });
  endpoint(router, "/debug/pprof/stalls", {
    GET: (request, response) => alone(() => sendStalls(request, response, options.clock)),
  });
}

function processFacts(): Readonly<Record<string, unknown>> {
  return {
    cmdline: process.argv,
    version: process.version,
    uptime: process.uptime(),
    memstats: { ...process.memoryUsage(), ...getHeapStatistics() },
    cpu: process.cpuUsage(),
    event_loop: performance.eventLoopUtilization(),
  };
}

/** Profiles slow the process down, so a second one has to wait for the first. */
function oneAtATime(): (work: () => Promise<void>) => Promise<void> {
  let busy = false;
  return async (work) => {
    if (busy) throw new AdminError(409, "another profile is being taken");
    busy = true;
    try {
      await work();
    } finally {
      busy = false;
    }
  };
}

/** How long a profile is to run. */
function secondsOf(request: Request): number {
  return countOf(queryOf(request), "seconds", 1, MAX_PROFILE_S) ?? PROFILE_S;
}

async function sendCpuProfile(request: Request, response: Response, clock: Clock): Promise<void> {
  const seconds = secondsOf(request);
  const session = new Session();
  session.connect();
  try {
    session.post("Profiler.enable");
    session.post("Profiler.start");
    await elapsed(seconds * 1000, request, response, clock);
    const profile = await stopProfiler(session);
    if (response.destroyed) return;
    attach(response, "graft.cpuprofile");
    sendJson(response, profile);
  } finally {
    session.disconnect();
  }
}

function stopProfiler(session: Session): Promise<unknown> {
  return new Promise((resolve, reject) => {
    session.post("Profiler.stop", (error, result) => {
      if (error) reject(error);
      else resolve(result.profile);
    });
  });
}

/** Resolves after `ms`, or when nobody waits for the answer any more. */
function elapsed(ms: number, request: Request, response: Response, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, resolve);
    onceLeft(request, response, () => {
      cancel();
      resolve();
    });
  });
}

/** How finely stalls are looked for, in milliseconds. */
const STALL_RESOLUTION_MS = 1;

/** For how long at a time the event loop did nothing else, by share of the time looked at. */
async function sendStalls(request: Request, response: Response, clock: Clock): Promise<void> {
  const seconds = secondsOf(request);
  const delays = monitorEventLoopDelay({ resolution: STALL_RESOLUTION_MS });
  delays.enable();
  await elapsed(seconds * 1000, request, response, clock);
  delays.disable();
  if (response.destroyed) return;
  const stallMs = (ns: number) => Math.max(0, ns / 1e6 - STALL_RESOLUTION_MS);
  const percentiles = [...delays.percentiles].map(([share, ns]) => [share, stallMs(ns)]);
  sendJson(response, { seconds, max_ms: stallMs(delays.max), percentiles_ms: percentiles });
}

async function sendHeap(response: Response): Promise<void> {
  attach(response, "graft.heapsnapshot");
  response.writeHead(200, { "Content-Type": "application/json" });
  await pipeline(getHeapSnapshot(), response).catch(() => response.destroy());
}

function attach(response: Response, name: string): void {
  response.setHeader("Content-Disposition", `attachment; filename="${name}"`);
}
