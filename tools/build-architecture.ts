/** Draws the boundaries in ARCHITECTURE.md from the imports, folder by folder. `--check` fails when the drawing is not current. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { cruise, type IModule } from "dependency-cruiser";
import { writeOrCheck } from "./generated-file.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
process.chdir(root);

const { output } = await cruise(["packages"], {
  exclude: { path: "\\.test\\.ts$|/test/|/testing/|node_modules" },
  doNotFollow: { path: "node_modules" },
  tsPreCompilationDeps: true,
});
if (typeof output === "string") throw new Error("dependency-cruiser answered with text");

/** `packages/server/src/gateway/inbound/cm/x.ts` → `server/gateway/inbound`; files beside the folders belong to `server`. */
function boundaryOf(path: string): string | undefined {
  const [, packageName, inside] = /^packages\/([^/]+)\/src\/(.*)$/.exec(path) ?? [];
  if (packageName === undefined || inside === undefined) return undefined;
  const folders = inside.split("/").slice(0, -1);
  const depth = folders[0] === "gateway" ? 2 : 1;
  return [packageName, ...folders.slice(0, depth)].join("/");
}

const edges = new Set<string>();
const nodes = new Set<string>();
for (const module of output.modules as readonly IModule[]) {
  const from = boundaryOf(module.source);
  if (from === undefined) continue;
  nodes.add(from);
  for (const dependency of module.dependencies) {
    const to = boundaryOf(dependency.resolved);
    if (to !== undefined && to !== from) edges.add(`${from} ${to}`);
  }
}
if (nodes.size < 10) throw new Error(`only ${nodes.size} folders were seen: the imports were not read`);

const name = (node: string): string => node.replaceAll(/[^a-z]/g, "_");
const packages = Map.groupBy([...nodes].sort(), (node) => node.split("/")[0] ?? "");
const drawing = [
  "```mermaid",
  "flowchart LR",
  ...[...packages].flatMap(([packageName, inside]) => [
    `  subgraph ${packageName}_package[${packageName}]`,
    ...inside.map((node) => `    ${name(node)}["${node.split("/").slice(1).join("/") || `${packageName} (root)`}"]`),
    "  end",
  ]),
  ...[...edges].sort().map((edge) => {
    const [from = "", to = ""] = edge.split(" ");
    return `  ${name(from)} --> ${name(to)}`;
  }),
  "```",
].join("\n");

const document = readFileSync("ARCHITECTURE.md", "utf8");
writeOrCheck(
  "ARCHITECTURE.md",
  document.replace(
    /<!-- generated:boundaries -->.*<!-- \/generated:boundaries -->/s,
    () => `<!-- generated:boundaries -->\n${drawing}\n<!-- /generated:boundaries -->`,
  ),
);
