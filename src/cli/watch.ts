// Watching a config file. Editors replace it, deployments swap a link to it, and some remove it for
// a moment, so the directories are watched and not the file; what an event means is found out by
// reading the file again.

import { join } from "node:path";
import { type FSWatcher, watch } from "chokidar";
import type { Log } from "../engine/index.js";
import type { FollowedFile } from "./followed-file.js";
import { Outlook } from "./outlook.js";

/** How long after the last event the file is read: editors write in steps (milliseconds). */
const SETTLE_MS = 50;
/** How long that is put off when events keep coming (milliseconds). */
const PATIENCE_MS = 500;

/** Load a file again whenever it, or what it imports, changes. Never stops by itself. */
export async function watchFile(followed: FollowedFile, log: Log): Promise<void> {
  const watching = new Watching(followed, log);
  await watching.aim();
  await watching.look(); // it may have changed while nobody watched
  log.info("watching the config file", { files: followed.files });
}

class Watching {
  readonly #followed: FollowedFile;
  readonly #log: Log;
  #watcher: FSWatcher | undefined;
  #outlook: Outlook | undefined;
  #settle: NodeJS.Timeout | undefined;
  /** When the first event came that was not looked into yet. */
  #restless: number | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(followed: FollowedFile, log: Log) {
    this.#followed = followed;
    this.#log = log;
  }

  /** Watch what the files lead to now. Tells whether that is something else than before. */
  async aim(): Promise<boolean> {
    const { files, patterns } = this.#followed;
    const outlook = await Outlook.on(files, patterns);
    if (this.#outlook?.equals(outlook)) return false;
    this.#outlook = outlook;
    await this.#watcher?.close();
    const { directories } = outlook;
    this.#watcher = watch([...directories], {
      depth: 0,
      ignoreInitial: true,
      followSymlinks: false,
      ignored: (path) => !outlook.includes(path) && !directories.includes(path),
    });
    this.#watcher.on("all", () => this.soon());
    // Of a file in the place of a directory chokidar tells nothing more than what it heard itself.
    this.#watcher.on("raw", (_event, name: string | null, about) => {
      const { watchedPath = "" } = about as { readonly watchedPath?: string };
      // Of a directory it tells a name in it, and any may change there.
      const isWithin = directories.includes(watchedPath) && name !== null;
      if (outlook.includes(isWithin ? join(watchedPath, name) : watchedPath)) this.soon();
    });
    this.#watcher.on("error", (error) => this.#log.error("watching failed", { error }));
    await new Promise<void>((resolve) => this.#watcher?.once("ready", resolve));
    return true;
  }

  /** Read the file, and once more when it led elsewhere than was watched: that may have changed. */
  async look(): Promise<void> {
    do await this.#followed.changed();
    while (await this.aim());
  }

  /** Look once it is quiet, or has not been for long enough. */
  private soon(): void {
    const now = performance.now();
    this.#restless ??= now;
    const leftMs = Math.max(0, this.#restless + PATIENCE_MS - now);
    clearTimeout(this.#settle);
    this.#settle = setTimeout(
      () => {
        this.#restless = undefined;
        const failed = (error: unknown) => this.#log.error("watching failed", { error });
        this.#looking = this.#looking.then(() => this.look()).catch(failed);
      },
      Math.min(SETTLE_MS, leftMs),
    );
  }
}
