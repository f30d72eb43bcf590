// The matchers of the HTTP app. Start with `set.ts`, which puts them together.

export { cleanPath, comparablePath, foldCase } from "./clean.js";
export { expression } from "./expression/index.js";
export { compileFileMatch, file } from "./file.js";
export { header } from "./header.js";
export { host } from "./host.js";
export { clientIp, remoteIp } from "./ip.js";
export { method } from "./method.js";
export { not } from "./not.js";
export { path } from "./path.js";
export { protocol } from "./protocol.js";
export { query } from "./query.js";
export { headerRegexp, pathRegexp } from "./regexp.js";
export { compileMatcherSets, glanceAtMatcherSets, type MatcherSets } from "./set.js";
export { vars, varsRegexp } from "./vars.js";
