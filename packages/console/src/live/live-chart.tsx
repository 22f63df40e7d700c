import { useComputedColorScheme, useMantineTheme } from "@mantine/core";
import { BarChart } from "echarts/charts";
import { BrushComponent, GridComponent, TooltipComponent } from "echarts/components";
import { type ECharts, init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../shared/format.ts";
import { ACTIONS } from "./live-search.ts";
import { COLUMN_SECONDS, type Second } from "./live-window.ts";

use([BarChart, GridComponent, TooltipComponent, BrushComponent, CanvasRenderer]);

const COLOURS = {
  light: { allow: "#0ca678", challenge: "#fab005", hold: "#e8590c", block: "#c92a2a" },
  dark: { allow: "#38d9a9", challenge: "#ffd43b", hold: "#ff922b", block: "#ff6b6b" },
} as const;

export interface LiveChartProps {
  readonly columns: readonly Second[];
  /** What is chosen, in seconds since 1970, the end not in it. */
  readonly from: number | undefined;
  readonly until: number | undefined;
  readonly onChoose: (span: { readonly from: number; readonly until: number } | undefined) => void;
}

/** Stacked columns on a canvas: what was decided, five seconds a column; a span of time is chosen by drawing over it. */
export function LiveChart({ columns, from, until, onChoose }: LiveChartProps) {
  const { t } = useTranslation();
  const { clock, count } = useFormat();
  const scheme = useComputedColorScheme("light");
  const theme = useMantineTheme();
  const room = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts>(undefined);
  const choose = useRef(onChoose);
  choose.current = onChoose;
  const latest = useRef(columns);
  latest.current = columns;

  useEffect(() => {
    if (room.current === null) return;
    const made = init(room.current, undefined, { renderer: "canvas" });
    chart.current = made;
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(room.current);
    made.on("brushEnd", (event) => {
      const [area] = (event as { readonly areas: readonly { readonly coordRange?: readonly [number, number] }[] })
        .areas;
      const [first, last] = area?.coordRange ?? [];
      const begin = first === undefined ? undefined : latest.current[Math.max(0, Math.round(first))]?.at;
      const end =
        last === undefined ? undefined : latest.current[Math.min(latest.current.length - 1, Math.round(last))]?.at;
      made.dispatchAction({ type: "brush", areas: [] });
      choose.current(
        begin === undefined || end === undefined ? undefined : { from: begin, until: end + COLUMN_SECONDS },
      );
    });
    return () => {
      observer.disconnect();
      made.dispose();
    };
  }, []);

  useEffect(() => {
    const ink = scheme === "dark" ? theme.colors.dark[1] : theme.colors.gray[7];
    const line = scheme === "dark" ? theme.colors.dark[4] : theme.colors.gray[3];
    chart.current?.setOption({
      animation: false,
      grid: { left: 44, right: 8, top: 12, bottom: 24 },
      textStyle: { fontFamily: theme.fontFamily },
      brush: {
        xAxisIndex: 0,
        transformable: false,
        throttleType: "debounce",
        brushStyle: { borderWidth: 1, color: "rgba(11,114,133,0.15)", borderColor: "#0b7285" },
        // (what lies outside stays as it is: the choice is shown by its own opacity below)
        outOfBrush: { colorAlpha: 1 },
      },
      tooltip: {
        trigger: "axis",
        renderMode: "richText",
        axisPointer: { type: "shadow" },
        confine: true,
      },
      xAxis: {
        type: "category",
        axisTick: { show: false },
        axisLine: { lineStyle: { color: line } },
        axisLabel: { color: ink, hideOverlap: true },
      },
      yAxis: {
        type: "value",
        minInterval: 1,
        axisLabel: { color: ink, formatter: (value: number) => count(value) },
        splitLine: { lineStyle: { color: line } },
      },
      series: ACTIONS.map((action) => ({
        name: t(`live.action.${action}`),
        type: "bar",
        stack: "all",
        barCategoryGap: "15%",
        itemStyle: { color: COLOURS[scheme][action] },
      })),
    });
    chart.current?.dispatchAction({
      type: "takeGlobalCursor",
      key: "brush",
      brushOption: { brushType: "lineX", brushMode: "single" },
    });
  }, [scheme, theme, count, t]);

  useEffect(() => {
    const isWhole = from === undefined || until === undefined;
    const isChosen = (at: number): boolean => isWhole || (at >= from && at < until);
    chart.current?.setOption(
      {
        xAxis: { data: columns.map(({ at }) => clock(at * 1000)) },
        series: ACTIONS.map((action) => ({
          // (numbers alone are the least work, and nearly always enough)
          data: isWhole
            ? columns.map((column) => column[action])
            : columns.map((column) => ({
                value: column[action],
                itemStyle: { opacity: isChosen(column.at) ? 1 : 0.25 },
              })),
        })),
      },
      { lazyUpdate: true },
    );
  }, [columns, from, until, clock]);

  return <div ref={room} className="live-chart" role="img" aria-label={t("live.chart")} />;
}
