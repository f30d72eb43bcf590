// The standard directives of sites, each in the file of its name.

import type { Directive } from "../line.js";
import { abort } from "./abort.js";
import { acmeServer } from "./acme-server.js";
import { basicAuth, basicauth } from "./basic-auth.js";
import { bind } from "./bind.js";
import { copyResponse } from "./copy-response.js";
import { copyResponseHeaders } from "./copy-response-headers.js";
import { encode } from "./encode.js";
import { error } from "./error.js";
import { fileServer } from "./file-server.js";
import { forwardAuth } from "./forward-auth.js";
import { fs } from "./fs.js";
import { handle } from "./handle.js";
import { handleErrors } from "./handle-errors.js";
import { handlePath } from "./handle-path.js";
import { header } from "./header.js";
import { intercept } from "./intercept.js";
import { invoke } from "./invoke.js";
import { log } from "./log.js";
import { logAppend } from "./log-append.js";
import { logName } from "./log-name.js";
import { logSkip, skipLog } from "./log-skip.js";
import { map } from "./map.js";
import { method } from "./method.js";
import { metrics } from "./metrics.js";
import { phpFastcgi } from "./php-fastcgi.js";
import { push } from "./push.js";
import { redir } from "./redir.js";
import { requestBody } from "./request-body.js";
import { requestHeader } from "./request-header.js";
import { respond } from "./respond.js";
import { reverseProxy } from "./reverse-proxy/reverse-proxy.js";
import { rewrite } from "./rewrite.js";
import { root } from "./root.js";
import { route } from "./route.js";
import { templates } from "./templates.js";
import { timeouts } from "./timeouts.js";
import { tls } from "./tls/tls.js";
import { tracing } from "./tracing.js";
import { tryFiles } from "./try-files.js";
import { uri } from "./uri.js";
import { vars } from "./vars.js";

/** All standard directives. */
export const directives: readonly Directive[] = [
  abort,
  acmeServer,
  basicAuth,
  basicauth,
  bind,
  copyResponse,
  copyResponseHeaders,
  encode,
  error,
  fileServer,
  forwardAuth,
  fs,
  handle,
  handleErrors,
  handlePath,
  header,
  intercept,
  invoke,
  log,
  logAppend,
  logName,
  logSkip,
  map,
  method,
  metrics,
  phpFastcgi,
  push,
  redir,
  requestBody,
  requestHeader,
  respond,
  reverseProxy,
  rewrite,
  root,
  route,
  skipLog,
  templates,
  timeouts,
  tls,
  tracing,
  tryFiles,
  uri,
  vars,
];
