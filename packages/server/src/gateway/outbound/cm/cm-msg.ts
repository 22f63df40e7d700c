import type { Channel } from "@safeguard/core";
import { ALLOWED_CHANNELS, withChannels } from "../../wire/cm-channels.ts";
import type { CmObject } from "../../wire/cm-fields.ts";
import { cmValidity, cmValidityMs } from "../../wire/cm-validity.ts";
import type { Submission } from "../connector.ts";
import { plainMessage } from "../plain-message.ts";
import type { CmSettings } from "./cm-settings.ts";

export type CmMsg =
  | { readonly ok: true; readonly msg: CmObject }
  /** `problem` completes "the message cannot be carried, because it …". */
  | { readonly ok: false; readonly problem: string };

/** Ours: the recipient, the reference by which CM.com names the message in its answer and its reports, and the channels. */
const OURS: ReadonlySet<string> = new Set(["to", "reference", ALLOWED_CHANNELS]);

/** A message that did not say by which channels it may travel is an SMS; left out, CM.com would choose. */
const UNDECLARED: readonly Channel[] = ["sms"];

/** One entry of `messages.msg`: one message to one recipient. */
export function cmMsg(submission: Submission, settings: CmSettings): CmMsg {
  const own =
    submission.wire?.dialect === "cm"
      ? { ok: true as const, msg: submission.wire.msg }
      : translated(submission, settings);
  if (!own.ok) return own;
  const channels = submission.channelsDeclared
    ? submission.channels
    : UNDECLARED.filter((channel) => submission.channels.includes(channel));
  const msg = withChannels(own.msg, channels, OURS);
  if (msg === undefined) return { ok: false, problem: `may travel only by ${submission.channels.join(", ")}` };
  const written = Object.keys(msg).find((name) => name.toLowerCase() === "validity");
  // What it has waited here is over.
  if (written !== undefined && submission.validitySeconds !== undefined && cmValidityMs(msg[written]) !== undefined)
    msg[written] = cmValidity(submission.validitySeconds);
  msg["to"] = [{ number: `00${submission.to.slice(1)}` }];
  msg["reference"] = submission.id;
  return { ok: true, msg };
}

function translated(submission: Submission, settings: CmSettings): CmMsg {
  const plain = plainMessage(submission);
  if (!plain.ok) return plain;
  const { originator, text, validitySeconds } = plain.message;
  const from = originator === "" ? settings.from : originator;
  if (from === undefined) return { ok: false, problem: "names no sender, and the provider has none set" };
  return {
    ok: true,
    msg: {
      from,
      body: { content: text, type: "AUTO" },
      minimumNumberOfMessageParts: 1,
      maximumNumberOfMessageParts: 8,
      ...(validitySeconds === undefined ? {} : { validity: cmValidity(validitySeconds) }),
      // Plain SMS is all that was translated, whatever else would have been allowed.
      allowedChannels: ["SMS"],
    },
  };
}
