// What `npm start` and `npm test` need before they can run: a recent Node, the packages of the lock
// file, and with --build the compiled sources. Plain Node without packages, as on a fresh clone
// there are none. When nothing changed it only looks, and is done at once.

import { spawnSync } from "node:child_process";
import {
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const STAMP = "dist/.built";
/** What the build reads; a folder counts too, as removing a file changes only that. */
const SOURCES = ["src", "adapters", "fixtures", "test/bench", "test/support"];
const BUILD_FILES = ["tsconfig.json", "tsconfig.build.json", "package-lock.json", "bundle.mjs"];

process.chdir(ROOT);
requireNode(20, 19);
if (!isInstalled()) install();
if (process.argv.includes("--build") && !isBuilt()) build();

function requireNode(major, minor) {
  const [ours, oursMinor] = process.versions.node.split(".").map(Number);
  if (ours > major || (ours === major && oursMinor >= minor)) return;
  fail(`Graft needs Node ${major}.${minor} or newer; this is Node ${process.versions.node}.`);
}

/** Whether node_modules holds what the lock file says; other platforms' packages may be missing. */
function isInstalled() {
  const wanted = packagesIn("package-lock.json");
  const installed = packagesIn("node_modules/.package-lock.json");
  if (wanted === undefined || installed === undefined) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "") return true;
    const found = installed[path];
    return found === undefined ? isOptional(entry) : found.version === entry.version;
  });
}

function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return undefined;
  }
}

function isOptional({ optional, devOptional }) {
  return optional === true || devOptional === true;
}

function install() {
  console.error("setup: installing packages (npm ci)");
  // npm tells its scripts where it is, which saves looking for it, on Windows in particular.
  const npm = process.env.npm_execpath;
  if (npm?.endsWith(".js")) run(process.execPath, [npm, "ci"]);
  else run("npm", ["ci"], { shell: process.platform === "win32" });
}

function isBuilt() {
  if (!existsSync(STAMP)) return false;
  const built = statSync(STAMP).mtimeMs;
  const files = [...BUILD_FILES, ...SOURCES.filter(existsSync).flatMap(filesBelow)];
  return files.every((file) => statSync(file).mtimeMs <= built);
}

/** A folder, and everything in it that the compiler reads. */
function filesBelow(folder) {
  const below = readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.name.endsWith(".ts") ? [path] : [];
  });
  return [folder, ...below];
}

function build() {
  console.error("setup: building");
  const began = new Date(); // what changes while the compiler works is built the next time
  run(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"]);
  run(process.execPath, ["bundle.mjs"]);
  writeFileSync(STAMP, "");
  utimesSync(STAMP, began, began);
}

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { stdio: "inherit", ...options });
  if (error) fail(`${command} could not be run: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

function fail(message) {
  console.error(`setup: ${message}`);
  process.exit(1);
}
