// Where Graft answers otherwise than Caddy 2.6, on purpose. Each entry says when it applies, and why
// it is so. What is not in these lists has to be the same.

/** Differences of the admin API. `step` is a request and what it meets; see `admin.mjs`. */
export const adminDifferences = [
  {
    name: "DELETE of a missing key",
    reason: "Caddy says 200 to a typo; 404 tells that nothing was there.",
    applies: ({ method, caddy, graft }) =>
      method === "DELETE" && caddy.status === 200 && graft.status === 404,
  },
  {
    name: "empty body",
    reason: "Caddy takes it for null and overwrites what was there; here nothing is lost.",
    applies: ({ kind, method, caddy, graft }) =>
      kind === "empty" && method !== "DELETE" && caddy.status === 200 && graft.status === 400,
  },
  {
    name: "array directly in an array",
    reason:
      "Caddy answers 200, reads nothing and changes nothing; here it is edited like any other.",
    applies: ({ nested, caddy }) => nested && caddy.status === 200,
  },
  {
    name: "index that is not canonical",
    reason: "Newer Caddy refuses 01 as well; two names for one element break guards and ids.",
    applies: ({ path, caddy, graft }) =>
      /\/0\d+(\/|$)/.test(path) && caddy.status === 200 && graft.status === 400,
  },
  {
    name: "PUT just past the end of an array",
    reason: "Caddy 2.6 refuses it; here it appends, so that PUT can build a list up.",
    applies: ({ method, caddy, graft }) =>
      method === "PUT" && outOfBounds(caddy) && graft.status === 200,
  },
  {
    name: "POST to an element that is not there",
    reason: "A POST to an element appends and does not read the index, so any will do.",
    applies: ({ method, caddy, graft }) =>
      method === "POST" && outOfBounds(caddy) && graft.status === 200,
  },
  {
    name: "POST of `...` to what is no array",
    reason: "Caddy puts the payload there, whatever it takes the place of; here it only appends.",
    applies: ({ method, path, caddy, graft }) =>
      method === "POST" &&
      path.endsWith("/...") &&
      caddy.status === 200 &&
      [400, 404].includes(graft.status),
  },
];

const outOfBounds = ({ status, body }) =>
  status === 500 && /out of bounds|invalid array index/.test(body);

/**
 * Differences of served answers: which of `status`, `body` and header fields may differ, and when.
 * `server` is what both serve, and `answers` are those of Caddy and of Graft.
 */
export const servedDifferences = [
  {
    name: "Vary on files",
    reason: "As in newer Caddy: a cache must know that stored compressed files may be served.",
    applies: ({ name, answers }) =>
      name.startsWith("file_server") && answers[1].headers.vary === "Accept-Encoding",
    parts: ["vary"],
  },
  {
    name: "POST to a file",
    reason: "As in newer Caddy: a file is only read, and the answer to anything else is 405.",
    applies: ({ name, asked, answers }) =>
      name.startsWith("file_server") && asked.method === "POST" && answers[1].status === 405,
    parts: [
      "status",
      "body",
      "allow",
      "accept-ranges",
      "content-length",
      "content-type",
      "last-modified",
    ],
  },
  {
    name: "a file with a slash at its end",
    reason: "Caddy's own rule of canonical addresses; on Linux it fails before it gets that far.",
    applies: ({ name, asked }) => name.startsWith("file_server") && asked.path === "/text.txt/",
    parts: [
      "status",
      "body",
      "location",
      "accept-ranges",
      "content-length",
      "content-type",
      "last-modified",
    ],
  },
  {
    name: "the text of a refusal",
    reason: "Go adds an English sentence to redirects and range errors; clients act on the status.",
    applies: ({ answers }) => [308, 416].includes(answers[0].status),
    parts: [
      "body",
      "accept-ranges",
      "content-length",
      "content-range",
      "content-type",
      "last-modified",
      "x-content-type-options",
    ],
  },
  {
    name: "fields of a 412",
    reason: "Go says of what type the empty answer is, and when the file changed that it is not.",
    applies: ({ answers }) => answers[0].status === 412,
    parts: ["content-type", "etag", "last-modified"],
  },
  {
    name: "several parameters in one query matcher",
    reason: "As in newer Caddy, all of them must match; for 2.6 one was enough.",
    applies: ({ name, asked }) =>
      name === "other matchers" && ["/no?q=3&r=1", "/no?q=1"].includes(asked.path),
    parts: ["body", "content-length"],
  },
  {
    name: "placeholders in an error's message",
    reason: "They are filled where the error is made, as the handler's documentation has it.",
    applies: ({ name, asked }) => name === "error routes" && asked.path === "/503",
    parts: ["body", "content-length"],
  },
  {
    name: "an error that nobody answered",
    reason: "Where a subroute's error routes answer nothing, Caddy says 200 to what has failed.",
    applies: ({ answers: [caddy, graft] }) =>
      caddy.status === 200 && caddy.body === "" && graft.status >= 400,
    parts: ["status"],
  },
  {
    name: "deferred header fields of an answer that no handler gave",
    reason: "They are set whenever an answer is sent; Caddy's own empty answer passes them by.",
    applies: ({ server, answers: [caddy] }) =>
      caddy.body === "" &&
      caddy.headers["content-type"] === undefined &&
      /"(deferred|require)":/.test(JSON.stringify(server)),
    parts: ["x-a", "x-b", "x-multi"],
  },
  {
    name: "the length of what is, or could be, compressed",
    reason: "It is told where it is known; Caddy tells HEAD that of nothing compressed.",
    applies: ({ name }) => name.startsWith("encode"),
    parts: ["content-length"],
  },
  {
    name: "Vary where nothing is compressed",
    reason: "What others get compressed must not be kept for all in the form that one has got.",
    applies: ({ name, answers: [caddy, graft] }) =>
      name.startsWith("encode") &&
      caddy.headers["content-encoding"] === undefined &&
      graft.headers.vary === "Accept-Encoding",
    parts: ["vary"],
  },
  {
    name: "the tag of a copy that holds",
    reason: "A cache finds its copy by the tag that the copy has.",
    applies: ({ name, answers: [caddy, graft] }) =>
      name.startsWith("encode") && caddy.status === 304 && /-gzip"$/.test(graft.headers.etag),
    parts: ["etag"],
  },
  {
    name: "no compression, where a client likes it better",
    reason: "Caddy passes over `identity`, whatever its weight.",
    applies: ({ name, asked }) =>
      name.startsWith("encode") && asked.headers?.["Accept-Encoding"] === "gzip;q=0.5, identity",
    parts: ["content-encoding", "etag"],
  },
  {
    name: "the length of an empty answer to HEAD",
    reason: "It is known, so it is told.",
    applies: ({ asked, answers: [, graft] }) =>
      asked.method === "HEAD" && graft.headers["content-length"] === "0",
    parts: ["content-length"],
  },
];
