import { Tabs as Base } from "@base-ui/react/tabs";
import type { ReactNode } from "react";
import { num } from "./format";

export type Tab<V extends string> = { value: V; label: string; count?: number; icon?: ReactNode };
type TabsProps<V extends string> = { tabs: readonly Tab<V>[]; value: V; onChange: (value: V) => void; label: string; children: ReactNode };

/** Tabs of one record or page. The open one belongs in the address. `children` is the open tab's content. */
export function Tabs<V extends string>({ tabs, value, onChange, label, children }: TabsProps<V>) {
  return (
    <Base.Root value={value} onValueChange={(v: V) => onChange(v)} className="flex min-h-0 flex-1 flex-col">
      <Base.List
        aria-label={label}
        data-noprint
        className="no-bar relative flex h-10 shrink-0 gap-4 overflow-x-auto border-b border-line px-4"
      >
        {tabs.map((tab) => (
          <Base.Tab
            key={tab.value}
            value={tab.value}
            className="flex h-full items-center gap-1.5 text-sm font-medium whitespace-nowrap text-fg-2 outline-offset-[-2px] hover:text-fg data-active:text-fg [&>svg]:text-fg-3"
          >
            {tab.icon}
            {tab.label}
            {tab.count !== undefined && <span className="tnum text-xs font-normal text-fg-3">{num(tab.count)}</span>}
          </Base.Tab>
        ))}
        <Base.Indicator className="absolute bottom-0 left-0 h-0.5 w-(--active-tab-width) translate-x-(--active-tab-left) rounded-full bg-accent transition-[translate,width] duration-150" />
      </Base.List>
      <Base.Panel value={value} className="flex min-h-0 flex-1 flex-col outline-offset-[-2px]">
        {children}
      </Base.Panel>
    </Base.Root>
  );
}
