import type { IncidentPictures } from "@safeguard/core";
import { count, percent, shareText } from "../wording.ts";
import { px, scale } from "./axis.ts";
import { figure, table } from "./figure.ts";
import { type Html, html } from "./html.ts";

const WIDTH = 460;
const LEFT = 76;
const RIGHT = 152;
const ROW = 58;
const TITLE = "How far the codes came";

interface Step {
  readonly name: string;
  /** Undefined: nobody told, neither of these nor of any other message. */
  readonly reached: number | undefined;
  readonly of: number;
  /** What it is a share of. */
  readonly basis: string;
  /** Of the account's other new numbers, so many reach it. */
  readonly usual: number | undefined;
}

/** Messages asked for, sent, delivered, completed; beside each what share of the account's other new numbers gets there. */
export function funnel(
  id: string,
  { funnel: { requested, sent, delivered, converted, baseline } }: IncidentPictures,
): Html {
  const told = {
    delivered: delivered > 0 || (baseline.delivered ?? 0) > 0 ? delivered : undefined,
    converted: converted > 0 || baseline.converted !== undefined ? converted : undefined,
  };
  const steps: readonly Step[] = [
    { name: "Sent", reached: sent, of: requested, basis: "asked for", usual: undefined },
    { name: "Delivered", reached: told.delivered, of: sent, basis: "sent", usual: baseline.delivered },
    { name: "Completed", reached: told.converted, of: sent, basis: "sent", usual: baseline.converted },
  ];
  const x = scale(0, 1, LEFT, WIDTH - RIGHT);
  const usual = baseline.converted === undefined ? "" : `; usually ${shareText(baseline.converted)} are completed`;
  return figure({
    id,
    title: TITLE,
    caption: `${count(requested, "message")} asked for, ${count(sent)} sent, ${countText(told.delivered, "delivered")}, ${countText(told.converted, "completed")}${usual}.`,
    width: WIDTH,
    height: steps.length * ROW + 8,
    drawing: steps.map((step, at) => row(step, at * ROW + 6, x)),
    table: table(
      "How far the codes came",
      [{ name: "Step" }, { name: "Messages", number: true }, { name: "Share" }, { name: "Usual", number: true }],
      [
        ["Asked for", count(requested), "", ""],
        ...steps.map((step) => [
          step.name,
          step.reached === undefined ? "not reported" : count(step.reached),
          step.reached === undefined ? "" : `${percent(step.reached, step.of)} of ${step.basis}`,
          step.usual === undefined || step.reached === undefined ? "not known" : shareText(step.usual),
        ]),
      ],
    ),
  });
}

function countText(reached: number | undefined, step: string): string {
  return reached === undefined ? `${step}: not reported` : `${count(reached)} ${step}`;
}

function row({ name, reached, of, basis, usual }: Step, y: number, x: (share: number) => number): Html {
  const share = of === 0 || reached === undefined ? 0 : Math.min(1, reached / of);
  const bar = html`<rect class="lane" x="${LEFT}" y="${y}" width="${px(x(1) - LEFT)}" height="22"/><rect class="stopped" x="${LEFT}" y="${y}" width="${px(x(share) - LEFT)}" height="22"/><text x="${LEFT - 10}" y="${y + 16}" text-anchor="end">${name}</text><text x="${px(x(1) + 10)}" y="${y + 16}">${reached === undefined ? "not reported" : `${count(reached)}: ${percent(reached, of)} of ${basis}`}</text>`;
  if (usual === undefined || reached === undefined) return bar;
  return html`${bar}<rect class="usual" x="${LEFT}" y="${y + 26}" width="${px(x(Math.min(1, usual)) - LEFT)}" height="8"/><text class="q" x="${px(x(1) + 10)}" y="${y + 35}">usually ${shareText(usual)}</text>`;
}
