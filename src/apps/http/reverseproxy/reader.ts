// Reads one answer after another from the bytes of an upstream connection. Pure: bytes in, events
// out. How a body ends is decided here (RFC 9112, 6.3), and whatever is ambiguous is refused, since
// a wrong guess would hand one client the answer to another.

import { ChunkedDecoder } from "./chunked.js";
import { protocolError, UpstreamError } from "./errors.js";
import { hasToken, headEnd, parseHead, type ResponseHead } from "./head.js";

/** What a body is delimited by. */
export type Framing = "none" | "length" | "chunked" | "close";

/** An answer's head, and what follows from it. */
export interface Answer extends ResponseHead {
  readonly framing: Framing;
  /** Of the body, when framed by it. */
  readonly length: number;
  /** The connection can be used again afterwards. */
  readonly keepAlive: boolean;
  /** The values of Connection, Keep-Alive and Trailer, or nothing. */
  readonly connection: string;
  readonly idleHint: string;
  readonly trailer: string;
}

/** What the reader tells while it is given bytes. */
export interface AnswerEvents {
  /** An interim answer (1xx); the real one follows. */
  onInformation(head: ResponseHead): void;
  onHead(answer: Answer): void;
  /** `last` is known for counted bodies only. */
  onData(data: Buffer, last: boolean): void;
}

/** What was asked, as far as it bears on the answer's form. */
export interface Question {
  readonly method: string;
  /** The protocols that `Upgrade` offers, in lower case, or nothing. */
  readonly upgrade: string;
}

/** How large a trailer section may be (bytes). */
const MAX_TRAILER_BYTES = 16 * 1024;
const NOTHING = Buffer.alloc(0);

type State = "idle" | "head" | "length" | "chunked" | "close" | "done" | "upgraded";

/** Reads the answers of one connection. */
export class AnswerReader {
  /**
   * Bytes after the end of the answer: the new protocol's when upgraded, else nobody asked for
   * them.
   */
  rest: Buffer = NOTHING;
  /** Whether any byte of the present answer has come. */
  begun = false;
  #state: State = "idle";
  #question: Question = { method: "", upgrade: "" };
  #answer: Answer | undefined;
  /** A head that has not come whole: a buffer that doubles, and how much of it is filled. */
  #partial = NOTHING;
  #filled = 0;
  /** How large the interim answers before the final one were (bytes). */
  #interimBytes = 0;
  #left = 0;
  #chunks: ChunkedDecoder | undefined;

  constructor(
    readonly events: AnswerEvents,
    readonly maxHeadBytes: number,
  ) {}

  /** Expect the answer to this. */
  begin(question: Question): void {
    this.#question = question;
    this.#state = "head";
    this.begun = false;
    this.#interimBytes = 0;
    this.rest = NOTHING;
  }

  /** The answer is complete. */
  get done(): boolean {
    return this.#state === "done";
  }

  /** The connection speaks another protocol from `rest` on. */
  get upgraded(): boolean {
    return this.#state === "upgraded";
  }

  /** The present answer, once its head is read. */
  get answer(): Answer | undefined {
    return this.#state === "head" || this.#state === "idle" ? undefined : this.#answer;
  }

  /** The fields that came after a chunked body. */
  get trailers(): readonly string[] {
    return this.#chunks?.trailers ?? [];
  }

  /** Take bytes. Throws `UpstreamError` when they are no proper answer. */
  push(bytes: Buffer): void {
    this.begun = true;
    let rest = bytes;
    while (this.#state === "head") {
      const next = this.#head(rest);
      if (next === undefined) return;
      rest = next;
    }
    this.rest = this.#body(rest);
  }

