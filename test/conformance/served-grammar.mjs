// Servers by chance, and requests that come close to what their routes match: a few paths, names and
// values are drawn again and again, in all the spellings that clients have for them.

const PATHS = ["/", "/a", "/a/", "/a/b", "/A/b.php", "/a/b.php", "/deep/er/x.txt", "/sp%20ace"];
const FILE_PATHS = [
  "/text.txt",
  "/text.txt/x",
  "/folder",
  "/folder/",
  "/folder/page",
  "/data.json/x",
];
const ODD_PATHS = ["/a//b", "/a/../b", "//a", "/a/./b", "/x;b", "/caf%C3%A9"];
const PATTERNS = [
  "/a",
  "/a*",
  "/a/*",
  "*/b",
  "*.php",
  "*b*",
  "/a/b",
  "/*/b",
  "/a//*",
  "/%61*",
  "*",
];
const QUERIES = [
  "",
  "?",
  "?q=1",
  "?q=2&r=",
  "?r&q=1&q=3",
  "?a%20b=c+d",
  "?q=%zz",
  "?x=y;z",
  "?q=a=b",
];
const HOSTS = ["a.test", "b.test", "x.wild.test", "X.Wild.Test", "deep.x.wild.test", "a.test:80"];
const HOST_PATTERNS = ["a.test", "B.TEST", "*.wild.test", "*.test", "x.wild.test", "*.*.wild.test"];
const METHODS = ["GET", "HEAD", "POST", "PUT", "OPTIONS"];
const NAMES = ["X-A", "X-B", "X-Multi"];
const VALUES = ["one", "two", "one two", "", "o*e", "ONE"];
const REGEXPS = ["^/([a-z]+)/(.*)$", "(?P<tail>[^/]+)$", "b", "^$", "/(a)?(x)?", "(?i)^/A"];
const TEXTS = [
  "{http.request.method} {http.request.uri}",
  "{http.request.uri.path}|{http.request.uri.query}|{http.request.uri.query.q}",
  "{http.request.host}|{http.request.hostport}|{http.request.port}",
  "{http.request.header.X-A}|{http.request.header.X-Multi}|{http.request.header.x-b}",
  "{http.vars.v}|{http.vars.w}|{http.vars.none}",
  "{http.regexp.re.0}|{http.regexp.re.1}|{http.regexp.re.tail}",
  "{http.request.uri.path.file}|{http.request.uri.path.dir}|{http.request.uri.path.1}",
  "{http.request.orig_uri}|{http.request.orig_uri.path}|{http.request.orig_method}",
  "{http.error.status_code} {http.error.status_text}",
  "{http.matchers.file.relative}|{http.matchers.file.type}|{http.matchers.file.remainder}",
  "plain {unknown.one} {{http.vars.v}} {http.vars.v",
];
/** Conditions that have an answer for every request: older versions of Caddy do not tell of errors. */
const CONDITIONS = [
  (draw) => `path(${draw.words(PATTERNS)})`,
  (draw) => `host(${draw.word(HOST_PATTERNS)})`,
  (draw) => `method(${draw.words(METHODS)})`,
  (draw) => `protocol(${draw.word(["http", "https", "grpc", "http/1.1", "http/2"])})`,
  (draw) => `header({${draw.word(NAMES)}: ${draw.word(VALUES)}})`,
  (draw) => `header({${draw.word(NAMES)}: [${draw.words(VALUES)}]})`,
  (draw) => `query({${draw.word(["q", "r", "a b"])}: [${draw.words(["1", "3", "*", ""])}]})`,
  () => "path({http.request.uri.path})",
  (draw) => `remote_ip(${draw.words(["127.0.0.1", "10.0.0.0/8", "::1"])})`,
  (draw) => `{http.request.method} ${draw.pick(["==", "!=", "<", ">="])} ${draw.word(METHODS)}`,
  (draw) => `{http.request.method} in [${draw.words(METHODS)}]`,
  (draw) => `{http.request.header.X-A} == ${draw.word(VALUES)}`,
  (draw) => `{http.request.uri.query.q} in [${draw.words(["1", "2", "", "a=b"])}]`,
  (draw) => `{http.request.port} in [${draw.pick(["80", "80, 81"])}]`,
  (draw) => `{http.request.host} == ${draw.word(HOSTS)}`,
  (draw) => `{http.vars.v} == ${draw.word(["one", "two"])}`,
  (draw) => `{http.vars.none} ${draw.pick(["==", "!="])} null`,
  (draw) => `{http.error.status_code} in [${draw.pick(["404", "404, 500", "403"])}]`,
  (draw) =>
    `{http.request.uri.path}.${draw.pick(["startsWith", "endsWith", "contains"])}(${draw.word(PATHS)})`,
  (draw) => `{http.request.uri.path}.matches(${draw.word(["^/a", "b$", "[.]php", "(a+)+$"])})`,
  (draw) => `size({http.request.uri.path}) ${draw.pick(["<", ">=", "=="])} ${draw.pick([2, 4])}`,
  (draw) => `{http.request.uri.query}.split("&").${draw.pick(["exists", "all"])}(x, x == "q=1")`,
];
/** How many requests go to each server. */
export const REQUESTS = 12;

