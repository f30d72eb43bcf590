// The request matchers, each in the file of its name.

import type { Matcher } from "../line.js";
import { expression } from "./expression.js";
import { file } from "./file.js";
import { header } from "./header.js";
import { headerRegexp } from "./header-regexp.js";
import { host } from "./host.js";
import { clientIp, remoteIp } from "./ip.js";
import { method } from "./method.js";
import { not } from "./not.js";
import { path } from "./path.js";
import { pathRegexp } from "./path-regexp.js";
import { protocol } from "./protocol.js";
import { query } from "./query.js";
import { tls } from "./tls.js";
import { urlPattern } from "./url-pattern.js";
import { vars } from "./vars.js";
import { varsRegexp } from "./vars-regexp.js";

/** All standard matchers. */
export const matchers: readonly Matcher[] = [
  clientIp,
  expression,
  file,
  header,
  headerRegexp,
  host,
  method,
  not,
  path,
  pathRegexp,
  protocol,
  query,
  remoteIp,
  tls,
  urlPattern,
  vars,
  varsRegexp,
];
