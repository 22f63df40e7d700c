import { expect, it } from "vitest";
import { type ResolveName, sharedLookup, shareQuestions } from "./shared-lookup.ts";

const ADDRESSES = [{ address: "192.0.2.1", family: 4 }];

it("a name is asked for once at a time, and all who wait get the answer", () => {
  const asked: { hostname: string; answer: Parameters<ResolveName>[1] }[] = [];
  const resolve = shareQuestions((hostname, answer) => asked.push({ hostname, answer }));
  const heard: unknown[] = [];
  for (const name of ["a.example", "a.example", "b.example", "a.example"])
    resolve(name, (_, addresses) => heard.push([name, addresses]));
  expect(asked.map(({ hostname }) => hostname)).toEqual(["a.example", "b.example"]);
  asked[0]?.answer(null, ADDRESSES);
  expect(heard).toEqual(Array.from({ length: 3 }, () => ["a.example", ADDRESSES]));
  // Nothing is kept: the next one asks again.
  resolve("a.example", () => undefined);
  expect(asked).toHaveLength(3);
});

it("whoever asks again while he is told gets an answer of his own", () => {
  const asked: Parameters<ResolveName>[1][] = [];
  const resolve = shareQuestions((_, answer) => asked.push(answer));
  const failures: unknown[] = [];
  const failure: NodeJS.ErrnoException = new Error("no such name");
  resolve("a.example", (error) => {
    failures.push(error);
    resolve("a.example", (second) => failures.push(second));
  });
  asked[0]?.(failure, []);
  asked[1]?.(null, ADDRESSES);
  expect(failures).toEqual([failure, null]);
});

it("answers as connections ask", async () => {
  const all = await new Promise((resolve) => sharedLookup("localhost", { all: true }, (_, found) => resolve(found)));
  expect(all).toContainEqual({ address: "127.0.0.1", family: 4 });
  const one = await new Promise((resolve) => sharedLookup("localhost", {}, (_, found) => resolve(found)));
  expect(["127.0.0.1", "::1"]).toContain(one);
});
