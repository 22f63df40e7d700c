import { expect, test } from "vitest";
import { addressOf, findMembers, type Member } from "./member.ts";

const member = (name: string, role: Member["role"]): Member => ({
  id: `mem_${name}`,
  name,
  email: `${name.toLowerCase().replace(" ", ".")}@shop.example`,
  role,
  createdAt: "2027-01-31T12:00:00Z",
  secondFactor: "on",
});
const all = [member("Ann Lee", "owner"), member("Bo Lee", "analyst"), member("Cem", "analyst")];
const names = (found: readonly Member[]): readonly string[] => found.map(({ name }) => name);

test("people are found by words of the name or address, and by role", () => {
  expect(names(findMembers(all, {}))).toEqual(["Ann Lee", "Bo Lee", "Cem"]);
  expect(names(findMembers(all, { q: "LEE  bo" }))).toEqual(["Bo Lee"]);
  expect(names(findMembers(all, { q: "@shop", role: "analyst" }))).toEqual(["Bo Lee", "Cem"]);
});

test("a link is the server's own, or below the address of this page", () => {
  const link = { path: "/join#x", until: "2027-01-31T12:00:00Z" };
  expect(addressOf({ ...link, url: "https://sms.example/join#x" }, "http://127.0.0.1")).toBe(
    "https://sms.example/join#x",
  );
  expect(addressOf({ ...link, url: null }, "http://127.0.0.1:8080")).toBe("http://127.0.0.1:8080/join#x");
});
