import { Autocomplete, Group, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDestinations } from "../safeguard/use-policy.ts";
import { useFormat } from "../shared/format.ts";
import { type Completion, completionsOf } from "./search-syntax.ts";

export interface SearchFieldProps {
  readonly search: string;
  /** Senders that are known, to be offered. */
  readonly senders: readonly string[];
  readonly onSearch: (search: string) => void;
}

/** Where a search is typed, word by word completed. Enter, or a whole word chosen, searches. */
export function SearchField({ search, senders, onSearch }: SearchFieldProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const destinations = useDestinations();
  const [typed, setTyped] = useState(search);
  // The address can change in other ways, too: a link, the button to go back.
  useEffect(() => setTyped(search), [search]);
  const [isOpen, { open, close }] = useDisclosure();
  const completions = completionsOf(typed, destinations.data ?? [], senders);
  const bySearch = new Map<string, Completion>(completions.map((one) => [one.search, one]));
  const wordsOf = ({ key, value }: Completion): string => {
    if (value === undefined) return t(`messages.key.${key}`);
    if (key === "status") return t(`messages.status.${value}`);
    if (key === "reason") return t(`reasons.${value}`);
    if (key === "purpose") return t(`messages.purpose.${value}`);
    return key === "destination" ? format.place(value) : "";
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSearch(typed.trim());
      }}
    >
      <Autocomplete
        label={t("messages.search")}
        placeholder={t("messages.searchExample")}
        value={typed}
        data={completions.map((one) => one.search)}
        // (they are chosen by what stands at the end of the text, not by all of it)
        filter={({ options }) => options}
        spellCheck={false}
        autoCapitalize="off"
        clearable
        clearButtonProps={{ "aria-label": t("messages.clearSearch") }}
        maxDropdownHeight={320}
        dropdownOpened={isOpen}
        onDropdownOpen={open}
        onDropdownClose={close}
        onChange={setTyped}
        onClear={() => onSearch("")}
        onOptionSubmit={(chosen) => {
          if (chosen.endsWith(" ")) onSearch(chosen.trim());
          // (a choice closes the list; after a key its values are asked for)
          else requestAnimationFrame(open);
        }}
        renderOption={({ option }) => {
          const completion = bySearch.get(option.value);
          if (completion === undefined) return option.value;
          const { key, value } = completion;
          return (
            <Group gap="sm" justify="space-between" wrap="nowrap" w="100%">
              <Text size="sm" ff="monospace">
                {value === undefined ? `${key}:` : value}
              </Text>
              <Text size="xs" c="dimmed" truncate>
                {wordsOf(completion)}
              </Text>
            </Group>
          );
        }}
      />
    </form>
  );
}
