// The `logging` section of the document: for now the level of the default log. Writers, encoders and
// further logs are refused by name until they are there.

import { type Definition, defineModule, type LogLevel } from "./engine/index.js";
import { Type } from "./schema/index.js";

const closed = { additionalProperties: false } as const;

const LoggingSchema = Type.Object(
  {
    logs: Type.Optional(
      Type.Object(
        {
          default: Type.Optional(
            Type.Object(
              {
                level: Type.Optional(
                  Type.Enum(["DEBUG", "INFO", "WARN", "ERROR", "debug", "info", "warn", "error"], {
                    description: "The least severe level that is written; INFO.",
                  }),
                ),
              },
              { ...closed, description: "The log that everything goes to." },
            ),
          ),
        },
        { ...closed, description: "Logs by name." },
      ),
    ),
  },
  closed,
);

/** The definition of `/logging`, given what sets the level of the log. */
export function defineLoggingSection(setLevel: (level: LogLevel) => void): Definition {
  return defineModule({
    id: "logging",
    summary: "What is logged.",
    schema: LoggingSchema,
    provision(config) {
      const level = (config.logs?.default?.level ?? "info").toLowerCase() as LogLevel;
      return { activate: () => setLevel(level) };
    },
  }) as Definition;
}
