// Servers that match by what is on disk.

import { at, say, when } from "./served-words.mjs";

const PATH = "{http.request.uri.path}";
const QUERY = "{http.request.uri.query.q}";
const FOUND =
  "{http.matchers.file.relative}|{http.matchers.file.absolute}|{http.matchers.file.type}|" +
  "{http.matchers.file.remainder}";

const FILE_MATCHERS = {
  plain: {},
  "single page": { try_files: [PATH, "/index.html"] },
  "clean addresses": { try_files: [PATH, `${PATH}.html`, `${PATH}/`, "=404"] },
  globs: { try_files: ["/f*r/p*", `${PATH}*`, "/[a-d]*.[jt]*"] },
  "a glob that is filled": { try_files: [`/${QUERY}?.txt`, `/*${QUERY}`] },
  "a split path": { try_files: [PATH, "text.txt"], split_path: [".html", ".JSON"] },
  smallest: { try_files: ["/text.txt", "/data.json"], try_policy: "smallest_size" },
  largest: { try_files: ["/text.txt", "/none", "/index.html"], try_policy: "largest_size" },
  newest: { try_files: ["/none", "/text.txt"], try_policy: "most_recently_modified" },
  "no status": { try_files: ["=1000", "=x", "=+410"] },
};

const FILE_PATHS = [
  ...["/", "/text.txt", "/text.txt/", "/text.txt/x", "/TEXT.txt", "/none", "/none/deep"],
  ...["/folder", "/folder/", "/folder/page", "/folder/page/", "/folder/page.html", "/empty"],
  ...[
    "/a%20b.txt",
    "/a+b.txt",
    "/.hidden",
    "/*",
    "/t*",
    "/[t]ext.txt",
    "/%5Btext.txt",
    "/text.tx?",
  ],
  ...[
    "/folder/../text.txt",
    "//text.txt",
    "/./text.txt",
    "/%2e%2e/text.txt",
    "/..%2f..%2fetc/passwd",
  ],
  ...["/text.txt%00", "/%ff", "/%ff.txt", "/caf%C3%A9", `/${"n".repeat(300)}`, "/index.html/info"],
  ...[
    "/INDEX.HTML/info",
    "/data.json/a/b/",
    "/data.jsonx/a",
    "/index.html%2Finfo",
    "/.json",
    "/.json/x",
  ],
  ...["/?q=tex", "/?q=*", "/?q=%5B", "/?q=../../", "/?q=%00", "/?q=t", "/?q=.txt", "/%7Bq%7D"],
];

/** Cases of the `file` matcher; files are served from `root`. */
export const fileMatcherCasesIn = (root) => [
  ...Object.entries(FILE_MATCHERS).map(([name, config]) => ({
    name: `file matcher, ${name}`,
    server: {
      routes: [
        { ...when({ file: { root, ...config } }, say(FOUND)), terminal: true },
        { handle: [say("nothing")] },
      ],
      errors: { routes: [{ handle: [say("{http.error.status_code} {http.error.message}")] }] },
    },
    requests: at(...FILE_PATHS),
  })),
  {
    name: "file_server behind try_files",
    server: {
      routes: [
        {
          ...when(
            { file: { root, try_files: [PATH, `${PATH}.html`, `${PATH}/`, "/index.html"] } },
            { handler: "rewrite", uri: "{http.matchers.file.relative}" },
          ),
        },
        { handle: [{ handler: "file_server", root }] },
      ],
    },
    requests: at(...FILE_PATHS),
  },
];
