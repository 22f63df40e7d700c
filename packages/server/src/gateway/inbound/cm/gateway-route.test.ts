import { describe, expect, it } from "vitest";
import { DEFAULT_ANSWERS } from "../../../accounts/account.ts";
import type { SubmissionOutcome } from "../../outbound/connector.ts";
import { ACCEPTED, openCm, REJECT, TOKEN, type World } from "./testing/ports.ts";

const LEBANESE = "0096171123456";
const BLOCKING: World = { stop: (to) => (to.startsWith("+961") ? "destination_blocked" : undefined) };
const GET_ON: World = {
  account: { answers: { ...DEFAULT_ANSWERS, cm: { ...DEFAULT_ANSWERS.cm, gatewayGet: true } } },
};
const REFUSED: SubmissionOutcome = { type: "refused", kind: "other", code: "x", text: "no", answer: undefined };

const MSG = "<MSG><FROM>Shop</FROM><TO>0031612345678</TO><BODY>Your code is 12345</BODY></MSG>";

describe("POST /gateway.ashx", () => {
  it("accepts with an empty body", async () => {
    const { reply, screened } = await post(document(MSG));
    expect(reply).toMatchObject({ status: 200, body: "" });
    expect(screened).toMatchObject([
      { dialect: "cm", to: "0031612345678", originator: "Shop", text: "Your code is 12345" },
    ]);
  });

  it("takes several MSG with several TO each, in order", async () => {
    const two = "<MSG><CHANNEL>SMS</CHANNEL><FROM>B</FROM><TO>1</TO><TO> 0031612345679 </TO><BODY>b</BODY></MSG>";
    const { reply, screened } = await post(document(MSG + two.replace("<TO>1</TO>", "<TO>0031612345670</TO>")));
    expect(reply.body).toBe("");
    expect(screened.map((message) => message.to)).toEqual(["0031612345678", "0031612345670", "0031612345679"]);
    expect(screened[1]).toMatchObject({ channels: ["sms"], channelsDeclared: true });
  });

  it("carries what JSON has a name for", async () => {
    const xml = `<MSG><FROM>Shop</FROM><TO>0031612345678</TO><BODY TYPE="AUTO">x</BODY><REFERENCE>r1</REFERENCE>
      <CUSTOMGROUPING>g</CUSTOMGROUPING><MINIMUMNUMBEROFMESSAGEPARTS>1</MINIMUMNUMBEROFMESSAGEPARTS>
      <MAXIMUMNUMBEROFMESSAGEPARTS>8</MAXIMUMNUMBEROFMESSAGEPARTS><DCS>8</DCS><VALIDITY>2h</VALIDITY></MSG>`;
    const { screened } = await post(document(xml));
    expect(screened[0]).toMatchObject({ reference: "r1", channelsDeclared: false });
    expect(screened[0]?.wire).toEqual({
      dialect: "cm",
      msg: {
        from: "Shop",
        body: { content: "x", type: "AUTO" },
        reference: "r1",
        customGrouping: "g",
        minimumNumberOfMessageParts: 1,
        maximumNumberOfMessageParts: 8,
        dcs: 8,
        validity: "2h",
      },
    });
  });

  it("reads element names in any casing, entities, character references and CDATA, and keeps the text's spaces", async () => {
    const xml = `<msg><From>A &amp; B</From><To>0031612345678</To><body> &lt;&#233;&#x20AC;<![CDATA[&amp; <b>]]> </body></msg>`;
    const { screened } = await post(
      `\ufeff${document(xml).toLowerCase().replace("cdata", "CDATA").replace("a &", "A &").replace("; b", "; B")}`,
    );
    expect(screened[0]).toMatchObject({ originator: "A & B", text: " <é€&amp; <b> " });
  });

  it("takes the token from the header, too", async () => {
    const { reply } = await post(`<MESSAGES>${MSG}</MESSAGES>`, {}, { "x-cm-producttoken": TOKEN });
    expect(reply.body).toBe("");
  });

  it.each([
    ["an unknown token", document(MSG).replace(TOKEN, "x"), "No account found for the given authentication"],
    ["no token", `<MESSAGES>${MSG}</MESSAGES>`, "Invalid product token."],
    ["no MSG", document(""), "A MESSAGES node requires at least one MSG node"],
    ["no FROM", document(MSG.replace("<FROM>Shop</FROM>", "")), "No FROM field found in a MSG node."],
    ["no TO", document(MSG.replace("<TO>0031612345678</TO>", "")), "No phone numbers found. Message will not be sent."],
    ["an empty TO", document(MSG.replace("0031612345678", "")), "No phone numbers found. Message will not be sent."],
    ["a TO that is no number", document(MSG.replace("0031612345678", "abc")), "Rejected: Gsm 'abc' is not a number."],
    [
      "no text",
      document(MSG.replace("Your code is 12345", "")),
      expect.stringMatching(/^Rejected: A body without content/),
    ],
    [
      "an element it does not know",
      document(MSG.replace("<FROM>", "<UDH>00</UDH><FROM>")),
      "Rejected: the element UDH is not supported.",
    ],
    [
      "an attribute it does not know",
      document(MSG.replace("<BODY>", '<BODY HEADER="00">')),
      "Rejected: the attribute HEADER is not supported.",
    ],
    [
      "one element twice",
      document(MSG.replace("<FROM>", "<From>X</From><FROM>")),
      "Rejected: the element FROM stands twice in a MSG node.",
    ],
    ["another root", "<SMS/>", "Rejected: the root element must be MESSAGES."],
    ["no XML", "hello", "Rejected: the document is not well-formed XML."],
    ["unclosed XML", "<MESSAGES>", "Rejected: the document is not well-formed XML."],
    [
      "an entity of its own",
      `<!DOCTYPE a [<!ENTITY x "y">]>${document(MSG)}`,
      "Rejected: a document type is not accepted.",
    ],
    ["an unknown entity", document(MSG.replace("Shop", "&x;")), "Rejected: the element FROM must hold a text."],
    ["bytes that are no UTF-8", Buffer.from([0x3c, 0xff]), "Rejected: the document is not UTF-8."],
    ["deep nesting", "<a>".repeat(100) + "</a>".repeat(100), expect.stringContaining("nested too deeply")],
  ])("refuses %s", async (_, body, text) => {
    const { reply, screened } = await post(body);
    expect(reply.status).toBe(200);
    expect(reply.body.startsWith("Error: ERROR ")).toBe(true);
    expect(reply.body.slice("Error: ERROR ".length)).toEqual(text);
    expect(screened).toEqual([]);
  });

  it("reads a long document only for those who show a good token", async () => {
    const long = document(MSG.repeat(300));
    expect((await post(long)).screened.length).toBe(300);
    const stranger = await post(long.replace(TOKEN, "x").replace("</MESSAGES>", ""));
    expect(stranger.reply.body).toBe("Error: ERROR No account found for the given authentication");
    const nobody = await post(long.replace("PRODUCTTOKEN", "TOKEN"));
    expect(nobody.reply.body).toBe("Error: ERROR Invalid product token.");
  });

  it("does not take one token for the proof and another for the request", async () => {
    const { reply, screened } = await post(
      document(MSG.repeat(300))
        .replace("<AUTH", `<!--<PRODUCTTOKEN>${TOKEN}<--><AUTH`)
        .replace(`N>${TOKEN}</P`, "N>x</P"),
    );
    expect(reply.body).toBe("Error: ERROR No account found for the given authentication");
    expect(screened).toEqual([]);
  });

  it("sends nothing at all when one message has a wrong number", async () => {
    const { reply, screened } = await post(document(MSG + MSG.replace("0031612345678", "12")));
    expect(reply.body).toBe("Error: ERROR Rejected: Gsm '12' is not a number.");
    expect(screened).toEqual([]);
  });

  it("sends nothing at all when one message is blocked and the account wants blocks refused", async () => {
    const xml = document(MSG + MSG.replace("0031612345678", LEBANESE));
    const { reply, screened } = await post(xml, { ...BLOCKING, account: REJECT });
    expect(reply.body).toBe("Error: ERROR Message is unrouteable. because destination_blocked");
    expect(screened).toEqual([]);
  });

  it("accepts a blocked message where the account wants blocks reported", async () => {
    const { reply, screened } = await post(document(MSG + MSG.replace("0031612345678", LEBANESE)), BLOCKING);
    expect(reply.body).toBe("");
    expect(screened.length).toBe(2);
  });

  it("says so when the provider refused all", async () => {
    const { reply, delivered } = await post(document(MSG + MSG), { outcome: () => REFUSED });
    expect(reply.body).toBe("Error: ERROR Rejected: no");
    expect(delivered).toEqual([]);
  });

  it("accepts when the provider took some, and reports the others as failed", async () => {
    const xml = document(MSG + MSG.replace("5678", "5679"));
    const { reply, delivered } = await post(xml, { outcome: (to) => (to.endsWith("5679") ? REFUSED : ACCEPTED) });
    expect(reply.body).toBe("");
    expect(delivered.map(({ message, code }) => [Number(message.id), code])).toEqual([[1, "403"]]);
  });
});

