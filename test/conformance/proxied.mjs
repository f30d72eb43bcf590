// Reverse proxies by chance, before an upstream that tells what it was sent. What reaches the
// upstream, and what comes back to the client, has to be the same through both.

import { once } from "node:events";
import { createServer } from "node:http";
import { isDeepStrictEqual } from "node:util";
import { randomFrom } from "./admin.mjs";
import { askPort } from "./peers.mjs";
import { settled } from "./served.mjs";

/** How many requests go through each proxy. */
export const PROXIED = 12;

const PATHS = ["/", "/a", "/a/b", "/a%20b", "/a//b", "/%41", "/a/../b", "/caf%C3%A9", "/x;y"];
const QUERIES = ["", "?", "?x=1", "?a=b;c", "?q=%zz", "?trailers", "?connection", "?location"];
const STATUSES = ["", "status=404", "status=500", "status=204", "status=304", "status=301"];
const METHODS = ["GET", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"];
const BODIES = ["", "abc", "x".repeat(5000)];
const VALUES = ["v", "{http.request.host}", "{http.request.header.X-A}", "{http.request.uri.path}"];
/** Fields that clients send, and that a proxy passes on, changes or keeps to itself. */
const FIELDS = {
  Host: ["b.test", "b.test:99", "B.Test"],
  "X-A": ["one", "two", ["one", "two"], ""],
  "X-Forwarded-For": ["9.9.9.9", "9.9.9.9, 8.8.8.8"],
  "X-Forwarded-Proto": ["https"],
  "X-Forwarded-Host": ["evil.test"],
  Connection: ["X-A", "keep-alive, X-A", "close"],
  TE: ["trailers", "gzip", "trailers, deflate"],
  "Accept-Encoding": ["gzip", "identity"],
  Cookie: ["a=1", ["a=1", "b=2"]],
  Referer: ["http://c.test/"],
  "User-Agent": ["someone"],
  "Proxy-Authorization": ["secret"],
  "Proxy-Connection": ["keep-alive"],
  "Keep-Alive": ["timeout=9"],
  Range: ["bytes=0-3"],
  Expect: ["100-continue"],
  "If-None-Match": ['"a"'],
};
/** What each side says of itself, or of the connection to it. */
const OWN = ["connection", "content-length", "date", "keep-alive", "server", "transfer-encoding"];
const OWN_SENT = ["connection", "content-length", "transfer-encoding", "via"];

/** Compare what goes through `count` proxies drawn by chance. */
export async function compareProxied({ caddy, graft }, seed, count, report) {
  const upstream = createServer(tell).listen(0, "127.0.0.1");
  await once(upstream, "listening");
  try {
    for (let i = 0; i < count; i++) {
      const random = randomFrom(seed + i);
      const dial = `127.0.0.1:${upstream.address().port}`;
      const server = proxyFrom(random, dial, caddy.isOld);
      for (const peer of [caddy, graft]) await serve(peer, server);
      await settled();
      for (let k = 0; k < PROXIED; k++) {
        const asked = requestFrom(random);
        const seen = [];
        for (const peer of [caddy, graft]) seen.push(await through(peer, asked));
        const text = `proxy, GRAFT_TEST_SEED=${seed + i}: ${asked.method} ${asked.path}`;
        const fault = `Caddy ${JSON.stringify(seen[0])}\n  here  ${JSON.stringify(seen[1])}`;
        report(isDeepStrictEqual(...seen) ? undefined : fault, text);
      }
    }
  } finally {
    upstream.closeAllConnections();
    upstream.close();
  }
}

/** An answer that tells what was asked. */
function tell(request, response) {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const { method, url, headersDistinct, httpVersion } = request;
    const asked = new URL(url, "http://upstream").searchParams;
    response.statusCode = Number(asked.get("status") ?? 200);
    response.setHeader("X-Up", ["a", "b"]);
    response.setHeader("X-Hop", "1");
    if (asked.has("connection")) response.setHeader("Connection", "X-Hop");
    if (asked.has("location")) response.setHeader("Location", "http://upstream.test/else");
    if ([204, 304].includes(response.statusCode)) return response.end();
    response.setHeader("Content-Type", "application/json");
    const body = Buffer.concat(chunks).toString();
    const text = JSON.stringify({ method, url, headers: headersDistinct, body });
    if (!asked.has("trailers") || method === "HEAD" || httpVersion !== "1.1") {
      return response.end(text);
    }
    response.setHeader("Trailer", "X-Sum");
    response.write(text);
    response.addTrailers({ "X-Sum": "1" });
    return response.end();
  });
}

