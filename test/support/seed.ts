// Every run draws the same random input, so that a change is judged by what it changes.
// `GRAFT_TEST_SEED=N npm test` draws another; `GRAFT_TEST_SEED=random` a new one each time.

import fc from "fast-check";
import { seedOf } from "./seed-of.js";

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: seedOf(process.env.GRAFT_TEST_SEED) });
