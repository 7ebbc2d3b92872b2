import { Check, Copy as CopyIcon } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "./Button";
import { toast } from "./Toast";
import { t } from "./words";

/** Puts text on the clipboard and says so. */
export async function copyText(text: string, said = t("copied")) {
  try {
    await navigator.clipboard.writeText(text);
    toast.done(said);
  } catch {
    toast.error(t("could_not_copy"));
  }
}

/** A button that copies: with words, or as an icon when it has only a name. */
export function Copy({
  value,
  name,
  label,
  size = "sm",
}: {
  value: string /** What is copied, for those who cannot see it. */;
  name: string;
  label?: string;
  size?: "sm" | "md";
}) {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), 1600);
    return () => clearTimeout(timer);
  }, [done]);
  return (
    <Button
      variant={label ? "outline" : "ghost"}
      size={size}
      icon={!label}
      aria-label={t("copy_value", { name })}
      onClick={() =>
        navigator.clipboard?.writeText(value).then(
          () => setDone(true),
          () => toast.error(t("could_not_copy")),
        )
      }
    >
      {done ? <Check size={13} className="text-ok-text" /> : <CopyIcon size={13} />}
      {label}
      <span className="sr-only" aria-live="polite">
        {done ? t("copied") : ""}
      </span>
    </Button>
  );
}
