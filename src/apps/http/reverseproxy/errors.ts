// What can go wrong between us and an upstream, told apart by what the proxy may do about it.

/** How an exchange with an upstream failed. */
export type UpstreamFault =
  /** No connection: nothing was sent, so trying another upstream is always safe. */
  | "dial"
  /** The upstream took too long. */
  | "timeout"
  /** What it sent is not HTTP, or not to be trusted. */
  | "protocol"
  /** It hung up before its answer was complete. */
  | "closed"
  /** The client did not send what it announced. */
  | "client";

/** An exchange with an upstream that failed. */
export class UpstreamError extends Error {
  override readonly name = "UpstreamError";
  constructor(
    readonly fault: UpstreamFault,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** An answer that is not HTTP as we accept it. */
export function protocolError(message: string): UpstreamError {
  return new UpstreamError("protocol", `the upstream's answer is malformed: ${message}`);
}
