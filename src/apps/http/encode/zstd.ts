// `zstd`: faster than gzip, and saves more. Node has it from 22.15 on. Where it is missing, configs
// that name it are served without it: a Caddyfile that says `encode` names it by itself.

import * as zlib from "node:zlib";
import {
  type Context,
  type Definition,
  defineModule,
  type Lease,
  type Shared,
} from "../../../engine/index.js";
import { type Static, Type } from "../../../schema/index.js";
import type { BodyFilter } from "../body.js";
import { type CompressStream, compressing, ENCODERS, type Encoder } from "./encoder.js";

/** What newer versions of Node have. */
export interface NodeZstd {
  zstdCompressSync(bytes: Buffer, options: object): Buffer;
  createZstdCompress(options: object): CompressStream;
  readonly constants: Readonly<Record<string, number>>;
}

/** What this Node has of it. */
const native = zlib as unknown as Partial<NodeZstd>;

/** Caddy's names for levels, and those of zstd itself that do about the same. */
const LEVELS: Readonly<Record<string, number>> = { fastest: 1, default: 3, better: 7, best: 11 };

/** As in Caddy: small clients can hold no larger window (128 KiB, as a power of two). */
const WINDOW_LOG = 17;

const schema = Type.Object(
  {
    level: Type.Optional(
      Type.String({
        description: "fastest, default, better or best. Default: default.",
        examples: ["fastest"],
      }),
    ),
    checksum: Type.Optional(
      Type.Boolean({ description: "Whether a checksum follows the content. Default: true." }),
    ),
  },
  { additionalProperties: false },
);

type Config = Static<typeof schema>;

/** Compresses with Zstandard. */
export const zstd = defineZstd(isThere(native) ? native : undefined);

function isThere(node: Partial<NodeZstd>): node is NodeZstd {
  return node.createZstdCompress !== undefined && node.zstdCompressSync !== undefined;
}

/** The module, for a Node that has zstd or has not. */
export function defineZstd(node: NodeZstd | undefined): Definition<Config, Encoder> {
  const common = {
    id: `${ENCODERS}.zstd`,
    summary: "Compresses with Zstandard, where Node has it (from 22.15 on).",
    schema,
  };
  if (node === undefined) {
    return defineModule<typeof schema, Encoder>({ ...common, provision: missing });
  }
  const filters = new Map<string, BodyFilter>();
  return defineModule<typeof schema, Encoder>({
    ...common,
    stateless: true,
    glance: ({ level }) => levelOf(level) !== undefined || undefined,
    provision(config, context) {
      const level = checkedLevel(config, context);
      const checksum = config.checksum ?? true;
      const key = `${level} ${checksum}`;
      const filter = filters.get(key) ?? compressing(zstdAt(node, level, checksum));
      filters.set(key, filter);
      return { coding: "zstd", filter };
    },
  });
}

/** It is not offered, and that is said once for all who name it. */
function missing(config: Config, context: Context): Encoder {
  checkedLevel(config, context);
  let told: Lease<Shared> | undefined;
  return {
    coding: "zstd",
    filter: undefined,
    async start() {
      told = await context.share(`${ENCODERS}.zstd is missing`, () => {
        const hint = "run it with Node 22.15 or newer";
        context.log.info("answers are not compressed with zstd: this Node has none", { hint });
        return { close() {} };
      });
    },
    stop: (cut) => told?.release(cut),
  };
}

function checkedLevel({ level }: Config, context: Context): number {
  const hint = "write fastest, default, better or best";
  return levelOf(level) ?? context.fail(["level"], `"${level}" is not a level`, hint);
}

function levelOf(name = ""): number | undefined {
  const known = name === "" ? "default" : name.toLowerCase();
  return Object.hasOwn(LEVELS, known) ? LEVELS[known] : undefined;
}

function zstdAt(
  { zstdCompressSync, createZstdCompress, constants: c }: NodeZstd,
  level: number,
  checksum: boolean,
) {
  const params = {
    [c.ZSTD_c_compressionLevel as number]: level,
    [c.ZSTD_c_windowLog as number]: WINDOW_LOG,
    [c.ZSTD_c_checksumFlag as number]: checksum ? 1 : 0,
  };
  return {
    compress: (bytes: Buffer) => zstdCompressSync(bytes, { params }),
    open: (writableHighWaterMark: number) => createZstdCompress({ params, writableHighWaterMark }),
    flushKind: c.ZSTD_e_flush as number,
  };
}
