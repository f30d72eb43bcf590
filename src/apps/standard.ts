// The modules that come with Graft, listed by hand: importing a module does nothing.

import type { Definition } from "../engine/index.js";
import { http } from "./http/app.js";
import { authenticationModules } from "./http/authentication/index.js";
import { encodeModules } from "./http/encode/index.js";
import { fileServer } from "./http/fileserver/index.js";
import { error } from "./http/handlers/error.js";
import { headers } from "./http/handlers/headers.js";
import { intercept } from "./http/handlers/intercept.js";
import { invoke } from "./http/handlers/invoke.js";
import { map } from "./http/handlers/map.js";
import { requestBody } from "./http/handlers/request-body.js";
import { rewrite } from "./http/handlers/rewrite.js";
import { staticResponse } from "./http/handlers/static-response.js";
import { subroute } from "./http/handlers/subroute.js";
import { timeouts } from "./http/handlers/timeouts.js";
import { vars } from "./http/handlers/vars.js";
import { staticIpSource } from "./http/ip-sources.js";
import * as matchers from "./http/matchers/index.js";
import { reverseProxyModules } from "./http/reverseproxy/index.js";

/** Every standard module. */
export const standardModules: readonly Definition[] = [
  http,
  ...(authenticationModules as readonly Definition<never>[]),
  ...encodeModules,
  error,
  fileServer,
  headers,
  intercept,
  invoke,
  map,
  requestBody,
  ...(reverseProxyModules as readonly Definition<never>[]),
  rewrite,
  staticResponse,
  subroute,
  timeouts,
  vars,
  matchers.clientIp,
  matchers.expression,
  matchers.file,
  matchers.header,
  matchers.headerRegexp,
  matchers.host,
  matchers.method,
  matchers.not,
  matchers.path,
  matchers.pathRegexp,
  matchers.protocol,
  matchers.query,
  matchers.remoteIp,
  matchers.vars,
  matchers.varsRegexp,
  staticIpSource,
] as readonly Definition<never>[] as readonly Definition[];
