// What `{http.reverse_proxy.*}` tells of one request: noted as numbers, and printed only if somebody
// asks, as hardly any request does.

import type { Provider } from "../exchange.js";
import { decodeField } from "../field-text.js";
import { printDuration } from "../placeholders/text.js";
import type { DialAddress } from "./address.js";
import type { ResponseHead } from "./head.js";
import type { Upstream } from "./upstream.js";

const PREFIX = "http.reverse_proxy.";

/** What is known of one proxied request so far. */
export class ProxyFacts {
  retries = 0;
  /** The last try was sent, and broke off; noted while it is asked whether to try again. */
  brokeOff = false;
  /** The head of the upstream's answer. */
  answer: ResponseHead | undefined;
  /** Until the head of the answer came, until its end, and until the handler was done. */
  latencyMs: number | undefined;
  durationMs: number | undefined;
  totalMs: number | undefined;
  #upstream:
    | { readonly of: Upstream; readonly at: DialAddress; readonly requests: number }
    | undefined;

  /** Note the upstream that is tried now. */
  tries(upstream: Upstream, address: DialAddress): void {
    this.#upstream = { of: upstream, at: address, requests: upstream.requests };
  }

  /** The value of a placeholder, by its full name. What is not known here is as it was before. */
  readonly read: Provider = (name, before) => {
    if (!name.startsWith(PREFIX)) return before(name);
    const rest = name.slice(PREFIX.length);
    // A field that this answer lacks must not be taken from another proxy's answer: with one server
    // to ask who somebody is behind another, that would be what the first said.
    if (rest.startsWith("header.") && this.answer !== undefined) {
      return this.#ofField(rest.slice("header.".length));
    }
    return this.#own(rest) ?? before(name);
  };

  #own(rest: string): string | undefined {
    if (rest.startsWith("upstream.")) return this.#ofUpstream(rest.slice("upstream.".length));
    if (rest === "retries") return String(this.retries);
    if (rest === "status_code") return this.answer?.status.toString();
    if (rest === "status_text") return this.answer && decodeField(this.answer.statusText);
    if (rest === "is_transport_error") return this.brokeOff ? "true" : undefined;
    return printTime(rest, "duration", this.totalMs);
  }

  #ofField(name: string): string | undefined {
    const lower = name.toLowerCase();
    const fields = this.answer?.fields ?? [];
    const isMeant = (i: number) => (fields[i] as string).toLowerCase() === lower;
    const values = fields.filter((_, i) => i % 2 === 1 && isMeant(i - 1));
    return values.length === 0 ? undefined : values.map(decodeField).join(",");
  }

  #ofUpstream(name: string): string | undefined {
    const { durationMs, latencyMs } = this;
    if (this.#upstream === undefined) return undefined;
    const { of, at, requests } = this.#upstream;
    switch (name) {
      case "address":
        return at.text;
      case "hostport":
        return at.hostport;
      case "host":
        return at.host;
      case "port":
        return at.port === 0 ? "" : String(at.port);
      case "requests":
        return String(requests);
      case "max_requests":
        return String(of.maxRequests);
      case "fails":
        return String(of.state.fails);
      default:
        return printTime(name, "latency", latencyMs) ?? printTime(name, "duration", durationMs);
    }
  }
}

/** A length of time: as Go prints it under `name`, and in milliseconds under `<name>_ms`. */
function printTime(asked: string, name: string, ms: number | undefined): string | undefined {
  if (ms === undefined) return undefined;
  if (asked === name) return printDuration(ms);
  return asked === `${name}_ms` ? String(Math.round(ms * 1000) / 1000) : undefined;
}
