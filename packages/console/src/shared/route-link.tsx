import { Anchor, type AnchorProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { ComponentProps } from "react";

function PlainLink(props: Omit<AnchorProps, "href"> & Omit<ComponentProps<"a">, keyof AnchorProps>) {
  return <Anchor {...props} />;
}

/** A link to a page of the console, with its parameters and filters checked. */
export const RouteLink = createLink(PlainLink);
