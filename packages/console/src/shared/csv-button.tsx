import { Button, type ButtonProps } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { saveFile } from "./save-file.ts";

export interface CsvButtonProps extends Pick<ButtonProps, "size" | "variant" | "className"> {
  /** Of the file, without its ending. */
  readonly name: string;
  /** Nothing is listed. */
  readonly isEmpty: boolean;
  /** What is exported, where a page has several lists. */
  readonly of?: string;
  csv(): string;
}

/** Saves what a list shows as a file for spreadsheets. */
export function CsvButton({ name, isEmpty, of, csv, ...look }: CsvButtonProps) {
  const { t } = useTranslation();
  return (
    <Button variant="default" {...look} disabled={isEmpty} onClick={() => saveFile(`${name}.csv`, csv(), "text/csv")}>
      {t("incidents.csv")}
      {of !== undefined && <span className="sr-only"> ({of})</span>}
    </Button>
  );
}
