-- What clicks say of each asset for these queries, decayed by age and capped by key: the same sums as in the modules
-- `search.clicks` and `search.scoring`, for one page of an export. `keys` and `allowances` say what each key may add to
-- what the others say, -1 = anything; a key that is not among them may add what `allowance` says. From clicks alone:
-- lists that were served are left out.
WITH
    clicks AS (
        SELECT
            query, asset_id, key, day, rank, clickers, outcomes, satisfied,
            exp2(-greatest(0, dateDiff('day', day, {today:Date})) / {half_life_days:Float64}) AS decay
        FROM search_clicks
        WHERE project = {project:String} AND clickers > 0 AND query IN {queries:Array(String)} AND snapshot IN {snapshots:Array(UInt64)}
    ),
    of_keys AS (
        SELECT
            query, asset_id, key, sum(clickers * decay) AS said,
            sum(said) OVER (PARTITION BY query, asset_id) AS all_said,
            transform(toString(key), {keys:Array(String)}, {allowances:Array(Float64)}, {allowance:Float64}) AS allowed,
            if(allowed < 0, 1, least(1, (allowed * greatest(0, all_said - said) + {key_floor_clicks:Float64}) / said))
                AS part
        FROM clicks
        GROUP BY query, asset_id, key
    ),
    usual AS (
        SELECT query, quantileExactInclusiveIf(0.5)(1 / {examination:Array(Float64)}[rank], rank > 0) AS weight
        FROM clicks
        GROUP BY query
    ),
    counted AS (
        SELECT
            query, asset_id, day, rank, clickers, decay * part AS worth,
            clickers * worth AS n, outcomes * worth AS seen, satisfied * worth AS good, clickers * decay * (1 - part) AS lost,
            multiIf(
                part < 1, 1,
                rank > 0, 1 / {examination:Array(Float64)}[rank],
                usual.weight > 0, usual.weight, 1) AS weight
        FROM clicks
        INNER JOIN of_keys USING (query, asset_id, key)
        INNER JOIN usual USING (query)
    ),
    of_days AS (
        SELECT
            query, day, sum(n) AS on_day,
            sum(on_day) OVER (PARTITION BY query ORDER BY day DESC) AS since,
            sum(on_day) OVER (PARTITION BY query) AS ever
        FROM counted
        GROUP BY query, day
    ),
    of_assets AS (
        SELECT
            query, asset_id, min(day) AS first_day, sum(n) AS clicks, sum(clickers) AS all_clickers,
            sum(seen) AS satisfied_seen, sum(good) AS satisfied_good, sum(n) / sum(n * weight) AS mean_examination,
            sum(lost) AS capped_by_key
        FROM counted
        GROUP BY query, asset_id
    )
SELECT
    query,
    toString(asset_id) AS asset_id,
    clicks,
    all_clickers AS clickers,
    (since + (ever - since) * exp2(-clicks / {newcomer_clicks:Float64})) * mean_examination AS examinations,
    mean_examination,
    satisfied_seen,
    satisfied_good,
    (satisfied_good + {satisfaction_weight:Float64} * {satisfaction:Float64}) / (satisfied_seen + {satisfaction_weight:Float64})
        AS satisfaction,
    (clicks * satisfaction / {satisfaction:Float64} + {prior_weight:Float64} * {prior:Float64})
        / (examinations + {prior_weight:Float64}) AS relevance,
    examinations / (examinations + {prior_weight:Float64}) AS data_weight,
    capped_by_key,
    toString(first_day) AS first_day
FROM of_assets
INNER JOIN of_days ON of_assets.query = of_days.query AND of_assets.first_day = of_days.day
ORDER BY query, relevance DESC, of_assets.asset_id
LIMIT {assets:UInt32} BY query
SETTINGS max_threads = 1
