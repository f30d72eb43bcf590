// The shape of `file_server`'s config. Its listings (`browse`) and other file systems than the disk
// (`fs`) are not there yet, so that a config which asks for them is refused.

import { type Static, Type, WeakString } from "../../../schema/index.js";

const CodingName = Type.Union([Type.Literal("br"), Type.Literal("gzip"), Type.Literal("zstd")]);

const codingSlot = (name: string) =>
  Type.Optional(
    Type.Object({}, { additionalProperties: false, description: `Serve files stored as ${name}.` }),
  );

/** Field names and defaults are Caddy's. */
export const FileServerConfig = Type.Object(
  {
    root: Type.Optional(
      Type.String({
        description:
          "The directory to serve from; may hold placeholders. Default: {http.vars.root}, or else " +
          "the current directory.",
      }),
    ),
    hide: Type.Optional(
      Type.Array(Type.String(), {
        description:
          "Files and folders to treat as absent: places on disk, or names without a slash that " +
          "count at any depth. Patterns such as *.bak and placeholders may be used.",
      }),
    ),
    index_names: Type.Optional(
      Type.Array(Type.String(), {
        description: "Files to look for in a directory. Default: index.html, index.txt.",
      }),
    ),
    canonical_uris: Type.Optional(
      Type.Boolean({
        description: "Redirect so that directories end in a slash and files do not. Default: true.",
      }),
    ),
    status_code: Type.Optional(
      WeakString("The status to serve files with, or a placeholder for it. Default: 200.", 200),
    ),
    pass_thru: Type.Optional(
      Type.Boolean({
        description: "When there is no such file, go on to the next handler instead of failing.",
      }),
    ),
    precompressed: Type.Optional(
      Type.Object(
        { br: codingSlot("brotli"), gzip: codingSlot("gzip"), zstd: codingSlot("zstd") },
        {
          additionalProperties: false,
          description: "Content codings of which stored files may lie beside the originals.",
        },
      ),
    ),
    precompressed_order: Type.Optional(
      Type.Array(CodingName, {
        description: "Which coding to take when the client likes several equally well.",
      }),
    ),
    etag_file_extensions: Type.Optional(
      Type.Array(Type.String(), {
        description:
          "Endings of files, beside the served ones, that hold their entity tags, quoted. Without " +
          "one the tag is made of size and modification time.",
      }),
    ),
  },
  { additionalProperties: false },
);

/** What a `file_server` is made from. */
export type FileServerConfig = Static<typeof FileServerConfig>;
