import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import english from "./en.json";

export const LANGUAGES = { en: "English", nl: "Nederlands" } as const;
export type Language = keyof typeof LANGUAGES;

const KEPT = "safeguard-language";

/** As chosen before, else as the browser asks, else English. */
function wanted(): Language {
  const asked = [localStorage.getItem(KEPT), ...navigator.languages].map((tag) => tag?.slice(0, 2));
  return asked.find((tag): tag is Language => tag !== undefined && Object.hasOwn(LANGUAGES, tag)) ?? "en";
}

/** Other languages than English are loaded when they are wanted. */
async function load(language: Language): Promise<void> {
  if (language === "nl" && !i18next.hasResourceBundle("nl", "translation")) {
    const { default: dutch } = await import("./nl.json");
    i18next.addResourceBundle("nl", "translation", dutch);
  }
  document.documentElement.lang = language;
}

export async function startLanguage(): Promise<void> {
  const language = wanted();
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: "en",
    resources: { en: { translation: english } },
    // (React escapes what it shows)
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  await load(language);
  await i18next.changeLanguage(language);
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(KEPT, language);
  await load(language);
  await i18next.changeLanguage(language);
}
