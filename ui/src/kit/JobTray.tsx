import { Popover } from "@base-ui/react/popover";
import { CircleCheck, LoaderCircle, TriangleAlert } from "lucide-react";
import { Button } from "./Button";
import { UploadRow } from "./Drop";
import { isOver, jobQueue, useJobs } from "./jobs";
import { t } from "./words";

/** What is running, wherever it was begun. Not shown while there has been nothing. */
export function JobTray() {
  const jobs = useJobs();
  const running = jobs.filter((j) => !isOver(j)).length;
  const failed = jobs.filter((j) => j.state === "failed").length;
  if (jobs.length === 0) return null;
  const said = running > 0 ? t("jobs_running", { n: running }) : failed > 0 ? t("jobs_failed", { n: failed }) : t("done");
  return (
    <Popover.Root>
      <Popover.Trigger render={<Button variant="ghost" aria-label={`${t("job_tray")}: ${said}`} />}>
        {running > 0 ? (
          <LoaderCircle size={14} className="spin" />
        ) : failed > 0 ? (
          <TriangleAlert size={14} className="text-bad" />
        ) : (
          <CircleCheck size={14} className="text-ok" />
        )}
        <span className="tnum">{running > 0 ? running : failed > 0 ? failed : ""}</span>
      </Popover.Trigger>
      <span className="sr-only" aria-live="polite">
        {said}
      </span>
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} align="end" className="z-50">
          <Popover.Popup className="pop pop-anim w-[360px] max-w-[calc(100vw-16px)] overflow-hidden outline-none">
            <div className="flex h-10 items-center border-b border-line ps-3 pe-2">
              <Popover.Title className="text-sm font-semibold">{t("job_tray")}</Popover.Title>
              {jobs.some(isOver) && (
                <Button variant="ghost" size="sm" className="ms-auto" onClick={() => jobQueue.clearOver()}>
                  {t("jobs_clear")}
                </Button>
              )}
            </div>
            {jobs.length > 0 ? (
              <ul className="max-h-80 overflow-y-auto">
                {[...jobs].reverse().map((j) => (
                  <UploadRow key={j.id} job={j} />
                ))}
              </ul>
            ) : (
              <p className="p-4 text-fg-3">{t("job_tray_none")}</p>
            )}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
