/** The part of the Trusted Types API that we use; not in the DOM library yet. */
interface TrustedTypesWindow {
  readonly trustedTypes?: {
    createPolicy(name: string, rules: { createHTML(text: string): string }): unknown;
  };
}

/**
 * The components write their style sheets as text into style elements, which browsers treat as HTML. Text without a tag is
 * let; anything else is refused, so that nothing that a person typed can become a part of the page.
 */
export function allowStyleTextOnly(): void {
  (window as TrustedTypesWindow).trustedTypes?.createPolicy("default", {
    createHTML(text) {
      if (text.includes("<")) throw new TypeError("HTML is not written as text here");
      return text;
    },
  });
}
