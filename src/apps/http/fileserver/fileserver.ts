// The `file_server` handler: files below a root, as Caddy serves them. Here stands the order of its
// steps; each step has a file of its own.

import type { Context } from "../../../engine/index.js";
import { varyByEncoding } from "../content-codings.js";
import { type Exchange, HttpError } from "../exchange.js";
import { defineHandler, type Handler, type Next } from "../module.js";
import { compileStatus } from "../status.js";
import { canonicalLocation } from "./canonical.js";
import { FileServerConfig } from "./config.js";
import { storedEntityTag } from "./etagfile.js";
import { asHttpError, isAbsent } from "./faults.js";
import type { Files, Found } from "./files.js";
import { compileHidden } from "./hide.js";
import { compileIndexes, compileRoot, locate, type Site, USUAL_INDEXES } from "./locate.js";
import { mediaType } from "./mediatype.js";
import { openVariant, type Precompressed, type Variant } from "./precompressed.js";
import { sendFile } from "./send.js";

/** Serves files from the disk. */
export const fileServer = defineHandler({
  name: "file_server",
  summary: "Serves static files.",
  stateless: true,
  schema: FileServerConfig,
  // Nothing else in it can be wrong.
  glance: ({ status_code }) => status_code === undefined || undefined,
  provision: (config, context) => new FileServer(config, context),
});

class FileServer implements Handler {
  readonly #site: Site;
  /** The status for a request; undefined for the usual one. */
  readonly #status: (exchange: Exchange) => number | undefined;
  readonly #canonical: boolean;
  readonly #passThru: boolean;
  readonly #precompressed: Precompressed;
  readonly #tagEndings: readonly string[];

  constructor(config: FileServerConfig, context: Context) {
    this.#site = {
      root: compileRoot(config.root ?? "{http.vars.root}", context),
      indexes: config.index_names ? compileIndexes(config.index_names, context) : USUAL_INDEXES,
      hidden: compileHidden(config.hide ?? [], context),
    };
    this.#status =
      compileStatus(config.status_code, context, { at: ["status_code"] }) ?? statusOfError;
    this.#canonical = config.canonical_uris ?? true;
    this.#passThru = config.pass_thru ?? false;
    this.#precompressed = {
      offered: Object.keys(config.precompressed ?? {}) as Precompressed["offered"],
      order: config.precompressed_order ?? [],
    };
    this.#tagEndings = config.etag_file_extensions ?? [];
  }

  async handle(exchange: Exchange, next: Next): Promise<void> {
    if (await this.#serve(exchange)) return;
    if (!this.#passThru) throw new HttpError(404);
    return next(exchange);
  }

  /** False when there is no such file. */
  async #serve(exchange: Exchange): Promise<boolean> {
    try {
      return await this.#find(exchange, exchange.server.files);
    } catch (error) {
      if (isAbsent(error)) return false;
      throw asHttpError(error, exchange.response);
    }
  }

  async #find(exchange: Exchange, files: Files): Promise<boolean> {
    const located = await locate(exchange, this.#site, files);
    if (located === undefined) return false;

    const location = this.#canonical ? canonicalLocation(exchange, located.isIndex) : undefined;
    if (location !== undefined) {
      exchange.response.headers.set("Location", location);
      exchange.response.send(308);
      return true;
    }
    varyByEncoding(exchange.response.headers);
    refuseWriting(exchange);
    const variant = await openVariant(exchange, located.file, this.#precompressed, files);
    try {
      await this.#send(exchange, located.file, variant, files);
    } finally {
      variant.opened.close();
    }
    return true;
  }

  /** The name and the date are those of the file itself, the bytes and their tag the variant's. */
  async #send(exchange: Exchange, file: Found, variant: Variant, files: Files): Promise<void> {
    const { found } = variant.opened;
    const etag =
      exchange.response.headers.get("etag") ??
      (await storedEntityTag(found.path, this.#tagEndings, files)) ??
      found.etag;
    await sendFile(exchange, variant.opened, {
      status: this.#status(exchange),
      validators: { etag, modified: file.modified },
      lastModified: file.lastModified,
      mediaType: mediaType(file.path),
      coding: variant.coding,
    });
  }
}

/** Error pages are served whatever the method was: refusing would hide the error. */
function refuseWriting({ method, error, response }: Exchange): void {
  if (method === "GET" || method === "HEAD" || error !== undefined) return;
  response.headers.set("Allow", "GET, HEAD");
  throw new HttpError(405);
}

/** Files that explain an error carry its status. */
function statusOfError({ error }: Exchange): number | undefined {
  return error?.status;
}
