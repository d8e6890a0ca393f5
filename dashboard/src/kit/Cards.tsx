/** The numbers that answer the first question, each with how it moved; choosing one draws it. */
import type { Bucket } from "./charts/Chart.tsx";
import { Spark } from "./charts/Spark.tsx";
import { Define } from "./Define.tsx";
import { MEASURES, type MeasureName } from "./measures.ts";
import { Delta, Num } from "./Num.tsx";

type Values = Readonly<Record<string, unknown>>;

interface CardsProps {
  readonly names: readonly MeasureName[];
  readonly totals: Values | undefined;
  /** Of the period that is compared with. */
  readonly before: Values | undefined;
  readonly series: readonly Values[];
  /** Of the series. */
  readonly buckets: readonly Bucket[];
  /** Whether newer numbers are on their way. */
  readonly stale: boolean;
  readonly chosen: MeasureName;
  readonly onChoose: (name: MeasureName) => void;
}

const amount = (values: Values | undefined, name: MeasureName) => values?.[name] as number | null | undefined;

export function Cards({ names, totals, before, series, buckets, stale, chosen, onChoose }: CardsProps) {
  return (
    <div class={stale && totals ? "cards stale" : "cards"}>
      {names.map((name) => {
        const { title, define, kind, better } = MEASURES[name];
        return (
          <div key={name} class={name === chosen ? "card chosen" : "card"}>
            <button type="button" aria-pressed={name === chosen} onClick={() => onChoose(name)}>
              {title}
            </button>
            <Define word="" name={title} text={define} />
            {totals && (
              <>
                <Num measure={name} value={amount(totals, name)} kind={kind} />
                {before && (
                  <Delta
                    measure={name}
                    now={amount(totals, name)}
                    before={amount(before, name)}
                    kind={kind}
                    better={better}
                  />
                )}
                <Spark values={series.map((bucket) => amount(bucket, name) ?? null)} buckets={buckets} />
              </>
            )}
          </div>
        );
      })}
    </div>
  );
}
