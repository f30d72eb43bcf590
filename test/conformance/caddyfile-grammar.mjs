// Caddyfiles by chance, in the part of the language that Caddy 2.6 has: sites with addresses of all
// forms, named matchers, directives with their blocks, snippets, named blocks in blocks.

const HOSTS = ["a.example", "b.example", "www.a.example", "long-name.b.example"];
const ODD_HOSTS = ["*.example", "[::1]"];
const SECURE = [(host) => host, (host) => `${host}:8443`, (host) => `https://${host}:9443`];
const PLAIN = [
  (host) => `http://${host}`,
  (_, number) => `:${8080 + number}`,
  (host, number) => `http://${host}:${8180 + number}`,
];
// No two are as long as each other, with or without their stars: ties are broken otherwise today.
const PATHS = ["/", "/ab", "/api", "/api/*", "/static/*", "/api/v1/a/*", "/a-long-path-*", "*.php"];
const MATCHABLE = PATHS.filter((path) => path.startsWith("/"));
const FIELDS = ["X-One", "X-Two", "Cache-Control", "Server"];
const VALUES = ["one", '"two words"', "{host}", "{path}", '`quoted "text"`', "{header.X-One}"];
const UPSTREAMS = [
  "localhost:9000",
  "127.0.0.1:9001",
  "h2c://10.0.0.1:80",
  "https://up.example",
  ":9002",
];

/** A Caddyfile drawn from `random`. */
export function caddyfileFrom(random) {
  const draw = new Draw(random);
  const blocks = [];
  if (random.chance(0.4))
    blocks.push(
      draw.block(
        "",
        draw.some(0, 3, () => draw.option()),
      ),
    );
  if (random.chance(0.3)) {
    draw.snippet = true;
    blocks.push(
      draw.block("(shared)", ["header X-Shared yes", "encode gzip"].slice(random.below(2))),
    );
  }
  const count = 1 + random.below(3);
  for (let site = 0; site < count; site++) blocks.push(draw.site(site));
  return `${blocks.join("\n\n")}\n`;
}

class Draw {
  snippet = false;
  #random;
  /** How deep blocks may still nest. */
  #depth = 3;
  #matchers = [];
  /** Whether the site at hand may have a `tls` directive. */
  #secure = false;

  constructor(random) {
    this.#random = random;
  }

  pick(from) {
    return this.#random.pick(from);
  }