  /** The upstream will send no more. Throws unless this is how the answer had to end. */
  finish(): void {
    if (this.#state === "close") this.#state = "done";
    if (!this.done) throw new UpstreamError("closed", "the upstream hung up in its answer");
  }

  /**
   * Take a head from the beginning of `bytes`; returns what follows it, undefined to wait for more.
   */
  #head(bytes: Buffer): Buffer | undefined {
    if (bytes.length === 0) return undefined;
    const all = this.#filled === 0 ? bytes : this.#gather(bytes);
    // A head's last three bytes may lie on both sides of a boundary between two reads.
    const from = Math.max(0, this.#filled - 3);
    const size = all === bytes ? bytes.length : this.#filled + bytes.length;
    const end = headEnd(all, from, size);
    if ((end < 0 ? size : end) > this.maxHeadBytes) throw protocolError("its head is too large");
    if (end < 0) {
      if (this.#filled === 0) this.#gather(bytes);
      this.#filled = size;
      return undefined;
    }
    const rest = bytes.subarray(bytes.length - (size - end));
    const text = all.toString("latin1", 0, end);
    this.#partial = NOTHING;
    this.#filled = 0;
    this.#takeHead(parseHead(text), end);
    return rest;
  }

  /** Put bytes after the part of a head that is already there. */
  #gather(bytes: Buffer): Buffer {
    const size = this.#filled + bytes.length;
    if (size > this.#partial.length) {
      const larger = Buffer.allocUnsafe(Math.max(1024, 2 * size));
      this.#partial.copy(larger, 0, 0, this.#filled);
      this.#partial = larger;
    }
    bytes.copy(this.#partial, this.#filled);
    return this.#partial;
  }

  #takeHead(head: ResponseHead, bytes: number): void {
    const { status } = head;
    if (status === 101) {
      this.#upgrade(head);
      return;
    }
    if (status < 200) {
      // There is one every few seconds while an upstream works on something that takes long.
      this.#interimBytes += bytes;
      const isTooMuch = this.#interimBytes > this.maxHeadBytes;
      if (isTooMuch) throw protocolError("it has too many interim answers");
      this.events.onInformation(head);
      return;
    }
    const answer = frame(head, this.#question.method);
    this.#answer = answer;
    this.#state = answer.framing === "none" ? "done" : answer.framing;
    this.#left = answer.length;
    this.#chunks = answer.framing === "chunked" ? new ChunkedDecoder(MAX_TRAILER_BYTES) : undefined;
    this.events.onHead(answer);
  }

  #upgrade(head: ResponseHead): void {
    // One of those that were offered (RFC 9110, 7.8).
    const protocol = protocolOf(head);
    if (protocol === "" || !hasToken(this.#question.upgrade, protocol)) {
      throw protocolError("it switches to a protocol that was not asked for");
    }
    this.#answer = { ...frame(head, "HEAD"), keepAlive: false };
    this.#state = "upgraded";
  }

  /** Take body bytes and return those that follow it. */
  #body(bytes: Buffer): Buffer {
    if (bytes.length === 0 || this.#state === "done" || this.#state === "upgraded") return bytes;
    if (this.#state === "length") return this.#counted(bytes);
    if (this.#state === "chunked") return this.#chunked(bytes);
    this.events.onData(bytes, false);
    return NOTHING;
  }

  #counted(bytes: Buffer): Buffer {
    const mine = Math.min(this.#left, bytes.length);
    this.#left -= mine;
    if (this.#left === 0) this.#state = "done";
    this.events.onData(mine === bytes.length ? bytes : bytes.subarray(0, mine), this.done);
    return mine === bytes.length ? NOTHING : bytes.subarray(mine);
  }

  #chunked(bytes: Buffer): Buffer {
    const chunks = this.#chunks as ChunkedDecoder;
    const end = chunks.push(bytes, 0, (data) => this.events.onData(data, false));
    if (chunks.done) this.#state = "done";
    return end === bytes.length ? NOTHING : bytes.subarray(end);
  }
}

/** The fields of an answer that say something about its form or its connection. */
interface FormFields {
  length: string | undefined;
  coding: string | undefined;
  connection: string;
  idleHint: string;
  trailer: string;
}

/** Decide how the body of an answer ends. Throws when its fields contradict each other. */
function frame(head: ResponseHead, method: string): Answer {
  const { status, statusText, minor, fields } = head;
  const { length, coding, connection, idleHint, trailer } = formFields(fields);
  const framing = framingOf(head, method, length, coding);
  const keepAlive = minor === 1 && framing !== "close" && !hasToken(connection, "close");
  return {
    status,
    statusText,
    minor,
    fields,
    framing,
    length: framing === "length" ? Number(length) : 0,
    keepAlive,
    connection,
    idleHint,
    trailer,
  };
}

/** One pass over the fields, which looks closer only at names of the right length. */
function formFields(fields: readonly string[]): FormFields {
  const form: FormFields = {
    length: undefined,
    coding: undefined,
    connection: "",
    idleHint: "",
    trailer: "",
  };
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] as string;
    if (FORM_LENGTHS[name.length] === true) takeForm(form, name, fields[i + 1] as string);
  }
  return form;
}

const FORM_NAMES = ["content-length", "transfer-encoding", "connection", "keep-alive", "trailer"];
const FORM_LENGTHS = Array.from({ length: 32 }, (_, i) => FORM_NAMES.some((n) => n.length === i));

function takeForm(form: FormFields, name: string, value: string): void {
  switch (name.toLowerCase()) {
    case "content-length":
      // Several are one if they are equal (RFC 9112, 6.3).
      if (value !== form.length) form.length = once("Content-Length", form.length, value);
      break;
    case "transfer-encoding":
      form.coding = once("Transfer-Encoding", form.coding, value);
      break;
    case "connection":
      form.connection = joined(form.connection, value);
      break;
    case "keep-alive":
      form.idleHint = value;
      break;
    case "trailer":
      form.trailer = joined(form.trailer, value);
      break;
  }
}

function joined(before: string, value: string): string {
  return before === "" ? value : `${before}, ${value}`;
}

function framingOf(
  { status, minor }: ResponseHead,
  method: string,
  length: string | undefined,
  coding: string | undefined,
): Framing {
  if (length !== undefined && coding !== undefined) {
    throw protocolError("it has both Content-Length and Transfer-Encoding");
  }
  if (length !== undefined && !/^[0-9]{1,15}$/.test(length)) {
    throw protocolError("its Content-Length is not a number");
  }
  if (coding !== undefined && (coding.toLowerCase() !== "chunked" || minor === 0)) {
    throw protocolError("its Transfer-Encoding is not chunked");
  }
  if (method === "HEAD" || status === 204 || status === 304) return "none";
  if (coding !== undefined) return "chunked";
  if (length === undefined) return "close";
  return Number(length) === 0 ? "none" : "length";
}

function once(name: string, before: string | undefined, value: string): string {
  if (before !== undefined) throw protocolError(`it has ${name} twice`);
  return value;
}

/** The protocol that an answer switches to, in lower case, or nothing. */
export function protocolOf({ fields }: ResponseHead): string {
  const at = fields.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === "upgrade");
  return at < 0 ? "" : (fields[at + 1] as string).toLowerCase();
}
