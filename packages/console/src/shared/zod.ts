import { config, z } from "zod";

// Zod would try whether it may make functions from text as soon as a schema is made: so all take it from here.
config({ jitless: true });

export { z };