  some(least, most, make) {
    return Array.from({ length: least + this.#random.below(most - least + 1) }, make);
  }

  chance(share) {
    return this.#random.chance(share);
  }

  block(head, lines) {
    const indented = onlyOnce(lines).map((line) => `\t${line.replaceAll("\n", "\n\t")}`);
    return `${head === "" ? "" : `${head} `}{\n${indented.join("\n")}\n}`;
  }

  option() {
    return this.pick([
      () => "debug",
      () => "auto_https off",
      () => "auto_https disable_redirects",
      () => "email me@example.com",
      () => "local_certs",
      () => "grace_period 10s",
      () => "default_sni a.example",
      () => `order ${this.pick(["respond first", "redir last", "header before respond"])}`,
      () => this.block("servers", [this.pick(["protocols h1 h2", "strict_sni_host", "metrics"])]),
      () => this.block("log", ["level DEBUG", this.pick(["format json", "output stderr"])]),
      () => "admin off",
    ])();
  }

  site(number) {
    const names = [`@m${number}`, `@n${number}`];
    this.#matchers = this.#random.chance(0.6) ? names : [];
    const address = this.address(number);
    const definitions = this.#matchers.map((name) => this.definition(name));
    const directives = this.some(1, 6, () => this.directive());
    return this.block(address, [...definitions, ...directives]);
  }

  /**
   * Addresses of one site; the number keeps sites apart. Sites with certificates have plain names:
   * what becomes of wildcards, and of sites that are both for HTTP and HTTPS, has changed.
   */
  address(number) {
    const secure = this.chance(0.5);
    const one = () => {
      const host = this.pick(secure ? HOSTS : [...HOSTS, ...ODD_HOSTS]);
      const name = host.replace(/^([a-z])/, `s${number}-$1`);
      return this.pick(secure ? SECURE : PLAIN)(name, number);
    };
    const addresses = [...new Set(this.some(1, 3, one))];
    // Of a site with several listeners, 2.6 gives the names of the last one to all their policies.
    this.#secure = secure && addresses.length === 1;
    return addresses.join(", ");
  }

  definition(name) {
    const one = () =>
      this.pick([
        () => `path ${this.some(1, 3, () => this.pick(PATHS)).join(" ")}`,
        () => `method ${this.some(1, 2, () => this.pick(["GET", "POST", "PUT"])).join(" ")}`,
        () => `header ${this.pick(FIELDS)} ${this.pick(["one", "*two*", "!"])}`,
        () => `query ${this.pick(["a=b", "debug=*", "x=1 y=2"])}`,
        () => `host ${this.pick(["a.example", "b.example c.example"])}`,
        () => `not path ${this.pick(MATCHABLE)}`,
        () => `path_regexp ${this.pick(["^/[a-z]+$", "static \\.(css|js)$"])}`,
        () => "remote_ip 10.0.0.0/8 127.0.0.1",
        () => "protocol https",
        () => "expression {method} == 'GET'",
        () => "file /index.html /fallback.html",
      ])();
    if (this.chance(0.5)) return `${name} ${one()}`;
    const kinds = new Map(this.some(1, 3, one).map((line) => [line.split(" ")[0], line]));
    return this.block(name, [...kinds.values()]);
  }

  /** A matcher and the space behind it, or nothing. */
  matcher() {
    if (this.chance(0.4)) return "";
    if (this.#matchers.length > 0 && this.chance(0.4)) return `${this.pick(this.#matchers)} `;
    return `${this.pick(["*", ...MATCHABLE])} `;
  }

  directive() {
    if (this.#depth === 0 || this.chance(0.7)) return this.plainDirective();
    this.#depth--;
    const inner = this.some(0, 4, () => this.directive());
    this.#depth++;
    return this.pick([
      () => this.block(`handle ${this.matcher()}`.trim(), inner),
      () => this.block(`handle_path ${this.pick(["/api/*", "/api/v1/a/*", "/static/*"])}`, inner),
      () => this.block(`route ${this.matcher()}`.trim(), inner.filter(staysAlone).slice(0, 1)),
      () => this.block("handle_errors", inner),
    ])();
  }

  /** A directive without directives in it. */
  plainDirective() {
    if (this.snippet && this.chance(0.1)) return "import shared";
    const m = () => this.matcher();
    return this.pick([
      () => `respond ${m()}${this.pick(['"hello"', "404", '"gone" 410'])}`,
      () => `redir ${m()}https://other.example{uri}${this.pick(["", " permanent", " 307"])}`,
      () => `header ${m()}${this.pick(["", "+", "-", "?"])}${this.headerField()}`,
      () =>
        this.block(
          `header ${m()}`.trim(),
          this.some(1, 3, () => this.headerLine()),
        ),
      () => `request_header ${m()}${this.pick(["", "+"])}${this.pick(FIELDS)} ${this.pick(VALUES)}`,
      () => `rewrite ${m() || "* "}${this.pick(["/index.html", "/new{uri}", "?a=b"])}`,
      () => `uri ${m()}${this.pick(["strip_prefix /api", "strip_suffix .html", "replace /a /b"])}`,
      () => `root ${this.pick(["*", ...MATCHABLE])} /srv/${this.pick(["one", "two"])}`,
      () => `method ${m()}${this.pick(["GET", "POST"])}`,
      () => `error ${m()}${this.pick(["404", '"Not here" 403'])}`,
      () => `encode ${m()}${this.pick(["gzip", "zstd gzip"])}`,
      () => `templates ${m()}`.trim(),
      () => `try_files ${this.pick(["{path} /index.html", "{path} {path}/ /index.php?{query}"])}`,
      () => `file_server ${m()}${this.pick(["", "browse"])}`.trim(),
      () => this.block(`file_server ${m()}`.trim(), this.fileServerLines()),
      () => `reverse_proxy ${m()}${this.some(1, 2, () => this.upstream()).join(" ")}`,
      () => this.block(`reverse_proxy ${m()}${this.upstream()}`, this.proxyLines()),
      () => `php_fastcgi ${m()}${this.pick(["localhost:9000", "unix//run/php.sock"])}`,
      () => `basicauth ${m()}{\n\tbob JDJhJDE0JHhUZmFrZQ==\n}`,
      () => `abort ${m()}`.trim(),
      () => `request_body ${m()}{\n\tmax_size ${this.pick(["10MB", "1KiB"])}\n}`,
      () =>
        `map {host} {${this.pick(["target", "other"])}} {\n\ta.example one\n\t~(.*)\\.b one\n\tdefault none\n}`,
      () => `push ${m()}/style.css`,
      () => "metrics",
      () => `skip_log ${m()}`.trim(),
      () => `acme_server ${m()}`.trim(),
      () => "log",
      () =>
        this.block("log", [
          this.pick(["output file /var/log/a.log", "level ERROR", "format console"]),
        ]),
      () => `bind ${this.pick(["127.0.0.1", "127.0.0.1 [::1]"])}`,
      () => this.tls(),
    ])();
  }

  tls() {
    if (!this.#secure) return "header X-Plain yes";
    if (this.chance(0.5)) return "tls internal";
    const line = this.pick(["protocols tls1.2 tls1.3", "alpn h2", "curves x25519"]);
    return this.block("tls", [line]);
  }

  headerField() {
    return `${this.pick(FIELDS)}${this.chance(0.7) ? ` ${this.pick(VALUES)}` : ""}`;
  }

  headerLine() {
    return this.pick([
      () => `${this.pick(FIELDS)} ${this.pick(VALUES)}`,
      () => `-${this.pick(FIELDS)}`,
      () => `+${this.pick(FIELDS)} more`,
      () => `?${this.pick(FIELDS)} fallback`,
      () => `${this.pick(FIELDS)} old new`,
      () => "defer",
    ])();
  }

  fileServerLines() {
    return [
      ...new Set(
        this.some(1, 3, () =>
          this.pick(["root /srv", "hide .git", "index a.html", "browse", "precompressed gzip"]),
        ),
      ),
    ];
  }

  upstream() {
    return this.pick(UPSTREAMS);
  }

  proxyLines() {
    return [
      ...new Set(
        this.some(1, 4, () =>
          this.pick([
            "lb_policy round_robin",
            "lb_try_duration 5s",
            "health_uri /health",
            "health_interval 10s",
            "fail_duration 30s",
            "max_fails 2",
            "flush_interval -1",
            "header_up X-Real {remote_host}",
            "header_down -Server",
            "to localhost:9009",
            "trusted_proxies 10.0.0.0/8",
            "transport http {\n\tdial_timeout 3s\n\tversions 1.1\n}",
            '@bad status 5xx\nhandle_response @bad {\n\trespond "bad" 502\n}',
          ]),
        ),
      ),
    ];
  }
}

/** Several of these in one block exclude each other today, or are sorted, and were not in 2.6. */
const ONCE = /^(root|handle_errors|import) /;

function onlyOnce(lines) {
  const seen = new Set();
  return lines.filter((line) => {
    const [name] = ONCE.exec(line) ?? [];
    if (name === undefined) return true;
    const first = !seen.has(name);
    seen.add(name);
    return first;
  });
}

/**
 * In a `route`, `handle_path` and `rewrite` have groups today, and neighbours become one: also the
 * two that a `header` with defaults makes.
 */
function staysAlone(line) {
  return !/^(handle_path|import|rewrite) |\n\t*\?/.test(line);
}
