// Watching a config file. Editors replace it, deployments swap a link to it, and some remove it for
// a moment, so the directories are watched and not the file; what an event means is found out by
// reading the file again.

import { dirname } from "node:path";
import { type FSWatcher, watch } from "chokidar";
import type { Log } from "../engine/index.js";
import type { FollowedFile } from "./followed-file.js";
import { namesOnTheWay } from "./links.js";

/** How long after the last event the file is read: editors write in steps (milliseconds). */
const SETTLE_MS = 100;

/** Load a file again whenever it, or what it imports, changes. Never stops by itself. */
export async function watchFile(followed: FollowedFile, log: Log): Promise<void> {
  const watching = new Watching(followed, log);
  await watching.aim();
  await followed.changed(); // it may have changed while nobody watched
  log.info("watching the config file", { files: followed.files });
}

class Watching {
  readonly #followed: FollowedFile;
  readonly #log: Log;
  #watcher: FSWatcher | undefined;
  /** The names whose events matter; a directory may hold thousands of others. */
  #names: ReadonlySet<string> = new Set();
  #settle: NodeJS.Timeout | undefined;

  constructor(followed: FollowedFile, log: Log) {
    this.#followed = followed;
    this.#log = log;
  }

  /** Watch what the files lead to now. */
  async aim(): Promise<void> {
    const ways = await Promise.all(this.#followed.files.map(namesOnTheWay));
    const names = new Set(ways.flat());
    if (names.size === this.#names.size && [...names].every((name) => this.#names.has(name)))
      return;
    this.#names = names;
    await this.#watcher?.close();
    const directories = [...new Set([...names].map((name) => dirname(name)))];
    this.#watcher = watch(directories, {
      depth: 0,
      ignoreInitial: true,
      followSymlinks: false,
      ignored: (path) => !names.has(path) && !directories.includes(path),
    });
    this.#watcher.on("all", () => this.soon());
    this.#watcher.on("error", (error) => this.#log.error("watching failed", { error }));
    await new Promise<void>((resolve) => this.#watcher?.once("ready", resolve));
  }

  /** Once it is quiet, read the file; where its links lead may have changed with it. */
  private soon(): void {
    clearTimeout(this.#settle);
    this.#settle = setTimeout(async () => {
      await this.#followed.changed();
      await this.aim();
    }, SETTLE_MS);
  }
}
