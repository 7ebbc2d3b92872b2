import { Search, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useEvent } from "./hooks";
import { t } from "./words";

/** The search of a list: the list follows while somebody types. "/" comes here, Escape empties it. */
export function SearchBox({
  value,
  onChange,
  name,
  autoFocus,
}: {
  value: string;
  onChange: (value: string) => void /** What is searched: "controls". */;
  name: string;
  autoFocus?: boolean;
}) {
  const [text, setText] = useState(value);
  const sent = useRef(value);
  const emit = useEvent(onChange);
  useEffect(() => {
    // Only what came from outside (Back, Clear) replaces what is being typed.
    if (value !== sent.current) {
      sent.current = value;
      setText(value);
    }
  }, [value]);
  useEffect(() => {
    if (text === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = text;
      emit(text);
    }, 90);
    return () => clearTimeout(timer);
  }, [text, emit]);
  const label = t("search_in", { name });
  return (
    <label className="input flex h-7 w-56 shrink-0 items-center gap-2 px-2 max-sm:w-44 pointer-coarse:h-9">
      <Search size={13} className="shrink-0 text-fg-3" aria-hidden />
      <input
        data-search
        type="search"
        aria-label={label}
        placeholder={label}
        // biome-ignore lint/a11y/noAutofocus: only where a list opens in order to be searched
        autoFocus={autoFocus}
        value={text}
        onChange={(e) => setText(e.target.value)}
        onKeyDown={(e) => {
          if (e.key !== "Escape") return;
          e.preventDefault();
          if (text) setText("");
          else e.currentTarget.blur();
        }}
        className="min-w-0 flex-1 appearance-none bg-transparent outline-none [&::-webkit-search-cancel-button]:hidden"
      />
      {text ? (
        <button
          type="button"
          aria-label={t("clear_search")}
          onClick={() => setText("")}
          className="-me-1 flex size-5 items-center justify-center rounded text-fg-3 hover:bg-hover"
        >
          <X size={12} />
        </button>
      ) : (
        <kbd aria-hidden className="kbd pointer-coarse:hidden">
          /
        </kbd>
      )}
    </label>
  );
}
