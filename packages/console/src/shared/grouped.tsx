import { Fragment } from "react";
import { digitGroups } from "./digit-groups.ts";

/** A text whose phone numbers have gaps between their groups of digits. What is copied, or read aloud, has none. */
export function Grouped({ text }: { readonly text: string }) {
  return digitGroups(text).map((part, place) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place
    <Fragment key={place}>
      {part.text}
      {part.groups.length > 0 && (
        <span className="digits">
          {part.groups.map((group, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a group is its place
            <span key={index}>{group}</span>
          ))}
        </span>
      )}
    </Fragment>
  ));
}
