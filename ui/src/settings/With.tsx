import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Settings } from "#/api/api";
import { ErrorState, Skeleton } from "#/kit/State";
import { settingsQuery } from "./query";

/** What needs the settings, once they are here. */
export function WithSettings({ children }: { children: (s: Settings) => ReactNode }) {
  const { data, error, refetch } = useQuery(settingsQuery);
  if (data) return children(data);
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return <Skeleton className="p-5" lines={8} />;
}
