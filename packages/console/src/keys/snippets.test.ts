import { expect, test } from "vitest";
import { snippetsFor } from "./snippets.ts";

const facts = {
  url: "https://sms.example.com",
  secret: "sg_live_secret",
  productToken: "00000000-0000-4000-8000-000000000001",
  authToken: "0123456789abcdef0123456789abcdef",
  twilioSid: "AC0123456789abcdef0123456789abcdef",
};

test("every client is pointed at this server, with the face of the key that it shows", () => {
  const face = Object.fromEntries(snippetsFor(facts).map(({ name, code }) => [name, code]));
  for (const code of Object.values(face)) expect(code).toContain(facts.url);
  expect(face["curl"]).toContain(`Bearer ${facts.secret}`);
  expect(face["client"]).toContain(facts.secret);
  for (const name of ["twilioNode", "twilioPython"]) {
    expect(face[name]).toContain(facts.twilioSid);
    expect(face[name]).toContain(facts.authToken);
    expect(face[name]).not.toContain(facts.secret);
  }
  expect(face["cm"]).toContain(facts.productToken);
});
