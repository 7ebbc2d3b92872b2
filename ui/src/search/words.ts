import { dictionary } from "#/kit/t";

export const t = dictionary({
  all: "All",
  everything: "everything",
  hint: "Words that must all occur, the last one perhaps only begun; “words together” in quotation marks; a reference like AC-2(9). The text inside PDF, Word, Excel, CSV and plain files is searched too.",
  limited: "Only the first {count} can be shown. Add a word to find the one you mean.",
  next: "Next",
  no_match: "Nothing matches “{q}”",
  no_match_more: "Check the spelling, or use fewer words. A file is found by its text a moment after it was uploaded.",
  page_of: "Page {page} of {pages}",
  pages: "Pages",
  previous: "Previous",
  results: "Results",
  search: "Search",
  see_all: "See all {count}",
  start: "Search everything you may read",
});
