import { expect, test } from "vitest";
import { mendingSnippets } from "./mending.ts";

test("each dialect's snippet has this server's address, and no secret", () => {
  const snippets = mendingSnippets({ url: "https://safeguard.example", sid: "AC12", message: "msg_34" });
  expect(snippets.map(({ name }) => name)).toEqual(["curl", "twilio", "cm", "client"]);
  for (const { code } of snippets) expect(code).toContain("https://safeguard.example");
  expect(snippets[0]?.code).toContain('"id": "msg_34"');
  expect(snippets[1]?.code).toContain('"AC12"');
});
