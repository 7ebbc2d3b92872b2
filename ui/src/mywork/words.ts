import { dictionary } from "#/kit/t";

export const t = dictionary({
  add: "New task",
  all: "All {n}",
  clear: "All clear",
  clear_more:
    "Nothing waits for you: no task, no review, no proof that runs out. When something does, it stands here and the bell says so.",
  clear_tasks: "No task is open.",
  collect: "Collect",
  controls: "Controls that need attention",
  days_30: "In 30 days",
  days_7: "In 7 days",
  days_later: "Later",
  days_none: "No day",
  days_overdue: "Overdue",
  evidence: "Evidence to collect",
  look: "Look",
  mentions: "Addressed to you",
  never: "never collected",
  open_inbox: "Open the inbox",
  read: "Read",
  review: "Review",
  reviews: "Waiting for your review",
  summary: { one: "{n} thing waits for you", other: "{n} things wait for you" },
  tasks: "Tasks",
  uploaded_by: "from {name}",
  work: "My work",
});
