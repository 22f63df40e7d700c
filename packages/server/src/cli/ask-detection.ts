import type { Channel, Purpose } from "@safeguard/core";
import { type DetectionPreview, detectionPreviewView } from "../detection/detection-preview.ts";
import { type ApiClient, ApiRefusal } from "./api-client.ts";

interface Asked {
  readonly to: string;
  readonly policy: string;
  readonly channel: Channel;
  readonly purpose: Purpose;
}

/** The verdict that a message would have now, detection included; undefined: whoever asks may not know, or may not choose the policy. */
export async function askDetection(
  client: ApiClient,
  account: string | undefined,
  asked: Asked,
): Promise<DetectionPreview | undefined> {
  const { to, policy, channel, purpose } = asked;
  const body = { to, policy, channel, purpose };
  try {
    return await client.request({ method: "POST", path: "/v1/detection/preview", account, body }, detectionPreviewView);
  } catch (error) {
    if (error instanceof ApiRefusal && (error.status === 403 || error.status === 404)) return undefined;
    throw error;
  }
}

/** What detection says now, in a few words. */
export function detectionNow({ action, findings, would, reason, score }: DetectionPreview): string {
  if (reason === "verified_number" || findings.some((finding) => finding.reason === "verified_number"))
    return "a verified number: detection leaves it alone";
  if (would !== undefined) return `detection would ${would} it, were it to act (score ${score})`;
  if (action !== "allow") return `detection answers ${action} (score ${score})`;
  return "nothing speaks against it";
}
