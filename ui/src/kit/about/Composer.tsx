import { useQuery } from "@tanstack/react-query";
import clsx from "clsx";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { Avatar } from "../Avatar";
import { Button } from "../Button";
import { peopleQuery } from "../people";
import { sentence } from "../State";
import { keepMentions, showMentions } from "./markdown";
import { t } from "./words";

type Props = {
  label: string;
  /** The words to begin with, as they are kept. */
  start?: string;
  action: string;
  /** Sends what is kept; a refusal stays under the words. */
  send: (body: string) => Promise<unknown>;
  onClose: () => void;
};

/** So many people are offered at once. */
const offered = 6;

/** Writes a comment. An @ offers people by name, who are told when it is sent. */
export function Composer({ label, start = "", action, send, onClose }: Props) {
  const people = useQuery(peopleQuery).data ?? [];
  const begin = useRef<ReturnType<typeof showMentions>>(undefined);
  begin.current ??= showMentions(start, (id) => people.find((p) => p.id === id)?.name);
  const [text, setText] = useState(begin.current.typed);
  const named = useRef(begin.current.named);
  const [word, setWord] = useState<{ from: number; to: number; q: string }>();
  const [active, setActive] = useState(0);
  const [pending, setPending] = useState(false);
  const [error, setError] = useState("");
  const box = useRef<HTMLTextAreaElement>(null);
  const list = useId();
  useEffect(() => {
    const el = box.current;
    el?.focus();
    el?.setSelectionRange(el.value.length, el.value.length);
  }, []);

  const found = word
    ? people.filter((p) => p.active && p.name.toLocaleLowerCase().includes(word.q.toLocaleLowerCase())).slice(0, offered)
    : [];
  /** What stands behind an @ before the caret, up to the caret. */
  const look = (el: HTMLTextAreaElement) => {
    const to = el.selectionStart;
    const m = /(?:^|[\s(])@([\p{L}\p{M}'.-]*(?: [\p{L}\p{M}'.-]*)?)$/u.exec(el.value.slice(0, to));
    setWord(m ? { from: to - (m[1] ?? "").length - 1, to, q: m[1] ?? "" } : undefined);
    setActive(0);
  };
  const name = (p: { id: string; name: string }) => {
    if (!word) return;
    named.current.set(p.name, p.id);
    const next = `${text.slice(0, word.from)}@${p.name} ${text.slice(word.to)}`;
    const caret = word.from + p.name.length + 2;
    setText(next);
    setWord(undefined);
    requestAnimationFrame(() => {
      box.current?.focus();
      box.current?.setSelectionRange(caret, caret);
    });
  };
  const submit = async () => {
    if (pending || !text.trim()) return;
    setPending(true);
    setError("");
    try {
      await send(keepMentions(text.trim(), named.current));
      onClose();
    } catch (e) {
      setError(sentence(e)); // nothing that was written is lost
      setPending(false);
    }
  };
  const onKey = (e: KeyboardEvent<HTMLTextAreaElement>) => {
    const step = e.key === "ArrowDown" ? 1 : e.key === "ArrowUp" ? -1 : 0;
    if (found.length > 0 && step !== 0) {
      e.preventDefault();
      setActive((a) => (a + step + found.length) % found.length);
    } else if (found.length > 0 && (e.key === "Enter" || e.key === "Tab") && !e.metaKey && !e.ctrlKey) {
      e.preventDefault();
      const p = found[active];
      if (p) name(p);
    } else if (e.key === "Enter" && (e.metaKey || e.ctrlKey)) {
      e.preventDefault();
      void submit();
    } else if (e.key === "Escape") {
      e.preventDefault();
      e.stopPropagation();
      if (found.length > 0) setWord(undefined);
      else if (!text.trim() || text === begin.current?.typed) onClose();
    }
  };
  return (
    <div>
      <div className="relative">
        <textarea
          ref={box}
          aria-label={label}
          aria-invalid={error ? true : undefined}
          aria-controls={found.length > 0 ? list : undefined}
          aria-activedescendant={found.length > 0 ? `${list}-${active}` : undefined}
          aria-autocomplete="list"
          rows={3}
          maxLength={4000}
          value={text}
          className="input field-sizing-content h-auto max-h-96 min-h-20 resize-y py-1.5"
          onChange={(e) => {
            setText(e.target.value);
            look(e.target);
          }}
          onClick={(e) => look(e.currentTarget)}
          onBlur={() => setWord(undefined)}
          onKeyDown={onKey}
        />
        {found.length > 0 && (
          <div id={list} role="listbox" aria-label={t("mention_list")} className="pop absolute inset-x-0 top-full z-20 mt-1 p-1">
            {found.map((p, i) => (
              <div
                key={p.id}
                id={`${list}-${i}`}
                role="option"
                tabIndex={-1}
                aria-selected={i === active}
                className={clsx("flex min-h-8 items-center gap-2 rounded-[5px] px-2", i === active && "bg-pop-hover")}
                onPointerDown={(e) => {
                  e.preventDefault(); // the focus stays in the text
                  name(p);
                }}
              >
                <Avatar name={p.name} />
                <span className="truncate">{p.name}</span>
                <span className="ms-auto truncate text-xs text-fg-3">{p.title}</span>
              </div>
            ))}
          </div>
        )}
        <span role="status" className="sr-only">
          {found.length > 0 && t("mention_found", { n: found.length })}
        </span>
      </div>
      {error && (
        <p role="alert" className="mt-1 text-xs text-bad-text">
          {error}
        </p>
      )}
      <div className="mt-2 flex flex-wrap items-center gap-2">
        <p className="min-w-0 flex-1 basis-40 text-2xs text-pretty text-fg-3">{t("format_hint")}</p>
        <Button size="sm" variant="ghost" onClick={onClose}>
          {t("cancel")}
        </Button>
        <Button size="sm" variant="primary" pending={pending} disabled={!text.trim()} onClick={() => void submit()}>
          {action}
        </Button>
      </div>
    </div>
  );
}
