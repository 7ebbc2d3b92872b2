import { useQuery } from "@tanstack/react-query";
import { UserRound } from "lucide-react";
import type { ReactNode } from "react";
import { Person } from "./Avatar";
import { Field } from "./Field";
import { PeoplePicker } from "./Picker";
import { peopleQuery } from "./people";

type OwnerProps = {
  label: string;
  /** What is said while nobody is chosen. */
  nobody: string;
  icon?: ReactNode;
  value: string;
  error: string | undefined;
  onChange: (id: string) => void;
};

/** A person in a form, or nobody. */
export function OwnerField({
  label,
  nobody,
  icon = <UserRound size={14} className="text-fg-3" aria-hidden />,
  value,
  error,
  onChange,
}: OwnerProps) {
  const people = useQuery(peopleQuery).data ?? [];
  const name = people.find((p) => p.id === value)?.name ?? "";
  return (
    <Field label={label} optional error={error}>
      {(b) => (
        <PeoplePicker
          people={people.filter((p) => p.active)}
          nobody={nobody}
          value={value}
          onChange={onChange}
          trigger={
            <button
              type="button"
              id={b.id}
              aria-label={`${label}: ${name || nobody}`}
              aria-describedby={b["aria-describedby"]}
              className="input flex items-center gap-2 text-start"
            >
              {value ? (
                <Person name={name} nobody={nobody} />
              ) : (
                <>
                  {icon} <span className="truncate text-fg-3">{nobody}</span>
                </>
              )}
            </button>
          }
        />
      )}
    </Field>
  );
}
