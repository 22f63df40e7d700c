import "./world-map.css";
import { Paper, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { geoEqualEarth, geoPath } from "d3-geo";
import type { Geometry, Position } from "geojson";
import { type KeyboardEvent, memo, useCallback, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import atlasUrl from "world-atlas/countries-110m.json?url";
import type { DestinationLine } from "./destination-line.ts";
import { DestinationWords, useDestinationLabel } from "./destination-words.tsx";
import { DOT_PLACES, SHAPE_CODES, WESTERN_PARTS } from "./places.ts";
import { spreadDots } from "./spread-dots.ts";

const WIDTH = 1000;
const HEIGHT = 465;
const DOT = 4;

type Atlas = Topology<{ readonly countries: GeometryCollection<{ readonly name: string }> }>;

/** One thing that can be pointed at. Of a destination that has a shape and a dot, only the dot takes part by keyboard. */
interface Place {
  readonly key: string;
  readonly code: string;
  readonly shape: string | undefined;
  readonly x: number;
  readonly y: number;
}

interface Drawing {
  readonly land: readonly { readonly key: string; readonly shape: string }[];
  readonly places: readonly Place[];
}

export interface WorldMapProps {
  readonly lines: readonly DestinationLine[];
  /** Those that are looked for; the others are faint. */
  readonly shown: ReadonlySet<string>;
  readonly isReadOnly: boolean;
  readonly days: number;
  onToggle(code: string): void;
}

/** The destinations as a map of checkboxes: one that is checked gets messages. */
export default function WorldMap(props: WorldMapProps) {
  const atlas = useQuery({
    queryKey: ["atlas"],
    queryFn: async () => (await (await fetch(atlasUrl)).json()) as Atlas,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const drawing = useMemo(() => (atlas.data === undefined ? undefined : draw(atlas.data)), [atlas.data]);
  if (drawing === undefined) return <Skeleton height={0} pb={`${(HEIGHT / WIDTH) * 100}%`} />;
  return <Drawn {...props} drawing={drawing} />;
}

function Drawn({ drawing, lines, shown, isReadOnly, days, onToggle }: WorldMapProps & { readonly drawing: Drawing }) {
  const { t } = useTranslation();
  const label = useDestinationLabel();
  const svg = useRef<SVGSVGElement>(null);
  const lineOf = useMemo(() => {
    const byCode = new Map(lines.map((line) => [line.destination.code, line]));
    for (const line of lines) for (const twin of line.destination.twins) byCode.set(twin.code, line);
    return byCode;
  }, [lines]);
  const [focused, setFocused] = useState<string>();
  const [pointed, setPointed] = useState<string>();
  const places = drawing.places.filter(({ code }) => lineOf.has(code));
  const current = places.find(({ key }) => key === focused) ?? places.find(({ code }) => code === "NL") ?? places[0];
  const told = places.find(({ key }) => key === (pointed ?? focused));
  const toldLine = told && lineOf.get(told.code);

  const toggle = useCallback(
    (code: string) => {
      if (!isReadOnly) onToggle(code);
    },
    [isReadOnly, onToggle],
  );
  const go = (event: KeyboardEvent): void => {
    if (current === undefined) return;
    if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      toggle(lineOf.get(current.code)?.destination.code ?? current.code);
      return;
    }
    const next = nextPlace(places, current, event.key);
    if (next === undefined) return;
    event.preventDefault();
    setFocused(next.key);
    svg.current?.querySelector<SVGElement>(`[data-place="${next.key}"]`)?.focus();
  };

  return (
    <div style={{ position: "relative" }}>
      {/* biome-ignore lint/a11y/useSemanticElements: a drawing cannot be a fieldset */}
      <svg
        ref={svg}
        className="world"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="group"
        aria-label={t("destinations.map")}
        onKeyDown={go}
        onPointerLeave={() => setPointed(undefined)}
        onBlur={() => setFocused(undefined)}
      >
        <Patterns />
        {drawing.land.map(({ key, shape }) => (
          <path key={key} className="land" d={shape} />
        ))}
        {places.map((place) => {
          const line = lineOf.get(place.code);
          return (
            line !== undefined && (
              <PlaceMark
                key={place.key}
                place={place}
                toggles={line.destination.code}
                action={line.action}
                isChanged={line.isChanged}
                isFaint={!shown.has(line.destination.code)}
                isReadOnly={isReadOnly}
                label={label(line)}
                isCurrent={place.key === current?.key}
                onToggle={toggle}
                onFocus={setFocused}
                onPoint={setPointed}
              />
            )
          );
        })}
      </svg>
      {told !== undefined && toldLine !== undefined && (
        <Paper
          className="world-words"
          withBorder
          shadow="md"
          p="xs"
          aria-hidden="true"
          style={{
            [told.x > WIDTH / 2 ? "right" : "left"]:
              `${((told.x > WIDTH / 2 ? WIDTH - told.x : told.x) / WIDTH) * 100 + 1.5}%`,
            [told.y > HEIGHT / 2 ? "bottom" : "top"]:
              `${((told.y > HEIGHT / 2 ? HEIGHT - told.y : told.y) / HEIGHT) * 100 + 2}%`,
          }}
        >
          <DestinationWords line={toldLine} days={days} />
        </Paper>
      )}
    </div>
  );
}

interface PlaceMarkProps {
  readonly place: Place;
  readonly toggles: string;
  readonly action: string;
  readonly isChanged: boolean;
  readonly isFaint: boolean;
  readonly isReadOnly: boolean;
  readonly label: string;
  readonly isCurrent: boolean;
  onToggle(code: string): void;
  onFocus(key: string): void;
  onPoint(key: string): void;
}

const PlaceMark = memo(function PlaceMark(props: PlaceMarkProps) {
  const { place, toggles, action, isChanged, isFaint, isReadOnly, label, isCurrent, onToggle, onFocus, onPoint } =
    props;
  const common = {
    role: "checkbox",
    "aria-checked": action !== "block",
    "aria-label": label,
    "aria-disabled": isReadOnly,
    tabIndex: isCurrent ? 0 : -1,
    "data-place": place.key,
    "data-action": action,
    "data-changed": isChanged,
    "data-faint": isFaint,
    onClick: () => onToggle(toggles),
    onFocus: () => onFocus(place.key),
    onPointerEnter: () => onPoint(place.key),
  } as const;
  return place.shape === undefined ? (
    <circle {...common} className="place dot" cx={place.x} cy={place.y} r={DOT} />
  ) : (
    <path {...common} className="place" d={place.shape} />
  );
});

/** States are told by pattern, too: for those who do not see the colours, and for paper. */
function Patterns() {
  return (
    <defs>
      <pattern id="world-block" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="5" height="5" fill="var(--stop)" />
        <rect width="1.4" height="5" fill="var(--stop-mark)" />
      </pattern>
      <pattern id="world-monitor" width="5" height="5" patternUnits="userSpaceOnUse">
        <rect width="5" height="5" fill="var(--watch)" />
        <circle cx="2.5" cy="2.5" r="1" fill="var(--watch-mark)" />
      </pattern>
      <pattern id="world-allow" width="6" height="6" patternUnits="userSpaceOnUse">
        <rect width="6" height="6" fill="var(--free)" />
        <rect width="6" height="1.2" fill="var(--free-mark)" />
      </pattern>
    </defs>
  );
}

function draw(atlas: Atlas): Drawing {
  const { features } = feature(atlas, atlas.objects.countries);
  const shown = features.filter(({ properties }) => properties.name !== "Antarctica");
  const projection = geoEqualEarth()
    .rotate([-11, 0])
    .fitExtent(
      [
        [2, 6],
        [WIDTH - 2, HEIGHT - 6],
      ],
      { type: "FeatureCollection", features: shown },
    );
  const path = geoPath(projection).digits(1);
  const land: Drawing["land"][number][] = [];
  const places: Place[] = [];
  for (const country of shown) {
    const id = String(country.id ?? country.properties.name);
    const shape = path(country) ?? "";
    const code = SHAPE_CODES.get(id);
    if (code === undefined) land.push({ key: id, shape });
    else {
      for (const part of partsOf(code, country.geometry)) {
        const [x, y] = path.centroid(part.geometry);
        // (Somaliland is a second shape of Somalia)
        const key = places.some((place) => place.key === part.code) ? `${part.code} ${id}` : part.code;
        places.push({ key, code: part.code, shape: path(part.geometry) ?? "", x, y });
      }
    }
  }
  const dots = DOT_PLACES.flatMap(({ code, longitude, latitude }) => {
    const at = projection([longitude, latitude]);
    return at === null ? [] : [{ key: code, code, shape: undefined, x: at[0], y: at[1] }];
  });
  const hasDot = new Set(dots.map(({ code }) => code));
  return {
    land,
    places: [...places.filter(({ code }) => !hasDot.has(code)), ...spreadDots(dots, DOT * 2 + 2)],
  };
}

function partsOf(code: string, geometry: Geometry): readonly { readonly code: string; readonly geometry: Geometry }[] {
  const western = WESTERN_PARTS.get(code);
  if (western === undefined || geometry.type !== "MultiPolygon") return [{ code, geometry }];
  const isWest = ([[[longitude = 0] = []] = []]: Position[][]): boolean => longitude < western.longitude;
  const part = (wanted: boolean): Geometry => ({
    type: "MultiPolygon",
    coordinates: geometry.coordinates.filter((polygon) => isWest(polygon) === wanted),
  });
  return [
    { code, geometry: part(false) },
    { code: western.code, geometry: part(true) },
  ];
}

/** Left and right pass through every place from west to east; up and down go to the nearest one there. */
function nextPlace(places: readonly Place[], from: Place, key: string): Place | undefined {
  const along = places.toSorted((one, other) => one.x - other.x || one.y - other.y);
  const index = along.findIndex((place) => place.key === from.key);
  switch (key) {
    case "ArrowRight":
      return along[(index + 1) % along.length];
    case "ArrowLeft":
      return along.at(index - 1);
    case "Home":
      return along[0];
    case "End":
      return along.at(-1);
    case "ArrowUp":
    case "ArrowDown": {
      const sign = key === "ArrowDown" ? 1 : -1;
      const there = places.filter((place) => (place.y - from.y) * sign > 1);
      const cost = (place: Place): number => (place.y - from.y) * sign + 2 * Math.abs(place.x - from.x);
      return there.toSorted((one, other) => cost(one) - cost(other))[0];
    }
    default:
      return undefined;
  }
}
