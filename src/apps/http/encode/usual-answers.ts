// The answers that are compressed unless a config says which: those of types that are texts of some
// kind, or as good as. Pictures, films and archives are compressed in themselves.

import type { Static } from "../../../schema/index.js";
import type { ResponseMatcher } from "../response-matcher.js";

/** Types, the most usual first; as in Caddy, parameters may follow each. */
const TYPES = [
  "text/",
  "application/json",
  "application/javascript",
  "image/svg+xml",
  "application/xml",
  "application/xhtml+xml",
  "application/rss+xml",
  "application/atom+xml",
  "application/ld+json",
  "application/manifest+json",
  "application/geo+json",
  "application/vnd.api+json",
  "application/graphql+json",
  "application/graphql-response+json",
  "application/wasm",
  "application/x-javascript",
  "application/x-protobuf",
  "application/x-httpd-cgi",
  "application/x-perl",
  "application/eot",
  "application/font",
  "application/opentype",
  "application/otf",
  "application/truetype",
  "application/ttf",
  "application/x-opentype",
  "application/x-otf",
  "application/x-ttf",
  "application/vnd.ms-fontobject",
  "font/otf",
  "font/ttf",
  "image/vnd.microsoft.icon",
  "image/x-icon",
  "multipart/bag",
  "multipart/mixed",
];

/** Answers of these types. */
export const USUAL_ANSWERS: Static<typeof ResponseMatcher> = {
  headers: { "Content-Type": TYPES.map((type) => `${type}*`) },
};
