// What an exchange shows of an upstream's answer while routes look at it, before the client gets any
// of it. The proxy makes it; handlers that copy from it know no more of proxies than this.

/** An upstream's answer that routes look at. */
export interface UpstreamAnswer {
  /** The fields that are not about the connection or the body: name, value, name, value … */
  readonly fields: readonly string[];
  /** Give it to the client as it is, but for another status if there is one. Only once. */
  copy(status: number | undefined): Promise<void>;
}
