// fileserver: static files. Start with `fileserver.ts`.

export { fileServer } from "./fileserver.js";
