import clsx from "clsx";
import { LoaderCircle } from "lucide-react";
import type { AnchorHTMLAttributes, ButtonHTMLAttributes, Ref } from "react";

const variants = {
  primary: "bg-accent text-accent-fg hover:bg-accent-hover data-popup-open:bg-accent-hover shadow-1",
  outline: "bg-surface text-fg border border-line-2 hover:bg-hover data-popup-open:bg-hover shadow-1",
  ghost: "text-fg-2 hover:bg-hover hover:text-fg data-popup-open:bg-hover data-popup-open:text-fg",
  danger: "bg-bad-soft text-bad-text hover:brightness-97 dark:hover:brightness-115",
};
type Look = {
  variant?: keyof typeof variants;
  /** lg is for pages with one thing to do: signing in, setting up. */
  size?: "sm" | "md" | "lg";
  /** A square button with nothing but an icon: give it an aria-label. */
  icon?: boolean;
};
function look({ variant = "outline", size = "md", icon }: Look, className?: string) {
  return clsx(
    "relative inline-flex shrink-0 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md font-medium transition-colors duration-75 disabled:opacity-50 aria-disabled:opacity-50 [&_svg]:shrink-0",
    size === "sm" ? "h-6 text-xs" : size === "lg" ? "h-10 text-base" : "h-7 text-sm pointer-coarse:h-9",
    icon
      ? size === "sm"
        ? "w-6"
        : size === "lg"
          ? "w-10"
          : "w-7 pointer-coarse:w-9"
      : size === "sm"
        ? "px-2"
        : size === "lg"
          ? "px-4"
          : "px-2.5",
    variants[variant],
    className,
  );
}

export type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & Look & { pending?: boolean; ref?: Ref<HTMLButtonElement> };

/** While `pending` it keeps its width, shows a spinner and does nothing more. */
export function Button({ variant, size, icon, pending, className, children, onClick, ...p }: ButtonProps) {
  return (
    <button
      type="button"
      aria-disabled={pending || undefined}
      aria-busy={pending || undefined}
      onClick={pending ? (e) => e.preventDefault() : onClick}
      className={look({ variant, size, icon }, className)}
      {...p}
    >
      {pending ? (
        <>
          <span className="inline-flex items-center gap-1.5 opacity-0">{children}</span>
          <span aria-hidden className="absolute inset-0 flex items-center justify-center">
            <LoaderCircle size={14} className="spin" />
          </span>
        </>
      ) : (
        children
      )}
    </button>
  );
}

/** A link that looks like a button: downloads and outside pages. Inside the product use the router's Link with `buttonClass`. */
export function LinkButton({ variant, size, icon, className, ...p }: AnchorHTMLAttributes<HTMLAnchorElement> & Look) {
  return <a className={look({ variant, size, icon }, className)} {...p} />;
}
export const buttonClass = look;
