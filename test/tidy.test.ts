// The rules of the house. The table of layers is only worth something if breaking it fails: a
// cruiser that reads no file finds nothing wrong. So each rule is broken here, and has to be named.

import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const CONFIG = join(ROOT, ".dependency-cruiser.cjs");
const CRUISER = join(ROOT, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
const MAX_LINES = 400;

/** A rule, a file that breaks it, and what that file imports. */
type Offence = readonly [rule: string, file: string, imported: string];

/**
 * Every rule at least once; a rule that is added to the table needs a line here. The cruiser tells
 * a cycle at one of its files, the first by name.
 */
const OFFENCES: readonly Offence[] = [
  ["src-document-imports", "src/document/a.ts", "../schema/index.js"],
  ["src-schema-imports", "src/schema/a.ts", "../engine/index.js"],
  ["src-engine-imports", "src/engine/a.ts", "../control/index.js"],
  ["src-listeners-imports", "src/listeners/a.ts", "../document/index.js"],
  ["src-store-imports", "src/store/a.ts", "../engine/index.js"],
  ["src-platform-imports", "src/platform/a.ts", "../store/index.js"],
  ["src-control-imports", "src/control/a.ts", "../admin/index.js"],
  ["src-apps-imports", "src/apps/http/a.ts", "../../platform/index.js"],
  ["src-admin-imports", "src/admin/a.ts", "../store/index.js"],
  ["adapters-imports", "adapters/one/a.ts", "../../src/engine/index.js"],
  ["src-document-by-its-index", "src/schema/b.ts", "../document/inner.js"],
  ["src-schema-by-its-index", "src/engine/b.ts", "../schema/inner.js"],
  ["src-engine-by-its-index", "src/apps/http/b.ts", "../../engine/inner.js"],
  ["src-listeners-by-its-index", "src/apps/http/e.ts", "../../listeners/inner.js"],
  ["src-store-by-its-index", "src/control/b.ts", "../store/inner.js"],
  ["src-platform-by-its-index", "src/store/b.ts", "../platform/inner.js"],
  ["src-control-by-its-index", "src/admin/b.ts", "../control/inner.js"],
  ["src-admin-by-its-index", "src/apps/http/c.ts", "../../admin/inner.js"],
  ["pure-layers-do-no-io", "src/document/c.ts", "node:fs"],
  ["pure-layers-use-pure-packages", "src/engine/c.ts", "stranger"],
  ["adapters-are-strangers", "adapters/one/b.ts", "../two/index.js"],
  ["apps-are-strangers", "src/apps/http/d.ts", "../tls/index.js"],
  ["nothing-imports-the-cli", "src/graft.ts", "./cli/main.js"],
  ["no-cycles", "src/document/d.ts", "./there.js"],
];

/** What keeps the rules, in the same folders. */
const INNOCENT: readonly (readonly [file: string, imported: string])[] = [
  ["src/document/good.ts", "node:crypto"],
  ["src/engine/good.ts", "../schema/index.js"],
  ["src/apps/http/good.ts", "../../engine/index.js"],
  ["src/apps/http/fine.ts", "../../listeners/index.js"],
  ["adapters/one/good.ts", "../../src/document/index.js"],
  ["src/cli/good.ts", "../document/inner.js"],
];

const LAYERS = [
  "document",
  "schema",
  "engine",
  "listeners",
  "store",
  "platform",
  "control",
  "admin",
];
const TARGETS = [
  ...LAYERS.flatMap((layer) => [`src/${layer}/index.ts`, `src/${layer}/inner.ts`]),
  ...["src/apps/tls/index.ts", "src/cli/main.ts", "adapters/two/index.ts"],
];

/** A type is enough to break a rule: it ties the layers together as well. */
const importing = (what: string) => `import type * as it from "${what}";\nexport type { it };\n`;

/** A source tree with these offences. */
async function writeTree(dir: string): Promise<void> {
  const files = new Map<string, string>([
    ["package.json", '{ "type": "module", "dependencies": { "stranger": "1.0.0" } }'],
    ["tsconfig.json", '{ "compilerOptions": { "module": "nodenext" } }'],
    ["node_modules/stranger/package.json", '{ "name": "stranger", "main": "index.js" }'],
    ["node_modules/stranger/index.js", ""],
  ]);
  for (const file of TARGETS) files.set(file, "export {};\n");
  files.set("src/document/there.ts", importing("./d.js"));
  for (const [file, imported] of INNOCENT) files.set(file, importing(imported));
  for (const [, file, imported] of OFFENCES) files.set(file, importing(imported));
  for (const [file, text] of files) {
    await mkdir(dirname(join(dir, file)), { recursive: true });
    await writeFile(join(dir, file), text);
  }
}

interface Violation {
  readonly rule: { readonly name: string };
  readonly from: string;
}

/** What the cruiser says of a tree. */
function cruise(dir: string): Promise<readonly Violation[]> {
  const args = [CRUISER, "--config", CONFIG, "--output-type", "json", "src", "adapters"];
  const options = { cwd: dir, maxBuffer: 32 * 1024 * 1024 };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      try {
        resolve(JSON.parse(stdout).summary.violations);
      } catch {
        reject(new Error(`the cruiser said nothing: ${error?.message} ${stderr}`));
      }
    });
  });
}

