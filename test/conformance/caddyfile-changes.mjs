// What Caddy's adapter does otherwise today than in 2.6. Each change brings the documents into a form
// that does not tell the versions apart.

/**
 * The changes. `both` and `graft` change a document in place, the first those of both versions, and
 * tell whether there was something to do.
 */
export const caddyfileChanges = [
  {
    name: "log_skip",
    reason: "The directive skip_log is called log_skip now, and so is the variable that it sets.",
    both: (document) =>
      count(objectsIn(document), (object) => rename(object, "skip_log", "log_skip")),
  },
  {
    name: "loggers of hosts",
    reason: "A host may have several loggers, and is named without its port.",
    both: (document) => count(objectsIn(document), (object) => normalizeLoggers(object)),
  },
  {
    name: "excluded loggers",
    reason: "The default logger's list of what it leaves out is sorted, and names each once.",
    both: (document) => count([document.logging?.logs?.default], sortExcluded),
  },
  {
    name: "hosts that are not logged",
    reason: "The list is sorted.",
    both: (document) => count(objectsIn(document), sortSkipped),
  },
  {
    name: "php_fastcgi",
    reason: "Its redirect keeps the query, and the last of its files is taken without a look.",
    both: (document) => count(objectsIn(document), normalizePhp),
  },
  {
    name: "policies that say nothing",
    reason: "Which of the policies that only have names are left out has changed; they do nothing.",
    both: (document) => count([document.apps?.tls?.automation], dropEmptyPolicies),
  },
  {
    name: "ZeroSSL by ACME",
    reason: "With an email address, ZeroSSL is asked by ACME and needs no module of its own.",
    both: (document) => count(objectsIn(document), normalizeZeroSsl),
  },
  {
    name: "metrics of all servers",
    reason: "Metrics are an option of the app, and no longer of each server.",
    both: (document) => count([...serversOf(document), document.apps?.http], dropMetrics),
  },
  {
    name: "numbers of groups",
    reason: "A route block, too, takes a number for the group of its rewrites.",
    both: (document) => renumberGroups(document),
  },
  {
    name: "names of regular expressions",
    reason: "A regular expression in a named matcher has the name of the matcher.",
    both: (document) =>
      count(objectsIn(document), ({ path_regexp: found }) => found && drop(found, "name")),
  },
  {
    name: "subroute of handle_errors",
    reason: "What stands in handle_errors is a subroute, since it may be for certain errors only.",
    graft: (document) => count(serversOf(document), unwrapErrors),
  },
];

function* objectsIn(value) {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield value;
  for (const key of Object.keys(value).sort()) yield* objectsIn(value[key]);
}

function count(objects, change) {
  let changed = false;
  for (const object of objects) if (object !== undefined && change(object)) changed = true;
  return changed;
}

const serversOf = (document) => Object.values(document.apps?.http?.servers ?? {});

function rename(object, from, to) {
  if (!Object.hasOwn(object, from)) return false;
  object[to] = object[from];
  delete object[from];
  return true;
}

function drop(object, key) {
  if (!Object.hasOwn(object, key)) return false;
  delete object[key];
  return true;
}

/** The last logger of each host: 2.6 knows no more. */
function normalizeLoggers(object) {
  const names = object.logger_names;
  if (names === undefined) return false;
  object.logger_names = Object.fromEntries(
    Object.entries(names).map(([host, name]) => [
      host.replace(/^\[(.*)\](:\d+)?$|^([^:]*):\d+$/, "$1$3"),
      Array.isArray(name) ? name.at(-1) : name,
    ]),
  );
  return true;
}

function sortExcluded(logger) {
  if (logger.exclude === undefined) return false;
  logger.exclude = [...new Set(logger.exclude)].sort();
  return true;
}

function sortSkipped(object) {
  object.skip_hosts?.sort();
  return object.skip_hosts !== undefined;
}

function normalizePhp(object) {
  const redirects = object.headers?.Location;
  const kept =
    redirects?.[0] === "{http.request.orig_uri.path}/{http.request.orig_uri.prefixed_query}";
  if (kept) redirects[0] = "{http.request.orig_uri.path}/";
  return kept || (object.try_policy === "first_exist_fallback" && drop(object, "try_policy"));
}

function dropEmptyPolicies(automation) {
  const { policies } = automation;
  if (policies === undefined) return false;
  const saying = policies.filter((policy) => Object.keys(policy).join() !== "subjects");
  automation.policies = saying;
  return saying.length < policies.length;
}

function normalizeZeroSsl(object) {
  if (object.module !== "acme" || !object.ca?.includes("zerossl")) return false;
  object.module = "zerossl";
  return drop(object, "ca");
}

const dropMetrics = (object = {}) => drop(object, "metrics");

/** Number the groups in the order in which they are met. */
function renumberGroups(document) {
  const names = new Map();
  return count(objectsIn(document), (route) => {
    if (typeof route.group !== "string") return false;
    if (!names.has(route.group)) names.set(route.group, `group ${names.size}`);
    route.group = names.get(route.group);
    return true;
  });
}

function unwrapErrors({ errors }) {
  if (errors === undefined) return false;
  let changed = false;
  const unwrap = (routes) =>
    routes.flatMap((route) => {
      const handlers = route.handle ?? [];
      const wraps = !route.match && !route.terminal && handlers.every(isSubroute);
      if (!wraps) return [route];
      changed = true;
      return handlers.flatMap((handler) => handler.routes ?? []);
    });
  for (const route of errors.routes ?? []) {
    const [subroute] = route.handle ?? [];
    if (!route.terminal || subroute === undefined) continue;
    setOrDrop(subroute, "routes", unwrap(subroute.routes ?? []));
    if (subroute.routes === undefined) drop(route, "handle");
  }
  setOrDrop(errors, "routes", unwrap(errors.routes ?? []));
  return changed;
}

const isSubroute = ({ handler }) => handler === "subroute";

function setOrDrop(object, key, list) {
  if (list.length > 0) object[key] = list;
  else drop(object, key);
}
