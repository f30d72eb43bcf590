// What the proxy asks of a way to reach upstreams. HTTP/1.1 over TCP, TLS and unix sockets is the
// one we have (`http-transport.ts`); another protocol is another implementation of this.

import type { Duplex } from "node:stream";
import type { Life } from "../../../engine/index.js";
import type { DialAddress } from "./address.js";
import type { UpstreamError } from "./errors.js";
import type { ResponseHead } from "./head.js";
import type { Answer, Question } from "./reader.js";
import type { UpstreamState } from "./upstream-state.js";

/** A request as it goes to an upstream. */
export interface UpstreamRequest extends Question {
  /** Request line and fields, to the empty line, as bytes in a string. */
  readonly head: string;
  readonly body: "none" | "length" | "chunked";
}

/** Hears what becomes of a request. After `onEnd`, `onUpgrade` or `onError` it hears no more. */
export interface Receiver {
  /** The head is on its way: the body may follow. */
  onReady(): void;
  /** The upstream can take more of the body. */
  onDrain(): void;
  /** An interim answer (1xx). */
  onInformation(head: ResponseHead): void;
  onHead(answer: Answer): void;
  /**
   * A part of the answer's body; `onEnd` follows the `last` one at once. False: pause until
   * `resume`.
   */
  onData(data: Buffer, last: boolean): boolean;
  /** Pass on what came. Whether nothing refers to the data any longer: it will be written over. */
  flush(): boolean;
  /** All that has come so far was told; more may take a while. */
  onPause(): void;
  onEnd(trailers: readonly string[]): void;
  /** The upstream switched protocols; the socket is the receiver's now. */
  onUpgrade(answer: Answer, socket: Duplex, first: Buffer): void;
  onError(error: UpstreamError | Error): void;
}

/** A request on its way. */
export interface Call {
  /** Begin. Apart from the constructor, so that events may already mention the call. */
  start(): void;
  /** Send a part of the body. False: wait for `onDrain`. */
  write(chunk: Buffer): boolean;
  /** The body is complete. */
  end(trailers: readonly string[]): void;
  /** Go on with the answer's body. */
  resume(): void;
  /** Forget it: the receiver hears no more, and the upstream sees a closed connection. */
  abort(): void;
}

/** A way to reach upstreams. */
export interface Transport extends Life {
  /** Whether the Host field names the upstream unless the config says otherwise. */
  readonly namesUpstream: boolean;
  call(
    state: UpstreamState,
    address: DialAddress,
    request: UpstreamRequest,
    receiver: Receiver,
  ): Call;
}
