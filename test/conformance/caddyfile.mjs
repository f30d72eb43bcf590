// Caddyfiles drawn by chance, adapted by the real Caddy and by Graft. The documents have to be the
// same, or both refuse; what differs from 2.6 is explained by a change that Caddy made since.

import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual, promisify } from "node:util";
import { caddyfile } from "../../dist/adapters/caddyfile/index.js";
import { randomFrom } from "./admin.mjs";
import { caddyfileChanges } from "./caddyfile-changes.mjs";
import { caddyfileFrom } from "./caddyfile-grammar.mjs";

const run = promisify(execFile);
const FILE = "Caddyfile";
const MAX_BYTES = 16 * 1024 * 1024;
/** So many differences of one Caddyfile are told. */
const SHOWN = 5;

/** Compare `count` Caddyfiles. `report(fault, text, ...known)` is told of each. */
export async function compareCaddyfiles(seed, count, report) {
  const home = await mkdtemp(join(tmpdir(), "graft-conformance-"));
  try {
    await compareAll(home, seed, count, report);
  } finally {
    await rm(home, { recursive: true });
  }
}

async function compareAll(home, seed, count, report) {
  const changes = (await isOld()) ? caddyfileChanges : [];
  for (let i = 0; i < count; i++) {
    const text = caddyfileFrom(randomFrom(seed + i));
    const theirs = await adaptedByCaddy(home, text);
    const ours = adaptedByGraft(text);
    const known = changes.filter((change) => applies(change, theirs, ours));
    report(faultOf(theirs, ours), `Caddyfile, GRAFT_TEST_SEED=${seed + i}\n${text}`, ...known);
  }
}

/** Whether this is the Caddy that the list of changes begins with. Others have to agree as they are. */
async function isOld() {
  const { stdout } = await run("caddy", ["version"]);
  return /^v?2\.6\./.test(stdout);
}

/** Bring both documents into a form that a change does not tell apart. */
function applies({ both, graft = both }, theirs, ours) {
  const changed = [
    theirs.document !== undefined && both?.(theirs.document),
    ours.document !== undefined && graft(ours.document),
  ];
  return changed.includes(true);
}

function faultOf(theirs, ours) {
  if (theirs.error !== undefined && ours.error !== undefined) return undefined;
  if (theirs.error !== undefined) return `Caddy refuses it: ${theirs.error}`;
  if (ours.error !== undefined) return `Graft refuses it: ${ours.error}`;
  const differing = [...differences(theirs.document, ours.document)];
  return differing.length === 0 ? undefined : differing.slice(0, SHOWN).join("\n  ");
}

/** Each place where two documents differ, with what stands there. */
function* differences(a, b, path = "") {
  if (isDeepStrictEqual(a, b)) return;
  if (!isBranch(a) || !isBranch(b) || Array.isArray(a) !== Array.isArray(b)) {
    yield `${path}: Caddy ${show(a)}, Graft ${show(b)}`;
    return;
  }
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    yield* differences(a[key], b[key], `${path}/${key}`);
  }
}

const isBranch = (value) => typeof value === "object" && value !== null;
const show = (value) => JSON.stringify(value)?.slice(0, 500);

/** A process for each: in one that serves, an `order` option holds for all that is adapted later. */
async function adaptedByCaddy(home, text) {
  await writeFile(join(home, FILE), text);
  const env = { PATH: process.env.PATH, HOME: home };
  const args = ["adapt", "--config", FILE, "--adapter", "caddyfile"];
  try {
    const { stdout } = await run("caddy", args, { cwd: home, env, maxBuffer: MAX_BYTES });
    return { document: JSON.parse(stdout) };
  } catch (error) {
    const refusal = refusalIn(error.stderr ?? "");
    if (refusal === undefined) throw error;
    return { error: refusal };
  }
}

/** Older versions print the error, newer ones log it. */
function refusalIn(stderr) {
  const printed = /^Error: (.*)/m.exec(stderr)?.[1];
  if (printed !== undefined) return printed;
  const logged = stderr.split("\n").find((line) => line.startsWith('{"level":"error"'));
  return logged && JSON.parse(logged).msg;
}

function adaptedByGraft(text) {
  try {
    const { document } = caddyfile.adapt(text, { file: FILE, env: {} });
    return { document: JSON.parse(JSON.stringify(document)) };
  } catch (error) {
    if (error.name !== "ParseError") throw error;
    return { error: error.message };
  }
}
