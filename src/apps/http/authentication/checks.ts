// Checks of passwords, in the whole process. One may take a second of a core, and whoever wants can
// ask for as many as they like: so few run at a time, clients take turns, what is checked already is
// not checked twice, and who has gone is not waited for.

import { createHmac, randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";
import { LRUCache } from "lru-cache";
import type { Keepable } from "../../../engine/index.js";
import { type Exchange, HttpError } from "../exchange.js";

/** How many run at a time: a core stays for the event loop, and threads of Node's pool for files. */
const RUNNING = Math.max(1, Math.min(2, availableParallelism() - 1));
/** How many wait, in all and of one client. */
const WAITING = 2000;
const WAITING_OF_CLIENT = 200;
/** How many outcomes are remembered. Wrong passwords are many, and push out no right ones. */
const RIGHT = 10_000;
const WRONG = 1000;

/** A password to be checked. */
export interface Question {
  readonly hash: string;
  readonly user: string;
  readonly password: Buffer;
  /** Whether to remember the outcome. */
  readonly remember: boolean;
  verify(hash: string, password: Buffer): Promise<boolean>;
}

/** A check that was asked for, by one request or several. */
interface Check {
  readonly question: Question;
  readonly asked: Exchange[];
  readonly outcome: Promise<boolean>;
  settle(outcome: boolean | Promise<boolean>): void;
}

/** The checks of one process. */
export class PasswordChecks implements Keepable {
  /** What is remembered is of no use to who reads it: the passwords themselves are not kept. */
  readonly #key = randomBytes(32);
  readonly #right = new LRUCache<string, true>({ max: RIGHT });
  readonly #wrong = new LRUCache<string, true>({ max: WRONG });
  readonly #open = new Map<string, Check>();
  /** The checks that wait, by the clients that asked for them; the first client is next. */
  readonly #waiting = new Map<string, string[]>();
  #count = 0;
  #running = 0;

  constructor(private readonly atOnce = RUNNING) {}

  /** Whether the password is right. Throws `HttpError` 503 when there are too many to check. */
  check(question: Question, exchange: Exchange): boolean | Promise<boolean> {
    const id = this.#nameOf(question);
    if (question.remember) {
      if (this.#right.get(id)) return true;
      if (this.#wrong.get(id)) return false;
    }
    const open = this.#open.get(id);
    if (open === undefined) return this.#enter(id, question, exchange);
    open.asked.push(exchange);
    return open.outcome;
  }

  /** One of so many, always the same for a user, and not to be foreseen. */
  choose(user: string, count: number): number {
    return createHmac("sha256", this.#key).update(user).digest().readUInt32BE() % count;
  }

  /** Nothing uses it any more. Checks that stragglers wait for go on. */
  close(): void {
    this.#right.clear();
    this.#wrong.clear();
  }

  /** With the user's name: how long a check takes must not tell whether somebody else was known. */
  #nameOf({ hash, user, password }: Question): string {
    const name = createHmac("sha256", this.#key).update(JSON.stringify([hash, user]));
    return name.update(password).digest("base64");
  }

  #enter(id: string, question: Question, exchange: Exchange): Promise<boolean> {
    const { clientIp } = exchange;
    const queue = this.#waiting.get(clientIp) ?? [];
    if (this.#count >= WAITING || queue.length >= WAITING_OF_CLIENT) {
      throw new HttpError(503, "too many passwords wait to be checked");
    }
    let settle: Check["settle"] = () => {};
    const outcome = new Promise<boolean>((resolve) => {
      settle = resolve;
    });
    this.#open.set(id, { question, asked: [exchange], outcome, settle });
    queue.push(id);
    this.#waiting.set(clientIp, queue);
    this.#count++;
    this.#proceed();
    return outcome;
  }

  /** Begin as many checks as may run. */
  #proceed(): void {
    for (const [client, queue] of this.#waiting) {
      if (this.#running >= this.atOnce) return;
      this.#waiting.delete(client);
      const id = queue.shift() as string;
      if (queue.length > 0) this.#waiting.set(client, queue); // behind the others
      this.#count--;
      this.#begin(id, this.#open.get(id) as Check);
    }
  }

  #begin(id: string, { question, asked, settle }: Check): void {
    if (asked.every(({ response }) => response.raw.destroyed)) {
      this.#open.delete(id);
      settle(false);
      return;
    }
    this.#running++;
    const { hash, password, remember } = question;
    const found = question.verify(hash, password).then((isRight) => {
      if (remember) (isRight ? this.#right : this.#wrong).set(id, true);
      return isRight;
    });
    settle(
      found.finally(() => {
        this.#running--;
        this.#open.delete(id);
        this.#proceed();
      }),
    );
  }
}
