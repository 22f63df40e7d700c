import { Alert, Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useSignedIn } from "./session.ts";

/** Does the server not know the link (any more)? */
export function isUsed(error: unknown): boolean {
  return (error as { readonly status?: number } | null)?.status === 404;
}

/** A link that leads nowhere any more, and where to go instead. */
export function UsedLink({ isFirst = false }: { readonly isFirst?: boolean }) {
  const { t } = useTranslation();
  const isSignedIn = useSignedIn().data != null;
  return (
    <>
      <Alert color="yellow" variant="light" role="alert">
        {t(isFirst ? "usedLink.first" : "usedLink.other")}
      </Alert>
      <Button component={Link} to={isSignedIn ? "/overview" : "/sign-in"}>
        {t(isSignedIn ? "usedLink.overview" : "signIn.go")}
      </Button>
    </>
  );
}
