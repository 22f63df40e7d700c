import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";

/** The least that the same framework can show: a heading and a button that has been rendered. */
const SOURCE = `
  import "@mantine/core/styles.css";
  import { Button, MantineProvider, Title } from "@mantine/core";
  import { createElement as h } from "react";
  import { createRoot } from "react-dom/client";
  createRoot(document.getElementById("root")).render(
    h(MantineProvider, null, h("main", null, h(Title, null, "Bare"), h(Button, null, "Ready"))),
  );
`;
const ENTRY = "bare-entry.js";

/** Serves that page, gzipped, from memory: what a page of this framework costs before it is about anything. */
export async function serveBarePage(): Promise<{ readonly url: string; readonly gzipped: number; stop(): void }> {
  const result = await build({
    configFile: false,
    logLevel: "silent",
    root: fileURLToPath(new URL("../../packages/console/", import.meta.url)),
    plugins: [
      {
        name: "bare",
        resolveId: (id) =>
          id === ENTRY ? fileURLToPath(new URL("../../packages/console/src/bare-entry.js", import.meta.url)) : null,
        load: (id) => (id.endsWith(ENTRY) ? SOURCE : null),
      },
    ],
    build: { write: false, target: "es2024", rolldownOptions: { input: ENTRY } },
  });
  const [first] = Array.isArray(result) ? result : [result];
  if (first === undefined || !("output" in first)) throw new Error("the bare page was not built");
  const files = new Map<string, Buffer>(
    first.output.map((one) => [`/${one.fileName}`, gzipSync("code" in one ? one.code : one.source)] as const),
  );
  const names: readonly string[] = [...files.keys()];
  const links = names.filter((name) => name.endsWith(".css")).map((name) => `<link rel="stylesheet" href="${name}">`);
  const scripts = names
    .filter((name) => name.endsWith(".js"))
    .map((name) => `<script type="module" src="${name}"></script>`);
  const page = `<!doctype html><title>Bare</title>${links.join("")}<div id="root"></div>${scripts.join("")}`;
  const server = createServer(({ url = "/" }, response) => {
    const file = files.get(url);
    if (file === undefined) return void response.setHeader("content-type", "text/html").end(page);
    response.setHeader("content-type", url.endsWith(".css") ? "text/css" : "text/javascript");
    response.setHeader("content-encoding", "gzip");
    response.setHeader("cache-control", "max-age=31536000, immutable");
    response.end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    gzipped: [...files.values()].reduce((sum, { length }) => sum + length, 0),
    stop: () => server.close(),
  };
}
