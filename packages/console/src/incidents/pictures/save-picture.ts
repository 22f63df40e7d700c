import { saveFile } from "../../shared/save-file.ts";

const KEPT_PROPERTIES = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "font-size",
  "font-family",
  "font-weight",
  "text-anchor",
] as const;
/** Pixels of a PNG for one of the page. */
const SHARPNESS = 2;

/** A picture with its looks written into it, on the page's own background: a file of its own. */
export function standalone(svg: SVGSVGElement, title: string): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = [svg, ...svg.querySelectorAll<SVGElement>("*")];
  const copies = [copy, ...copy.querySelectorAll<SVGElement>("*")];
  for (const [index, original] of originals.entries()) {
    const looks = getComputedStyle(original);
    const target = copies[index];
    target?.removeAttribute("class");
    for (const name of KEPT_PROPERTIES) target?.setAttribute(name, looks.getPropertyValue(name));
  }
  // (hatches stay references)
  for (const [index, original] of originals.entries()) {
    const fill = original.getAttribute("fill");
    if (fill?.startsWith("url(") === true) copies[index]?.setAttribute("fill", fill);
  }
  const { width, height } = svg.getBoundingClientRect();
  const [wide, high] = [Math.ceil(width) + 2 * MARGIN, Math.ceil(height) + 2 * MARGIN + HEADING];
  const file = document.createElementNS(SVG, "svg");
  for (const [name, value] of [
    ["xmlns", SVG],
    ["width", wide],
    ["height", high],
    ["viewBox", `${-MARGIN} ${-MARGIN - HEADING} ${wide} ${high}`],
  ] as const) {
    file.setAttribute(name, String(value));
  }
  const ground = document.createElementNS(SVG, "rect");
  const body = getComputedStyle(document.body);
  for (const [name, value] of [
    ["x", -MARGIN],
    ["y", -MARGIN - HEADING],
    ["width", wide],
    ["height", high],
    ["fill", body.backgroundColor],
  ] as const) {
    ground.setAttribute(name, String(value));
  }
  const heading = document.createElementNS(SVG, "text");
  for (const [name, value] of [
    ["x", 0],
    ["y", -MARGIN],
    ["fill", body.color],
    ["font-family", body.fontFamily],
    ["font-size", 14],
    ["font-weight", 600],
  ] as const) {
    heading.setAttribute(name, String(value));
  }
  heading.textContent = title;
  file.append(ground, heading, ...copy.childNodes);
  return new XMLSerializer().serializeToString(file);
}

const SVG = "http://www.w3.org/2000/svg";
const MARGIN = 16;
const HEADING = 16;

export function saveSvg(svg: SVGSVGElement, name: string, title: string): void {
  saveFile(`${name}.svg`, standalone(svg, title), "image/svg+xml");
}

/** Throws where the browser cannot draw it. */
export async function savePng(svg: SVGSVGElement, name: string, title: string): Promise<void> {
  const url = URL.createObjectURL(new Blob([standalone(svg, title)], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth * SHARPNESS;
    canvas.height = image.naturalHeight * SHARPNESS;
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const png = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
    if (png === null) throw new Error("the browser makes no PNG of it");
    saveFile(`${name}.png`, png);
  } finally {
    URL.revokeObjectURL(url);
  }
}
