// Who may import whom: the table of the design as data, each row a rule that forbids the rest.

const layers = {
  "src/document": [],
  "src/schema": ["src/document"],
  "src/engine": ["src/document", "src/schema"],
  "src/listeners": ["src/schema", "src/engine"],
  "src/store": ["src/document", "src/platform"],
  "src/platform": ["src/document", "src/engine"],
  "src/control": ["src/document", "src/schema", "src/engine", "src/store"],
  "src/apps": ["src/document", "src/schema", "src/engine", "src/listeners"],
  "src/admin": [
    "src/document",
    "src/schema",
    "src/engine",
    "src/listeners",
    "src/control",
    "src/dialects",
  ],
  adapters: ["src/document"],
};

/** npm packages and node modules that do no I/O, for the pure layers. */
const pure = ["ajv", "typebox", "json5", "jsonc-parser", "lru-cache", "yaml", "re2js"];

const inside = (folder) => `^${folder}/`;

const layerRules = Object.entries(layers).map(([layer, allowed]) => ({
  name: `${layer.replace("/", "-")}-imports`,
  comment: `${layer} may import ${allowed.length > 0 ? allowed.join(", ") : "no other layer"}`,
  severity: "error",
  from: { path: inside(layer) },
  to: {
    path: "^(src|adapters|test|fixtures)/",
    pathNot: [layer, ...allowed].map(inside),
  },
}));

const indexRules = Object.keys(layers)
  .filter((layer) => layer !== "adapters" && layer !== "src/apps")
  .map((layer) => ({
    name: `${layer.replace("/", "-")}-by-its-index`,
    comment: "another layer is entered by its index.ts",
    severity: "error",
    from: {
      path: "^(src|adapters)/",
      pathNot: [inside(layer), "^src/(cli/|graft\\.ts|index\\.ts)"],
    },
    to: { path: inside(layer), pathNot: [`^${layer}/index\\.ts$`] },
  }));

module.exports = {
  forbidden: [
    ...layerRules,
    ...indexRules,
    {
      name: "pure-layers-do-no-io",
      severity: "error",
      from: { path: "^(src/(document|schema|engine)|adapters)/" },
      to: { dependencyTypes: ["core"], pathNot: "^(node:)?crypto$" },
    },
    {
      name: "pure-layers-use-pure-packages",
      severity: "error",
      from: { path: "^(src/(document|schema|engine)|adapters)/" },
      to: { path: "node_modules", pathNot: `node_modules/(${pure.join("|")})/` },
    },
    {
      name: "adapters-are-strangers",
      severity: "error",
      from: { path: "^adapters/([^/]+)/" },
      to: { path: "^adapters/([^/]+)/", pathNot: "^adapters/$1/" },
    },
    {
      name: "apps-are-strangers",
      severity: "error",
      from: { path: "^src/apps/([^/]+)/" },
      to: { path: "^src/apps/([^/]+)/", pathNot: "^src/apps/$1/" },
    },
    {
      name: "nothing-imports-the-cli",
      severity: "error",
      from: { path: "^(src|adapters)/", pathNot: "^src/cli/" },
      to: { path: "^src/cli/" },
    },
    {
      name: "no-cycles",
      comment: "a cycle that a lazy import closes is none: it is how the command line starts fast",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["dynamic-import"] } },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "default"],
      extensions: [".ts", ".js"],
    },
  },
};
