import { CardPage } from "#/kit/Card";
import { Checkpoints } from "./Checkpoints";
import { Kept } from "./Kept";
import { Verify } from "./Verify";

/** Whether the log holds, and what to keep so that others can see that it does. */
export function Proof() {
  return (
    <CardPage>
      <div className="grid grid-cols-1 items-start gap-4 @4xl:grid-cols-[minmax(0,1.35fr)_minmax(0,1fr)]">
        <div className="grid gap-4">
          <Verify />
          <Kept />
        </div>
        <Checkpoints />
      </div>
    </CardPage>
  );
}
