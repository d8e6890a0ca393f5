/** What a panel says where there is nothing: never anything, not in this period, or not under these filters. */
import { useAsked } from "../frame/use-asked.ts";

export function Empty({ what = "events" }: { readonly what?: string }) {
  const { asked, ask } = useAsked();
  const isFiltered = Object.keys(asked.filters).length > 0;
  return (
    <>
      <p>
        No {what} in this period{isFiltered ? " under these filters" : ""}.
      </p>
      {isFiltered ? (
        <button type="button" onClick={() => ask({ ...asked, filters: {} })}>
          Clear filters
        </button>
      ) : (
        <span>
          {(["today", "all"] as const)
            .filter((period) => period !== asked.period)
            .map((period) => (
              <button key={period} type="button" onClick={() => ask({ period, compare: asked.compare, filters: {} })}>
                {period === "today" ? "Show today" : "Show all time"}
              </button>
            ))}
        </span>
      )}
    </>
  );
}
