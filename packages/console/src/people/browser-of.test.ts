import { expect, test } from "vitest";
import { browserOf } from "./browser-of.ts";

test("browsers are told apart, though each calls itself by the names of others", () => {
  const chrome =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36";
  expect(browserOf(chrome)).toEqual({ browser: "Chrome", system: "Linux" });
  expect(browserOf(`${chrome} Edg/139.0.0.0`.replace("X11; Linux x86_64", "Windows NT 10.0; Win64; x64"))).toEqual({
    browser: "Edge",
    system: "Windows",
  });
  const phone =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";
  expect(browserOf(phone)).toEqual({ browser: "Safari", system: "iOS" });
  expect(browserOf("curl/8.5.0")).toEqual({ browser: undefined, system: undefined });
  expect(browserOf(null)).toEqual({ browser: undefined, system: undefined });
});