describe("the table of layers", () => {
  let dir = "";
  let violations: readonly Violation[] = [];
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "graft-tidy-"));
    await writeTree(dir);
    violations = await cruise(dir);
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  it.each(OFFENCES)("is enforced by %s: %s may not import %s", (rule, file) => {
    const broken = violations.filter(({ from }) => from === file).map(({ rule: { name } }) => name);
    expect(broken).toContain(rule);
  });

  it("lets those pass that keep to it", () => {
    const accused = new Set(violations.map(({ from }) => from));
    expect(INNOCENT.filter(([file]) => accused.has(file))).toEqual([]);
  });

  it("has no rule that nobody has tried to break", () => {
    const { forbidden } = createRequire(import.meta.url)(CONFIG) as {
      forbidden: { name: string }[];
    };
    const tried = new Set(OFFENCES.map(([rule]) => rule));
    expect(forbidden.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([]);
  });
});

const NOT_OURS = new Set(["node_modules", "dist", ".git", "coverage", ".cache"]);

/** The files below a folder, seen from the root. */
function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}

const foldersIn = (folder: string) =>
  readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name));

const read = (file: string) => readFileSync(join(ROOT, file), "utf8");

describe("the source tree", () => {
  it(`has no source file of more than ${MAX_LINES} lines`, () => {
    const sources = filesBelow(".").filter((file) => /\.(ts|mjs|cjs|js)$/.test(file));
    const long = sources.filter((file) => read(file).trimEnd().split("\n").length > MAX_LINES);
    expect(long).toEqual([]);
  });

  it("has a README in each layer and each folder at the root that says where to begin", () => {
    const folders = [...foldersIn("src"), ...foldersIn("src/apps"), "adapters", "test", "fixtures"];
    expect(folders.filter((folder) => !existsSync(join(ROOT, folder, "README.md")))).toEqual([]);
  });
});

/** The links in a text that lead to a file, without what is shown as code. */
function linksIn(markdown: string): string[] {
  const prose = markdown.replace(/^```[\s\S]*?^```/gm, "").replace(/`[^`\n]*`/g, "");
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target as string);
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}

/** The names by which the headings of a text can be linked to. */
function anchorsOf(markdown: string): readonly string[] {
  const headings = [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, text]) => text as string);
  return headings.map((text) =>
    text
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}

/** Whether a link in `file` leads to a file, and to a heading in it if it names one. */
function leadsSomewhere(file: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? file : join(dirname(file), path);
  if (!existsSync(join(ROOT, target))) return false;
  return anchor === undefined || anchorsOf(read(target)).includes(anchor);
}

describe("the documentation", () => {
  const documents = filesBelow(".").filter((file) => file.endsWith(".md"));

  it("has no link that leads nowhere", () => {
    const broken = documents.flatMap((file) =>
      linksIn(read(file))
        .filter((link) => !leadsSomewhere(file, link))
        .map((link) => `${file}: ${link}`),
    );
    expect(documents).toContain("README.md");
    expect(broken).toEqual([]);
  });
});

describe("the package's scripts", () => {
  // `.npmrc` keeps packages from running code at their installation, and npm then leaves these out.
  it("do nothing by way of pre and post scripts", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const named = Object.keys(scripts).filter((name) => /^(pre|post)/.test(name));
    expect(named).toEqual([]);
  });
});
