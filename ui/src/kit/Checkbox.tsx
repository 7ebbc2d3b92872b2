import clsx from "clsx";
import { type ReactNode, useEffect, useId, useRef } from "react";

type BoxProps = {
  checked: boolean;
  indeterminate?: boolean;
  disabled?: boolean;
  /** Says whether Shift was held, so that a list can take a range. */
  onChange: (checked: boolean, shift: boolean) => void;
  /** The name for those who cannot see the row. */
  label: string;
  tabIndex?: number;
};

/** A box without words, for tables. Its target is 24 px wide though the box is 14. */
export function Checkbox({ checked, indeterminate = false, disabled, onChange, label, tabIndex }: BoxProps) {
  const ref = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (ref.current) ref.current.indeterminate = indeterminate;
  }, [indeterminate]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: the span only widens the target of the box inside
    <span className="-m-[5px] inline-flex size-6 items-center justify-center" onClick={(e) => e.stopPropagation()}>
      <input
        ref={ref}
        type="checkbox"
        className="check before:absolute before:-inset-[5px] relative"
        checked={checked}
        disabled={disabled}
        aria-label={label}
        tabIndex={tabIndex}
        onChange={(e) => onChange(e.target.checked, e.nativeEvent instanceof MouseEvent && e.nativeEvent.shiftKey)}
      />
    </span>
  );
}

type LabelledProps = {
  label: ReactNode;
  hint?: ReactNode;
  checked: boolean;
  disabled?: boolean;
  onChange: (checked: boolean) => void;
  className?: string;
};

/** A box with words beside it, for forms. */
export function CheckField({ label, hint, checked, disabled, onChange, className }: LabelledProps) {
  const id = useId();
  return (
    <div className={clsx("flex items-start gap-2.5", className)}>
      <input
        id={id}
        type="checkbox"
        className="check mt-[3px]"
        checked={checked}
        disabled={disabled}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(e) => onChange(e.target.checked)}
      />
      <label htmlFor={id} className="min-w-0">
        {label}
        {hint && (
          <span id={`${id}-hint`} className="block text-xs text-fg-3">
            {hint}
          </span>
        )}
      </label>
    </div>
  );
}

/** On or off, at once. In a form that is sent later use a CheckField. */
export function Switch({ label, hint, checked, disabled, onChange, hideLabel, className }: LabelledProps & { hideLabel?: boolean }) {
  const id = useId();
  return (
    <div className={clsx("flex items-start gap-3", className)}>
      <label htmlFor={id} className={clsx("min-w-0 flex-1", hideLabel && "sr-only")}>
        <span className="font-medium">{label}</span>
        {hint && (
          <span id={`${id}-hint`} className="block text-xs text-fg-3">
            {hint}
          </span>
        )}
      </label>
      <span className="inline-flex h-6 items-center">
        <input
          id={id}
          type="checkbox"
          role="switch"
          aria-checked={checked}
          className="switch"
          checked={checked}
          disabled={disabled}
          aria-describedby={hint ? `${id}-hint` : undefined}
          onChange={(e) => onChange(e.target.checked)}
        />
      </span>
    </div>
  );
}
