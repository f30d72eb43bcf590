// reverseproxy: passes requests on to upstreams over our own HTTP/1.1 client. Bytes are read by
// `reader.ts` (pure), carried by `connection.ts` and `pool.ts`, and matched with clients by
// `relay.ts`. Start with `proxy.ts`.

import type { Definition } from "../../../engine/index.js";
import { copyResponse } from "./copy-response.js";
import { copyResponseHeaders } from "./copy-response-headers.js";
import { reverseProxy } from "./handler.js";
import { httpTransport } from "./http-transport.js";
import * as selection from "./selection.js";
import * as sticky from "./sticky.js";

export { reverseProxy } from "./handler.js";
export { UPSTREAMS, type UpstreamStatus, upstreamStatuses } from "./upstream-state.js";

/** The handler, those that stand in its routes only, and the modules that stand in its config. */
export const reverseProxyModules = [
  reverseProxy,
  copyResponse,
  copyResponseHeaders,
  httpTransport,
  selection.random,
  selection.first,
  selection.leastConn,
  selection.roundRobin,
  selection.randomChoose,
  selection.weightedRoundRobin,
  sticky.ipHash,
  sticky.clientIpHash,
  sticky.uriHash,
  sticky.query,
  sticky.header,
  sticky.cookie,
] as readonly Definition[];
