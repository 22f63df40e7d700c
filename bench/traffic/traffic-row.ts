/** One row of a traffic file, as the columns of the traffic CSV have it. Times in epoch milliseconds. */
export interface TrafficRow {
  readonly id: string;
  readonly account: string;
  readonly time: number;
  /** Canonical E.164 with its plus sign. */
  readonly to: string;
  readonly from: string;
  readonly purpose: "otp" | "notification" | "marketing";
  readonly ip: string | undefined;
  readonly device: string | undefined;
  /** When a delivery report would say delivered, were the message sent; undefined: never. */
  readonly deliveredAt: number | undefined;
  /** When the verification would be completed, were the message sent; undefined: never. */
  readonly convertedAt: number | undefined;
  /** So many codes were entered until one was right; undefined: never, or the account does not tell. */
  readonly attempts: number | undefined;
  readonly price: number;
  readonly currency: string;
}

/** What is true of a simulated row; no detector sees it. */
export type TrafficLabel = LegitimateLabel | AttackLabel;

export interface LegitimateLabel {
  readonly kind: "legitimate";
  /** The hard event that it belongs to (`flash_crowd`, `roll_out` …); undefined: ordinary traffic. */
  readonly event: string | undefined;
  /** The person had completed a verification with this account before, perhaps before the world began. */
  readonly returning: boolean;
}

export interface AttackLabel {
  readonly kind: "attack";
  /** The name of the attack plan. */
  readonly attack: string;
  /** `preparation`: what the attacker spends to look trustworthy (probes, poisoning) before what is meant to pay. */
  readonly phase: AttackPhase;
}

export type AttackPhase = "preparation" | "main";

/** A row with its truth. */
export interface SimulatedRow extends TrafficRow {
  readonly label: TrafficLabel;
}