/** Entries of `try_files`. */
const FILES = [
  "{http.request.uri.path}",
  "{http.request.uri.path}/",
  "{http.request.uri.path}.html",
  "{http.request.uri.path}*",
  "/{http.vars.v}",
  "/folder/",
  "/folder/*.html",
  "/*/page.html",
  "/text.txt",
  "/none",
];

/** A server drawn from `random`, with the files below `root`, and requests to it. */
export function servedFrom(random, root) {
  const draw = new Draw(random, root);
  const server = {
    routes: [...draw.some(2, 6, () => draw.route(2)), { handle: [draw.answer()] }],
    ...(random.chance(0.5) ? { errors: { routes: draw.some(1, 3, () => draw.route(1)) } } : {}),
  };
  return { server, requests: draw.some(REQUESTS, REQUESTS, () => draw.request()) };
}

/** How the configuration of each matcher is drawn. */
const MATCHERS = {
  path: (draw) => draw.some(1, 2, () => draw.pick(PATTERNS)),
  host: (draw) => [...new Set(draw.some(1, 2, () => draw.pick(HOST_PATTERNS)))],
  method: (draw) => draw.some(1, 2, () => draw.pick(METHODS)),
  protocol: (draw) => draw.pick(["http", "https", "grpc", "http/1.1", "http/1.0+", "http/2"]),
  not: (draw, depth) => draw.some(1, 2, () => draw.matchers(depth - 1)),
  vars: (draw) => ({
    [draw.pick(["v", "w", "{http.request.method}", "{http.vars.v}"])]: draw.some(1, 2, () =>
      draw.pick(["one", "GET", "two"]),
    ),
  }),
  header: (draw) => ({
    [draw.pick([...NAMES, "Host"])]: draw.pick([
      null,
      [],
      ...VALUES.map((value) => [value]),
      ["*ne", "tw*", "*"],
      ["{http.vars.v}"],
      ["a.test"],
    ]),
  }),
  header_regexp: (draw) => ({
    [draw.pick([...NAMES, "Host"])]: {
      name: "re",
      pattern: draw.pick(["^one", "(o)(n)?", "^$", "test"]),
    },
  }),
  vars_regexp: (draw) => ({
    [draw.pick(["v", "w", "{http.request.uri.path}"])]: {
      name: "re",
      pattern: draw.pick(["^one", "(o)(n)?", "a"]),
    },
  }),
  expression: (draw) => draw.condition(2),
  path_regexp: (draw) => ({
    ...(draw.random.chance(0.7) ? { name: "re" } : {}),
    pattern: draw.pick(REGEXPS),
  }),
  file: (draw) => ({
    root: draw.root,
    try_files: draw.some(1, 3, () => draw.pick(FILES)),
    ...(draw.random.chance(0.3) ? { split_path: [draw.pick([".txt", ".JSON", ".php"])] } : {}),
  }),
  query: (draw) => ({
    [draw.pick(["q", "r", "a b"])]: draw.pick([
      ["1"],
      ["1", "3"],
      ["*"],
      [""],
      [],
      ["{http.vars.v}"],
    ]),
  }),
};

class Draw {
  random;
  root;

  constructor(random, root) {
    this.random = random;
    this.root = root;
  }

  pick(from) {
    return this.random.pick(from);
  }

  some(least, most, draw) {
    const count = least + this.random.below(most - least + 1);
    return Array.from({ length: count }, draw);
  }

  route(depth) {
    const route = { handle: this.some(1, 2, () => this.handler(depth)) };
    if (this.random.chance(0.7)) route.match = this.some(1, 2, () => this.matchers(1));
    // Of several sets Caddy 2.6 asks the next one although the file of the first is an error.
    const [only, ...others] = route.match ?? [];
    if (only?.file && others.length === 0 && this.random.chance(0.5)) {
      only.file.try_files.push(this.pick(["=404", "=410"]));
    }
    if (this.random.chance(0.2)) route.group = this.pick(["g1", "g2"]);
    if (this.random.chance(0.3)) route.terminal = true;
    return route;
  }

  /** A set of matchers. */
  matchers(depth) {
    const kinds = ["path", "path", "host", "method", "header", "query", "vars"];
    kinds.push("protocol", "expression", ...(depth > 0 ? ["not"] : []));
    // What was captured or found stays even if the set does not match, and Caddy's order is by chance.
    if (depth > 0 && this.random.chance(0.2)) {
      const kind = this.pick(["path_regexp", "header_regexp", "vars_regexp", "file", "file"]);
      return { [kind]: MATCHERS[kind](this) };
    }
    const set = {};
    for (const kind of this.some(1, 2, () => this.pick(kinds)))
      set[kind] = MATCHERS[kind](this, depth);
    return set;
  }