function proxyFrom(random, dial, isOld) {
  const value = () => [random.pick(VALUES)];
  const proxy = { handler: "reverse_proxy", upstreams: [{ dial }], headers: {} };
  if (random.chance(0.6)) {
    proxy.headers.request = random.pick([
      { set: { "X-S": value() } },
      { set: { Host: ["{http.reverse_proxy.upstream.hostport}"] } },
      { set: { Host: ["up.test"], "X-Forwarded-For": ["1.2.3.4"] } },
      { add: { "X-A": value() } },
      { delete: ["X-A"] },
      { delete: ["X-*"] },
      { replace: { "X-A": [{ search: "o", replace: "0" }] } },
    ]);
  }
  if (random.chance(0.5)) {
    proxy.headers.response = random.pick([
      { set: { "X-R": value() } },
      { add: { "X-Up": ["c"] } },
      { delete: ["X-Up"] },
      { replace: { "X-Up": [{ search_regexp: "(a|b)", replace: "[$1]" }] } },
      { set: { "X-R": ["1"] }, require: { status_code: [2] } },
    ]);
  }
  if (random.chance(0.2)) proxy.trusted_proxies = ["127.0.0.1/32"];
  if (random.chance(0.2)) proxy.flush_interval = -1;
  const looked = random.chance(0.4);
  if (looked) proxy.handle_response = responsesFrom(random);
  const early = { handler: "headers", request: { set: { "X-A": ["early"] } } };
  const behind = looked ? [say("behind {http.reverse_proxy.status_code}")] : [];
  const limit = { handler: "request_body", max_size: 3 };
  const before = [
    ...(random.chance(0.2) ? [{ handle: [early] }] : []),
    // Caddy 2.6 says 502 to a body that is too long.
    ...(random.chance(0.2) && !isOld ? [{ handle: [limit] }] : []),
  ];
  return { routes: [...before, { handle: [proxy, ...behind] }] };
}

const say = (body, more = {}) => ({ handler: "static_response", body, ...more });

/** What is done about answers before the client gets them; Caddy 2.6 passes by an entry without routes. */
function responsesFrom(random) {
  const copy = { handler: "copy_response" };
  const own = { handler: "headers", response: { add: { "X-Up": ["own"] }, delete: ["X-Hop"] } };
  const someFields = { handler: "copy_response_headers", include: ["x-up", "Content-Type"] };
  const told = "{http.reverse_proxy.status_text} {http.reverse_proxy.header.X-Up}";
  const actions = [
    { status_code: 404 },
    { status_code: "299" },
    { routes: [{ handle: [copy] }] },
    { routes: [{ handle: [own, { ...copy, status_code: 201 }] }] },
    { routes: [{ handle: [say(told, { status_code: 410 })] }] },
    { routes: [{ handle: [someFields, say("some")] }] },
    { routes: [{ match: [{ path: ["/a*"] }], handle: [copy] }] },
    { routes: [{ handle: [{ handler: "error", status_code: 418 }] }] },
  ];
  const matches = [
    { match: { status_code: [4, 500] } },
    { match: { status_code: [2] } },
    { match: { headers: { Location: ["*upstream*"] } } },
    { match: { headers: { "X-Up": ["b"], "X-None": null } } },
    {},
  ];
  const count = random.chance(0.5) ? 1 : 2;
  return Array.from({ length: count }, () => ({
    ...random.pick(matches),
    ...random.pick(actions),
  }));
}

function requestFrom(random) {
  const query = random.pick(QUERIES);
  const status = random.pick(STATUSES);
  const joined = status === "" ? query : `${query === "" ? "?" : `${query}&`}${status}`;
  const method = random.pick(METHODS);
  const headers = { Host: "a.test:9" };
  for (const [name, values] of Object.entries(FIELDS)) {
    if (random.chance(0.12)) headers[name] = random.pick(values);
  }
  const body = ["POST", "PUT", "PATCH"].includes(method) ? random.pick(BODIES) : undefined;
  if (body && random.chance(0.4)) headers["Transfer-Encoding"] = "chunked";
  return { method, path: random.pick(PATHS) + joined, headers, body };
}

async function serve(peer, server) {
  const srv = { listen: [`127.0.0.1:${peer.port}`], automatic_https: { disable: true }, ...server };
  const { status, body } = await peer.load({ apps: { http: { servers: { srv } } } });
  if (status !== 200) throw new Error(`${peer.name} refused a proxy: ${body}`);
}

/** What the client got and, where the answer says it, what the upstream was sent. */
async function through({ name, port }, { method, path, headers, body }) {
  const lost = name === "caddy" ? ["ECONNRESET", "ECONNREFUSED"] : [];
  const answer = await askPort(port, method, path, { headers, body }, lost);
  const seen = { status: answer.status, headers: without(answer.headers, [...OWN, "via"]) };
  const told = answer.body.replaceAll(String(port), "PORT");
  if (!told.startsWith("{")) return { ...seen, body: told };
  const sent = JSON.parse(told);
  const fields = without(sent.headers, OWN_SENT);
  // Go asks for compression where the client says nothing of it.
  if (headers["Accept-Encoding"] === undefined) delete fields["accept-encoding"];
  return { ...seen, sent: { ...sent, headers: fields } };
}

function without(fields, names) {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}