describe("GET /gateway.ashx", () => {
  const target = (query: Record<string, string>) => `/gateway.ashx?${new URLSearchParams(query)}`;
  const message = { producttoken: TOKEN, from: "Shop", to: "+31612345678", body: "Your code is 12345", reference: "r" };

  it("is off: it says what it would say of an unknown token", async () => {
    const on = openCm();
    expect((await on.call("GET", target(message))).body).toBe(
      "Error: ERROR No account found for the given authentication",
    );
    expect((await on.call("GET", target({ producttoken: TOKEN }))).body).toBe(
      "Error: ERROR No account found for the given authentication",
    );
    expect(on.screened).toEqual([]);
  });

  it("sends one message where the account switched it on", async () => {
    const cm = openCm(GET_ON);
    const shouted = Object.fromEntries(Object.entries(message).map(([name, value]) => [name.toUpperCase(), value]));
    expect(await cm.call("GET", target(shouted))).toMatchObject({ status: 200, body: "" });
    expect(cm.screened).toMatchObject([{ to: "+31612345678", text: "Your code is 12345", reference: "r" }]);
  });

  it("takes a plus that was not escaped for the space that it is", async () => {
    const cm = openCm(GET_ON);
    await cm.call("GET", `/gateway.ashx?producttoken=${TOKEN}&from=Shop&to=+31612345678&body=a+b`);
    expect(cm.screened).toMatchObject([{ to: "31612345678", text: "a b" }]);
  });

  it.each([
    ["no from", { from: "" }, "No FROM field found in a MSG node."],
    ["no to", { to: "" }, "No phone numbers found. Message will not be sent."],
    ["a parameter that it does not know", { udh: "1" }, "Rejected: a parameter is not supported."],
  ])("refuses %s", async (_, change, text) => {
    expect((await openCm(GET_ON).call("GET", target({ ...message, ...change }))).body).toBe(`Error: ERROR ${text}`);
  });

  it("refuses a parameter that stands twice", async () => {
    const reply = await openCm(GET_ON).call("GET", `${target(message)}&TO=0096171123456`);
    expect(reply.body).toBe("Error: ERROR Rejected: a parameter stands twice.");
  });
});

function document(messages: string): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<MESSAGES><AUTHENTICATION><PRODUCTTOKEN>${TOKEN}</PRODUCTTOKEN></AUTHENTICATION>${messages}</MESSAGES>`;
}

async function post(body: string | Buffer, world: World = {}, headers: Record<string, string> = {}) {
  const cm = openCm(world);
  const reply = await cm.call("POST", "/gateway.ashx", body, headers);
  return { reply, screened: cm.screened, delivered: cm.delivered };
}