  /** A condition in CEL, made of others. */
  condition(depth) {
    if (depth === 0 || this.random.chance(0.4)) return this.pick(CONDITIONS)(this);
    const [a, b, c] = this.some(3, 3, () => this.condition(depth - 1));
    return this.pick([`!(${a})`, `${a} && ${b}`, `(${a}) || ${b}`, `(${a}) ? (${b}) : (${c})`]);
  }

  /** A text in quotes. */
  word(from) {
    return JSON.stringify(this.pick(from));
  }

  words(from) {
    return this.some(1, 2, () => this.word(from)).join(", ");
  }

  handler(depth) {
    const kinds = ["headers", "rewrite", "vars", "headers", "rewrite", "vars", "error", "answer"];
    if (depth > 0) kinds.push("subroute", "subroute");
    return this[this.pick(kinds)](depth);
  }

  answer() {
    const answer = { handler: "static_response" };
    if (this.random.chance(0.8)) answer.body = `${this.pick(TEXTS)}\n${this.pick(TEXTS)}`;
    if (this.random.chance(0.3)) answer.status_code = this.pick([200, "204", 404, 302]);
    if (this.random.chance(0.3)) answer.headers = { [this.pick(NAMES)]: [this.pick(TEXTS)] };
    if (this.random.chance(0.05)) answer.close = true;
    return answer;
  }

  headers() {
    const handler = { handler: "headers" };
    const operations = () => {
      const name = this.pick([...NAMES, "X-*", "*-a"]);
      const plain = this.pick(NAMES);
      return this.pick([
        { set: { [plain]: [this.pick([...VALUES, "{http.request.uri.path}"])] } },
        { add: { [plain]: this.some(1, 2, () => this.pick(VALUES)) } },
        { delete: [name] },
        { replace: { [plain]: [{ search: "o", replace: "0" }] } },
        { replace: { [plain]: [{ search_regexp: "(o)(n)?", replace: "<$2$1>" }] } },
        { add: { [plain]: ["late"] }, delete: [name] },
      ]);
    };
    if (this.random.chance(0.6)) handler.request = operations();
    else handler.response = operations();
    if (handler.response && this.random.chance(0.4)) handler.response.deferred = true;
    if (handler.response && this.random.chance(0.2)) {
      handler.response.require = this.pick([
        { status_code: [2] },
        { status_code: [404] },
        { headers: { "X-A": ["one"] } },
      ]);
    }
    return handler;
  }

  rewrite() {
    const uris = [
      "/new",
      "/a/b?{http.request.uri.query}",
      "?only=1",
      "{http.request.uri.path}/end",
    ];
    uris.push("{http.matchers.file.relative}");
    uris.push("/x?a=b&{http.request.uri.query}&c=d", "/sp ace", "/new?q={http.request.header.X-A}");
    return {
      handler: "rewrite",
      ...this.pick([
        { uri: this.pick(uris) },
        { uri: this.pick(uris) },
        { strip_path_prefix: this.pick(["/a", "/deep/er", "/%61"]) },
        { strip_path_suffix: this.pick([".php", "b", "/", ".txt"]) },
        {
          uri_substring: [{ find: this.pick(["a", "q"]), replace: this.pick(["", "z", "%2F"]) }],
        },
        {
          path_regexp: [
            this.pick([
              { find: "/{2,}", replace: "/" },
              { find: "([a-z])", replace: "$1$1" },
            ]),
          ],
        },
        { method: this.pick(["POST", "get"]) },
      ]),
    };
  }

  vars() {
    return {
      handler: "vars",
      [this.pick(["v", "w", "{http.request.method}"])]: this.pick([
        "one",
        "{http.request.uri.path}",
        "{http.request.header.X-A}",
        "{http.vars.v}+",
      ]),
    };
  }

  error() {
    return {
      handler: "error",
      ...this.pick([
        {},
        { status_code: 404 },
        { status_code: "503" },
        { status_code: "{http.vars.w}" },
      ]),
      ...(this.random.chance(0.5) ? { error: "oh no" } : {}),
    };
  }

  subroute(depth) {
    return {
      handler: "subroute",
      routes: this.some(1, 3, () => this.route(depth - 1)),
      ...(this.random.chance(0.3) ? { errors: { routes: [this.route(0)] } } : {}),
    };
  }

  request() {
    const path = this.pick([...PATHS, ...PATHS, ...FILE_PATHS, ...ODD_PATHS]) + this.pick(QUERIES);
    const headers = {};
    if (this.random.chance(0.4)) headers.Host = this.pick(HOSTS);
    for (const name of this.some(0, 2, () => this.pick(NAMES)))
      headers[name.toLowerCase()] = this.pick(VALUES);
    if (this.random.chance(0.2)) headers["x-multi"] = ["one", "two"];
    return { method: this.pick(["GET", "GET", ...METHODS]), path, headers };
  }
}
