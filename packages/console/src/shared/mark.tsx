/** The product's mark. */
export function Mark({ size = 26 }: { readonly size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true">
      <path
        fill="var(--mantine-primary-color-filled)"
        d="M16 1 4 5.5v9C4 22.6 9 28.600 16 31c7-2.400 12-8.400 12-16.500v-9z"
      />
      <path fill="#fff" d="M9 13h3v7H9zm5.500-3h3v10h-3zM20 16h3v4h-3z" />
    </svg>
  );
}
