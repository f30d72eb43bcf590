// control: the one door. Change in, revision out. Start with `control.ts`.

export * from "./change.js";
export * from "./control.js";
export * from "./door.js";
