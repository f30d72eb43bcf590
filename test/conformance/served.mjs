// What both serve from the same documents. Each case in `served-cases.mjs`, and each server drawn by
// chance, is loaded into both, and each of its requests sent to both; status, body and the fields
// that a client acts on must be equal.

import { isDeepStrictEqual } from "node:util";
import { randomFrom } from "./admin.mjs";
import { servedDifferences } from "./differences.mjs";
import { askPort } from "./peers.mjs";
import { casesIn, siteFolder } from "./served-cases.mjs";
import { servedFrom } from "./served-grammar.mjs";

/** The fields that are compared, besides those that begin with `x-`. */
const FIELDS = [
  "allow",
  "accept-ranges",
  "cache-control",
  "content-encoding",
  "content-length",
  "content-range",
  "content-type",
  "etag",
  "last-modified",
  "location",
  "vary",
];

/** How many answers are compared. */
export const servedCases = casesIn("").reduce((sum, { requests }) => sum + requests.length, 0);

/** Compare every answer of every case. How many were skipped, as this Caddy is too old for them. */
export async function compareServed(peers, report) {
  const site = siteFolder();
  let skipped = 0;
  try {
    for (const one of casesIn(site.path)) {
      if (one.newer && peers.caddy.isOld) skipped += one.requests.length;
      else await compareCase(peers, one, report);
    }
  } finally {
    site.remove();
  }
  return skipped;
}

/** Compare the answers of `count` servers drawn by chance. */
export async function compareDrawn(peers, seed, count, report) {
  const site = siteFolder();
  try {
    for (let i = 0; i < count; i++) {
      const name = `server, GRAFT_TEST_SEED=${seed + i}`;
      await compareCase(peers, { name, ...servedFrom(randomFrom(seed + i), site.path) }, report);
    }
  } finally {
    site.remove();
  }
}

async function compareCase({ caddy, graft }, { name, server, requests, newer }, report) {
  for (const peer of [caddy, graft]) await serve(peer, name, server);
  await settled();
  for (const asked of requests) {
    await compareOne([caddy, graft], { name, server, asked, newer }, report);
  }
}

/** Right after a load, Caddy's old listener may still take a connection. */
export const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

async function serve(peer, name, server) {
  const srv = { listen: [`127.0.0.1:${peer.port}`], automatic_https: { disable: true }, ...server };
  const { status, body } = await peer.load({ apps: { http: { servers: { srv } } } });
  if (status !== 200) throw new Error(`${name}: ${peer.name} refused it: ${body}`);
}

async function compareOne(peers, { name, server, asked, newer }, report) {
  const { method = "GET", path = "/", headers = {}, body } = asked;
  const answers = [];
  for (const { port, name } of peers) {
    const lost = name === "caddy" ? ["ECONNRESET", "ECONNREFUSED"] : [];
    answers.push(
      await askPort(port, method, path, { headers: { Host: "a.test", ...headers }, body }, lost),
    );
  }
  const text = `${name}: ${method} ${path} ${JSON.stringify(headers)}`;
  const known = servedDifferences.filter((one) => one.applies({ name, server, asked, answers }));
  const parts = new Set(known.flatMap((one) => one.parts));
  // Caddy 2.6 makes other tags of files.
  if (!newer) parts.add("etag");
  const seen = answers.map((answer) => view(answer, parts));
  const fault = `Caddy ${JSON.stringify(seen[0])}\n  here  ${JSON.stringify(seen[1])}`;
  report(isDeepStrictEqual(...seen) ? undefined : fault, text, ...known);
}

/** What is compared of an answer, all but `parts`. */
function view({ status, headers, body }, parts) {
  const fields = Object.entries(headers).filter(
    ([name]) => FIELDS.includes(name) || name.startsWith("x-"),
  );
  const all = [["status", status], ["body", body], ...fields.sort()];
  return Object.fromEntries(all.filter(([name]) => !parts.has(name)));
}
