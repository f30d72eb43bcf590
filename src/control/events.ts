// What happened, for those who watch: the last events are kept, so that a watcher that was away for
// a moment misses none.

import type { Log } from "../engine/index.js";
import type { ControlEvent, NewEvent } from "./change.js";

/** How many events are kept. */
const KEEP = 1000;

type Listener = (event: ControlEvent) => void;

/** Numbers events and hands them to listeners. */
export class EventLog {
  readonly #listeners = new Set<Listener>();
  readonly #kept: ControlEvent[] = [];
  #last: number;

  /** Ids grow from the time of the start, so that they go on growing after a restart. */
  constructor(
    nowMs: number,
    private readonly log: Log,
  ) {
    this.#last = nowMs * 1000;
  }

  /** Number an event, keep it and tell everyone. */
  add(event: NewEvent): void {
    const numbered = { ...event, id: ++this.#last } as ControlEvent;
    this.#kept.push(numbered);
    if (this.#kept.length > KEEP) this.#kept.shift();
    for (const listener of this.#listeners) this.tell(listener, numbered);
  }

  /** Hear of every event from now on; first, if `since` is given, of those that came after it. */
  subscribe(listener: Listener, since?: number): () => void {
    if (since !== undefined) {
      for (const event of this.#kept) if (event.id > since) this.tell(listener, event);
    }
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What a listener throws is its own affair: the change is live already. */
  private tell(listener: Listener, event: ControlEvent): void {
    try {
      listener(event);
    } catch (error) {
      this.log.error("a listener of events failed", { error });
    }
  }
}
