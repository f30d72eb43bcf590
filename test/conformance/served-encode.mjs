// Servers that compress.

import { accepting, say, when } from "./served-words.mjs";

const LONG = "to be or not to be, ".repeat(50);
/** Answers that are to be compressed, and those that are not. */
const encoded = [
  ["/plain", LONG],
  ["/html", LONG, { headers: { "Content-Type": ["text/html"], Etag: ['"h"'] } }],
  ["/coded", LONG, { headers: { "Content-Encoding": ["br"] } }],
  ["/kept", LONG, { headers: { "Cache-Control": ["public, no-transform"] } }],
  ["/vary", LONG, { headers: { Vary: ["Cookie, accept-encoding"] } }],
  ["/part", LONG, { status_code: 206 }],
  ["/none", "", { status_code: 204 }],
  ["/same", "", { status_code: 304 }],
  ["/weak", LONG, { headers: { Etag: ['W/"w"'] } }],
  ["/short", "x".repeat(512)],
  ["/long", "x".repeat(513)],
].map(([path, body, rest]) => when({ path: [path] }, say(body, rest)));

/** Cases of `encode`; files are served from `root`. What is `newer` was otherwise in Caddy 2.6. */
export const encodeCasesIn = (root) => [
  {
    name: "encode",
    newer: true,
    server: {
      routes: [
        { handle: [{ handler: "encode", encodings: { gzip: {} }, prefer: ["gzip"] }] },
        ...encoded,
        { handle: [{ handler: "file_server", root, precompressed: { gzip: {} } }] },
      ],
      errors: { routes: [{ handle: [say(LONG)] }] },
    },
    requests: [
      ...["/plain", "/html", "/coded", "/kept", "/vary", "/part", "/none", "/same", "/weak"],
      ...["/short", "/long", "/lost", "/large.css", "/stored.css", "/picture.png", "/data.json"],
    ].flatMap((path) => [
      { path, headers: { "Accept-Encoding": "gzip" } },
      { path, headers: { "Accept-Encoding": "gzip" }, method: "HEAD" },
      { path },
    ]),
  },
  {
    name: "encode, by what clients say",
    newer: true,
    server: {
      routes: [
        {
          handle: [
            { handler: "encode", encodings: { gzip: { level: 9 } }, minimum_length: 10 },
            say(LONG, { headers: { Etag: ['"v1"'] } }),
          ],
        },
      ],
    },
    requests: [
      ...accepting("gzip", "GZIP", "gzip;q=0.1", "gzip;q=0", "gzip ; q=0.0", "br, gzip;q=x", "*"),
      ...accepting("identity", "gzip;q=0.5, identity", "x-gzip", ",,gzip", "deflate, gzip;q=1.0"),
      { headers: { "Accept-Encoding": "gzip", "Cache-Control": "no-transform" } },
      { headers: { "Accept-Encoding": "gzip", "Sec-WebSocket-Key": "x" } },
    ],
  },
  {
    name: "encode and conditions",
    newer: true,
    server: {
      routes: [
        {
          handle: [
            { handler: "encode", encodings: { gzip: {} }, match: { status_code: [2, 304] } },
            { handler: "file_server", root, etag_file_extensions: [".etag"] },
          ],
        },
      ],
    },
    requests: [
      { "If-None-Match": '"large-gzip"' },
      { "If-None-Match": '"x", "large-gzip"' },
      { "If-None-Match": '"large"' },
      { "If-None-Match": '"other-gzip"' },
      { "If-Match": '"large"' },
      { "If-Match": '"large-gzip"' },
      { Range: "bytes=2-4" },
      { Range: "bytes=2-4", "If-Range": '"large-gzip"' },
      { Range: "bytes=2-4", "If-Range": '"large"' },
    ].map((headers) => ({
      path: "/large.css",
      headers: { "Accept-Encoding": "gzip", ...headers },
    })),
  },
];
