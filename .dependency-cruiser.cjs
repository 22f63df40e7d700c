/** Who may use whom. Each rule says why; tools/boundaries.test.ts proves that they bite. */
module.exports = {
  forbidden: [
    {
      name: "core-is-pure",
      comment:
        "The core has no clock, no I/O and no dependencies, so that live, backtest, bench and simulation run the same code.",
      severity: "error",
      from: { path: "^packages/core/src", pathNot: "\\.test\\.ts$" },
      to: { pathNot: "^packages/core/src" },
    },
    {
      name: "core-flows-one-way",
      comment:
        "Inside the core, folders import only what comes before them in the flow: numbering, policy, verdict, decide.",
      severity: "error",
      from: { path: "^packages/core/src/numbering/", pathNot: "\\.test\\.ts$" },
      to: { path: "^packages/core/src/(policy|verdict|decide|engine|replay)" },
    },
    {
      name: "policy-does-not-decide",
      comment: "A policy says what holds; only decide.ts and the engine bring the steps together.",
      severity: "error",
      from: { path: "^packages/core/src/(policy|verdict)/", pathNot: "\\.test\\.ts$" },
      to: { path: "^packages/core/src/(decide|engine|replay)\\.ts" },
    },
    {
      name: "dialects-know-no-provider",
      comment: "A way in answers in its own dialect whatever the provider is; only screening sees both sides.",
      severity: "error",
      from: { path: "^packages/server/src/gateway/inbound/", pathNot: "\\.test\\.ts$" },
      to: { path: "^packages/server/src/gateway/outbound/", pathNot: "/outbound/(connector|provider)\\.ts$" },
    },
    {
      name: "connectors-know-no-dialect",
      comment: "A connector translates what was decided; it must not depend on how the message came in.",
      severity: "error",
      from: { path: "^packages/server/src/gateway/outbound/", pathNot: "\\.test\\.ts$" },
      to: { path: "^packages/server/src/gateway/inbound/", pathNot: "/inbound/exchange\\.ts$" },
    },
    {
      name: "dialects-are-apart",
      comment: "A dialect can be added or removed without touching another; what two share lives in gateway/wire.",
      severity: "error",
      from: {
        path: "^packages/server/src/gateway/(inbound|outbound)/(cm|twilio|native|http|sandbox)/",
        pathNot: "\\.test\\.ts$",
      },
      to: {
        path: "^packages/server/src/gateway/$1/(cm|twilio|native|http|sandbox)/",
        pathNot: "^packages/server/src/gateway/$1/$2/",
      },
    },
    {
      name: "only-the-store-speaks-sql",
      comment: "PostgreSQL stands beside SQLite behind one port; SQL elsewhere would be a second place to change.",
      severity: "error",
      from: { path: "^packages/server/src", pathNot: "^packages/server/src/store/" },
      to: { path: "(^|/)(kysely|pg)(/|$)|^node:sqlite$|^sqlite$" },
    },
    {
      name: "only-telemetry-logs",
      comment: "One place decides what may be written to a log, so that no number or code gets there.",
      severity: "error",
      from: { path: "^packages/server/src", pathNot: "^packages/server/src/telemetry/" },
      to: { path: "node_modules/pino" },
    },
    {
      name: "server-does-not-reach-into-the-core",
      comment: "The core's index is its interface.",
      severity: "error",
      from: { path: "^packages/server/src" },
      to: { path: "^packages/core/src", pathNot: "^packages/core/src/index\\.ts$" },
    },
    {
      name: "client-stands-alone",
      comment: "People install the client in their own programs: it has no dependencies.",
      severity: "error",
      from: { path: "^packages/client/src", pathNot: "\\.test\\.ts$" },
      to: { pathNot: "^packages/client/src" },
    },
    {
      name: "no-circular",
      comment: "A cycle means that two files are one thing, or that one of them knows too much.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "product-does-not-import-tests",
      comment: "What ships must not need what only tests have.",
      severity: "error",
      from: { path: "^packages/[^/]+/src", pathNot: "\\.test\\.ts$|/testing/" },
      to: { path: "\\.test\\.ts$|^packages/[^/]+/test/|/testing/" },
    },
    {
      name: "no-dev-dependencies-in-the-product",
      comment: "What ships is installed without dev dependencies.",
      severity: "error",
      from: { path: "^packages/[^/]+/src", pathNot: "\\.test\\.ts$|/testing/" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
    reporterOptions: { mermaid: { minify: false } },
  },
};
