// The config file of a running server, read again when it changed or when a signal says so. What is
// live came from it as long as nobody changed the document by another way.

import { type Adapted, equal, type Json } from "../document/index.js";
import type { Log } from "../engine/index.js";
import type { Graft } from "../graft.js";
import {
  adaptSource,
  type Config,
  describeWarning,
  readSource,
  type Source,
} from "./config-file.js";
import { describeFailure } from "./failure.js";
import { Imports } from "./imports.js";

/** What a followed file is made of. */
export interface FollowedOptions {
  readonly graft: Graft;
  readonly log: Log;
  readonly file: string;
  /** The name of its format, where the file's own does not tell. */
  readonly adapter: string | undefined;
  /** Of its content when the server started. */
  readonly hash: string;
  /** What that content imported. */
  readonly imports: Imports;
  /** Stands for the file as it is edited (see `AdaptOptions.session`), if it is watched. */
  readonly session: object | undefined;
  /** What was loaded from it; undefined when the server began with something else. */
  readonly config: Config | undefined;
}

/** A config file that can be loaded again. */
export class FollowedFile {
  /** Without the config: it must not be kept for as long as the process runs. */
  readonly #options: Omit<FollowedOptions, "hash" | "imports" | "config">;
  readonly #log: Log;
  /** The content that was looked at last, whether it could be served or not. */
  #seen: string;
  /** What that content imported. */
  #imports: Imports;
  /** What was live after the file was loaded last. */
  #loaded: Json | undefined;
  #busy: Promise<void> = Promise.resolve();

  constructor({ hash, imports, config, ...options }: FollowedOptions) {
    const { graft, log } = options;
    this.#options = options;
    this.#log = log;
    this.#seen = hash;
    this.#imports = imports;
    this.#loaded = config === undefined ? undefined : graft.document;
  }

  /** The files whose change may change the config. */
  get files(): readonly string[] {
    return [this.#options.file, ...this.#imports.files];
  }

  /** Patterns of names: a new file that matches may change the config, too. */
  get patterns(): readonly string[] {
    return this.#imports.patterns;
  }

  /** Look at the file, and load it if its content is not what it was. The newest edit wins. */
  changed(): Promise<void> {
    return this.queue(async () => {
      const source = await readSource(this.#options.file);
      if (source.hash === this.#seen && this.#imports.areCurrent()) return;
      const empty = source.bytes.length === 0 ? this.#options.file : this.#imports.emptied();
      if (empty !== undefined) return this.awaitText(source, empty);
      const adapted = this.adapt(source);
      if (this.isForeign(adapted.document)) {
        const hint = "they are kept in /revisions";
        this.#log.warn("the file replaces changes that were made by other ways", { hint });
      }
      await this.load(adapted, "watch");
    });
  }

  /** Whoever writes a file in place empties it first; nothing that is served should go for that. */
  private awaitText({ hash }: Source, empty: string): void {
    this.#seen = hash;
    const { file } = this.#options;
    const [what, whose] = empty === file ? ["it", "everything"] : [empty, "what it held"];
    const hint = `its text may be on its way; a file with nothing but a comment unloads ${whose}`;
    this.#log.warn(`config file not loaded: ${what} is empty`, { file, hint });
  }

  /** Load the file again, unless the document was changed by another way since. */
  reload(): Promise<void> {
    return this.queue(async () => {
      const { file } = this.#options;
      const adapted = this.adapt(await readSource(file));
      if (this.isForeign(adapted.document)) {
        const hint = `graft reload --config ${file} replaces it all the same`;
        this.#log.warn("not reloaded: what is live did not come from the file", { file, hint });
        return;
      }
      await this.load(adapted, "signal");
    });
  }

  /** Understand the file, and remember what was looked at for that. */
  private adapt(source: Source): Adapted {
    this.#seen = source.hash;
    this.#imports = new Imports();
    const { adapter, session } = this.#options;
    return adaptSource(source, adapter, this.#imports, session).adapted;
  }

  /** Whether what is live is neither what the file said before nor what it says now. */
  private isForeign(next: Json): boolean {
    const { document } = this.#options.graft;
    const ours = this.#loaded !== undefined && equal(document, this.#loaded);
    return !ours && !equal(document, next);
  }

  private async load(adapted: Adapted, source: string): Promise<void> {
    const { graft, file } = this.#options;
    const edit = () => adapted.document;
    try {
      const { changed, revision } = await graft.door.change({ edit, path: [], source, adapted });
      this.#loaded = graft.document;
      const message = changed ? "config file loaded" : "config file read again: nothing changed";
      this.#log.info(message, { file, revision });
    } finally {
      // Whoever waits for the edit to be live need not wait for what there is to say about it.
      for (const warning of adapted.warnings) this.#log.warn(describeWarning(warning));
    }
  }

  /** One after the other, and a failure leaves what is live alone. */
  private queue(task: () => Promise<void>): Promise<void> {
    this.#busy = this.#busy.then(task).catch(async (error) => {
      for (const line of await describeFailure(error)) {
        this.#log.error(`config file not loaded: ${line}`, { file: this.#options.file });
      }
    });
    return this.#busy;
  }
}
