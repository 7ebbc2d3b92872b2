import clsx from "clsx";
import { ExternalLink } from "lucide-react";
import { useEffect, useId, useState } from "react";
import { t } from "./words";

type TypedProps = {
  label: string;
  type?: "text" | "date" | "url" | "number";
  value: string;
  /** What stands there while there is nothing. */
  empty?: string;
  max?: number;
  /** What may be meant. */
  suggest?: readonly string[];
  onSave: (value: string) => void;
};

/** One line that is typed where it is read: saved when the focus leaves it, put back by Escape. */
export function Typed({ label, type = "text", value, empty = "–", max = 1000, suggest, onSave }: TypedProps) {
  const [text, setText] = useState(value);
  const list = useId();
  useEffect(() => setText(value), [value]);
  return (
    <span className="flex items-center gap-1">
      <input
        type={type === "number" ? "text" : type}
        inputMode={type === "number" ? "decimal" : undefined}
        aria-label={label}
        value={text}
        maxLength={max}
        placeholder={empty}
        list={suggest && list}
        autoComplete="off"
        onChange={(e) => setText(e.target.value)}
        onBlur={() => text.trim() !== value && onSave(text.trim())}
        onKeyDown={(e) => {
          if (e.key !== "Enter" && e.key !== "Escape") return;
          e.stopPropagation();
          const el = e.currentTarget;
          if (e.key === "Escape") {
            setText(value);
            setTimeout(() => el.blur());
          } else el.blur();
        }}
        className={clsx(
          "-ms-2 h-7 w-full min-w-0 rounded-md bg-transparent px-2 outline-none hover:bg-hover focus:bg-surface focus:outline-2 focus:outline-ring pointer-coarse:h-9 pointer-coarse:text-lg",
          (type === "number" || type === "date") && "tnum",
          type === "date" && !text && "text-fg-3",
        )}
      />
      {suggest && (
        <datalist id={list}>
          {suggest.map((s) => (
            <option key={s} value={s} />
          ))}
        </datalist>
      )}
      {type === "url" && /^https?:\/\//i.test(value) && (
        <a
          href={value}
          target="_blank"
          rel="noreferrer noopener"
          aria-label={t("open_named", { name: label })}
          className="shrink-0 text-fg-3 hover:text-fg"
        >
          <ExternalLink size={13} aria-hidden />
        </a>
      )}
    </span>
  );
}
