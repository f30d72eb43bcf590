// Servers that let in who knows a password.

import { say } from "./served-words.mjs";

/** `pw`, hashed by bcrypt, in base64 as older Caddy wants it. */
const HASH = Buffer.from("$2a$04$xfkcwC43nvYPVv4SKve65u4689wwyuFjFgmWEcRkRTtLMQ.OYGv6y").toString(
  "base64",
);
const BASIC = ["ann:pw", "ann:no", "eve:pw", "ann", ":", "ann:pw\0"];
const basic = (text, scheme = "Basic") => ({
  headers: { Authorization: `${scheme} ${Buffer.from(text).toString("base64")}` },
});

/** Cases of `authentication`. */
export const authenticationCases = [
  {
    name: "authentication",
    server: {
      routes: [
        {
          handle: [
            {
              handler: "authentication",
              providers: {
                http_basic: {
                  accounts: [{ username: "ann", password: HASH }],
                  hash: { algorithm: "bcrypt" },
                  hash_cache: {},
                  realm: "here",
                },
              },
            },
            say("{http.auth.user.id}"),
          ],
        },
      ],
      errors: { routes: [{ handle: [say("{http.error.status_code} {http.error.message}")] }] },
    },
    requests: [
      {},
      ...[...BASIC, ...BASIC].map((text) => basic(text)),
      basic("ann:pw", "BASIC"),
      basic("ann:pw", "Bearer"),
      basic("ann:pw", "Basic "),
    ],
  },
];
