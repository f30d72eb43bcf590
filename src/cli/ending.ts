// How the process ends, and what signals mean to it.

import type { Log } from "../engine/index.js";
import type { Graft } from "../graft.js";
import { ExitCode } from "./failure.js";

/** The end of the process: asked for once, by a signal or over the admin endpoint. */
export class Ending {
  #resolve: (() => void) | undefined;
  readonly #asked = new Promise<void>((resolve) => {
    this.#resolve = resolve;
  });
  #isAsked = false;

  constructor(private readonly log: Log) {}

  /** Resolves when somebody asks. */
  get asked(): Promise<void> {
    return this.#asked;
  }

  get isAsked(): boolean {
    return this.#isAsked;
  }

  /** Begin to stop. `why` is for the log. */
  ask(why: string): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.log.info("shutting down: the requests under way are finished first", { why });
    this.#resolve?.();
  }

  /** Wait until somebody asks, then stop. Tells the exit code. */
  async of(graft: Graft): Promise<number> {
    // A server without a listener, such as one whose admin endpoint is off, serves nonetheless.
    const alive = setInterval(() => {}, 2 ** 30);
    await this.#asked;
    clearInterval(alive);
    try {
      const clean = await graft.stop(new AbortController().signal);
      this.log.info("shutdown complete", { clean });
      return clean ? ExitCode.ok : ExitCode.unclean;
    } catch (error) {
      this.log.error("shutdown failed", { error });
      return ExitCode.unclean;
    }
  }

  /** Listen to signals from here on. A second request to stop ends the process at once. */
  trapSignals(reload: () => void): void {
    const stop = (signal: string) => {
      if (this.#isAsked) this.force(signal);
      this.ask(signal);
    };
    process.on("SIGINT", stop).on("SIGTERM", stop);
    process.on("SIGQUIT", (signal) => this.force(signal));
    process.on("SIGUSR1", reload);
    const ignore = (signal: string) => this.log.info("signal ignored", { signal });
    process.on("SIGHUP", ignore).on("SIGUSR2", ignore);
  }

  private force(signal: string): never {
    this.log.warn("quitting at once", { signal });
    process.exit(ExitCode.forced);
  }
}
