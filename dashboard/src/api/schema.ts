/** Written by `npm run types`; what the API answers, field by field. */
export interface paths {
    "/analytics/v1/analytics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send events
         * @description Take a batch of events. 202 says that those accepted are stored for good. A client drops its batch on every 4xx but 429, and tries again later on everything else. The key needs the scope `ingest`.
         */
        post: operations["send_events"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/search/served": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send served lists
         * @description Take what a search showed, in its order. Each list is stored as an event of the type `search_served` and answered as events are; it counts in no measure but `events`. The key needs the scope `ingest`.
         */
        post: operations["send_served_lists"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Overview
         * @description The measures of a period, of an earlier one, and of each hour, day, week or month. CSV: the series.
         */
        get: operations["overview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Batch
         * @description Several questions at once, each answered as if it was asked alone. JSON only.
         */
        get: operations["batch"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/rhythm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Hours of the week
         * @description Plays and listeners of each weekday and hour, on the clock of the zone. CSV: the hours.
         */
        get: operations["hours_of_the_week"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/tracks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Tracks
         * @description The assets with an event in the period, sorted by a measure. CSV: the tracks.
         */
        get: operations["tracks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/tracks/{asset_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One track
         * @description All about one asset, by day and by second of listening. CSV: the listening curve.
         */
        get: operations["one_track"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/tracks/{asset_id}/typical": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Listening of similar tracks
         * @description Between which bounds the middle half of the tracks of a similar length is listened to. CSV: the seconds.
         */
        get: operations["listening_of_similar_tracks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/tracks/{asset_id}/neighbours": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Before and after a track
         * @description What players hear before and after one asset. CSV: both sides.
         */
        get: operations["before_and_after_a_track"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/charts/popular": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Popular tracks
         * @description The assets that most players listen to, the last days above all. CSV: the tracks.
         */
        get: operations["popular_tracks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/charts/trending": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Trending tracks
         * @description The assets with far more listeners in the last 24 hours than was to be expected. CSV: the tracks.
         */
        get: operations["trending_tracks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/tracks/{asset_id}/score": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Score of a track
         * @description Why an asset has the score that it has. CSV: the keys that were capped.
         */
        get: operations["score_of_a_track"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/scores/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * History of a score
         * @description The scores of an asset in the whole project by day. CSV: the days.
         */
        get: operations["history_of_a_score"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/artists": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Artists
         * @description The tracks with an event in the period, put together by artist and sorted by a measure. Those without one are one row. CSV: the artists.
         */
        get: operations["artists"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/albums": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Albums
         * @description The tracks with an event in the period, put together by album and sorted by a measure. Those without one are one row. CSV: the albums.
         */
        get: operations["albums"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/genres": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Genres
         * @description The tracks with an event in the period, put together by genre and sorted by a measure. Those without one are one row. CSV: the genres.
         */
        get: operations["genres"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/search/queries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Searches
         * @description The searches that led to the most clicks; spellings that differ in case, width and white space count as one.
         */
        get: operations["searches"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/search/outcomes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Outcomes of searches
         * @description Whether players played what they clicked, and went on listening; for the same page of the searches.
         */
        get: operations["outcomes_of_searches"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/search/made": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Searches made
         * @description The searches that were made, clicked or not; as far as custom events of the type `search` tell of them.
         */
        get: operations["searches_made"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/search/ranks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Ranks of clicks
         * @description At which ranks results of searches were clicked. CSV: the ranks.
         */
        get: operations["ranks_of_clicks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/search/rank": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rank candidates
         * @description Put the results of a search engine in the order that clicks speak for, never far from the engine's own.
         *
         *     A query that nobody clicked comes back as it was sent. `evidence` tells what each place follows from.
         */
        post: operations["rank_candidates"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/search/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Explain a search
         * @description Why the results of a search are ranked as they are. CSV: the assets, without their evidence.
         */
        get: operations["explain_a_search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/search/signals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Judgments of searches
         * @description What clicks say of each asset for each query, for training a search engine offline.
         *
         *     Only queries for which 5 players or more clicked something. CSV: the judgments; so is Parquet, which is answered to
         *     `Accept: application/vnd.apache.parquet`.
         */
        get: operations["judgments_of_searches"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/experiences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Experiences
         * @description The measures of each place of each universe, or of each universe, sorted by one of them. CSV: the rows.
         */
        get: operations["experiences"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Events
         * @description Events as they were sent, newest first; what an event did not carry is absent.
         */
        get: operations["events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/ingest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Ingest status
         * @description Where the project's events are, and what was refused of late. CSV: the reasons.
         */
        get: operations["ingest_status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Live
         * @description The events of the last 60 minutes as they came in, and what was refused. CSV: the minutes.
         */
        get: operations["live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/live/players": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Active players
         * @description How many players have sent an event in the last 5 minutes.
         */
        get: operations["active_players"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Jobs
         * @description The work that comes round for all projects, and how it went last. CSV: the jobs.
         */
        get: operations["jobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/integrity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Integrity
         * @description The players and keys that somebody should look at, and why. CSV: the flags.
         */
        get: operations["integrity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/funnel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Funnel
         * @description How many go from a click in a search to the queue, to a play, and to its end: same player and asset, in order.
         *
         *     `from`, `to` and the filters say which clicks count; what follows counts wherever it happened. CSV: the steps.
         */
        get: operations["funnel"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/explore/types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Types of events
         * @description The types of the events in a period, built-in and custom, the most frequent first.
         */
        get: operations["types_of_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/explore/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Keys of metadata
         * @description The keys in the metadata of a type of events: what their values are, and how often they are there.
         */
        get: operations["keys_of_metadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/explore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Explore events
         * @description A measure of the events of one type, or of all, by group and by time. CSV: each group in each bucket.
         */
        get: operations["explore_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/audience": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Audience
         * @description The players of each day, new and returning, and on how many days they are active. CSV: the days.
         *
         *     The period begins with the start of the day in which `from` is; it may have 400 days.
         */
        get: operations["audience"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/audience/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Sessions
         * @description The sessions of each day, how much players listen, and how many events carry no player. CSV: the days.
         *
         *     The period is that of the audience.
         */
        get: operations["sessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/audience/cohorts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Cohorts
         * @description How many of those who were new come back, by week or by day. CSV: one row for each cohort and time.
         */
        get: operations["cohorts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Alive
         * @description Whether the process answers at all. No key is needed.
         */
        get: operations["alive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Ready
         * @description Whether the server can do its work, and what that rests on. No key is needed.
         */
        get: operations["ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metrics
         * @description Metrics for Prometheus. No key is needed.
         */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Settings
         * @description How the project wants its days and weeks.
         */
        get: operations["settings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/experiences/names": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Names of experiences
         * @description What the project calls its universes and places. CSV: the names.
         */
        get: operations["names_of_experiences"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/annotations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Notes
         * @description The notes that touch the period. CSV: the notes.
         */
        get: operations["notes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/v1/views": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Saved views
         * @description The saved views of the project. CSV: the views.
         */
        get: operations["saved_views"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** ActivePlayers */
        ActivePlayers: {
            /** @description Distinct `player_id`s with an event of the last 5 minutes. */
            active_players: number;
        };
        /** Album */
        Album: {
            /** @description All events, of custom types too. */
            events: number;
            /** @description `play` events. */
            plays: number;
            /** @description Distinct `player_id`s with a `play`, `stop` or `skip`. */
            listeners: number;
            /** @description Whether `listeners` is exact. Of a whole project with more than 10,000 it is an estimate, within 0.5 % in 997 of 1,000 cases; `exact=true` counts. */
            listeners_exact: boolean;
            /** @description Sum of `duration` over `stop` and `skip`; a missing one counts 0. */
            listened_seconds: number | null;
            /** @description `stop` events with a `duration` of at least 0.9 times the track's length. The length is the median of the durations of all kept `play` events of the asset, in the whole project and at any time; it follows when that is more than a hundredth away. Without one, nothing of the track counts as completed. */
            completed: number;
            /** @description `completed` / (`stop` + `skip` events); null when there are none. */
            completion_rate: number | null;
            /** @description `skip` events. */
            skips: number;
            /** @description `skips` / (`stop` + `skip` events); null when there are none. */
            skip_rate: number | null;
            /** @description `vote` events with the value `up`. */
            up_votes: number;
            /** @description `vote` events with the value `down`. */
            down_votes: number;
            /** @description `favorite` events. */
            favorites: number;
            /** @description `unfavorite` events. */
            unfavorites: number;
            /** @description `add_to_queue` events. */
            queue_adds: number;
            /** @description `search_click` events. */
            search_clicks: number;
            /** @description Distinct assets with an event in the period. */
            tracks: number;
            /** @description The catalog's album, or null: all tracks without one. */
            album: string | null;
            /** @description The catalog's artist; albums of the same name by different artists are different albums. */
            artist: string | null;
        };
        /** Albums */
        Albums: {
            /** @description One page of them, in the order that was asked for. */
            albums: components["schemas"]["Album"][];
            /** @description How many there are; the tracks without an album are one of them. */
            total: number;
        };
        /** Annotation */
        Annotation: {
            /** @description Names it in `DELETE`. */
            id: string;
            /** @description When it is, or begins: RFC 3339. */
            at: string;
            /** @description When it ends; null of a point. */
            until: string | null;
            /** @description What was written, at most 200 characters. */
            text: string;
            /** @description The email of who wrote it; null when that person is gone. */
            by: string | null;
            /** @description When it was written: RFC 3339. */
            created_at: string;
        };
        /** Annotations */
        Annotations: {
            /** @description Each note. */
            annotations: components["schemas"]["Annotation"][];
        };
        /** Answer */
        Answer: {
            /** @description The status that the question alone would have been answered with. */
            status: number;
            /** @description The answer, or the error. */
            body: {
                [key: string]: unknown;
            };
            /** @description Seconds to wait, where Retry-After would tell. */
            retry_after?: number;
        };
        /** Artist */
        Artist: {
            /** @description All events, of custom types too. */
            events: number;
            /** @description `play` events. */
            plays: number;
            /** @description Distinct `player_id`s with a `play`, `stop` or `skip`. */
            listeners: number;
            /** @description Whether `listeners` is exact. Of a whole project with more than 10,000 it is an estimate, within 0.5 % in 997 of 1,000 cases; `exact=true` counts. */
            listeners_exact: boolean;
            /** @description Sum of `duration` over `stop` and `skip`; a missing one counts 0. */
            listened_seconds: number | null;
            /** @description `stop` events with a `duration` of at least 0.9 times the track's length. The length is the median of the durations of all kept `play` events of the asset, in the whole project and at any time; it follows when that is more than a hundredth away. Without one, nothing of the track counts as completed. */
            completed: number;
            /** @description `completed` / (`stop` + `skip` events); null when there are none. */
            completion_rate: number | null;
            /** @description `skip` events. */
            skips: number;
            /** @description `skips` / (`stop` + `skip` events); null when there are none. */
            skip_rate: number | null;
            /** @description `vote` events with the value `up`. */
            up_votes: number;
            /** @description `vote` events with the value `down`. */
            down_votes: number;
            /** @description `favorite` events. */
            favorites: number;
            /** @description `unfavorite` events. */
            unfavorites: number;
            /** @description `add_to_queue` events. */
            queue_adds: number;
            /** @description `search_click` events. */
            search_clicks: number;
            /** @description Distinct assets with an event in the period. */
            tracks: number;
            /** @description The catalog's artist, or null: all tracks without one. */
            artist: string | null;
        };
        /** Artists */
        Artists: {
            /** @description One page of them, in the order that was asked for. */
            artists: components["schemas"]["Artist"][];
            /** @description How many there are; the tracks without an artist are one of them. */
            total: number;
        };
        /** Audience */
        Audience: {
            /** @description Start of the period, RFC 3339: of the day in which `from` is. */
            from: string;
            /** @description End of the period, RFC 3339; excluded. */
            to: string;
            /** @description Distinct players with an event in the period. */
            players: number;
            /** @description Those of them whose first event in the project ever, of any kind, is in the period. With filters this may be more than the days' `new` together: somebody may be new elsewhere, and here later. Null while `preparing`. */
            new: number | null;
            /** @description All others of them; null while `preparing`. */
            returning: number | null;
            /** @description While it is not told yet who is new, because the server has yet to look through a long history: the part of its events that it has looked through. Else null. */
            preparing: number | null;
            /** @description Every day of the period; the last one up to `to`. */
            days: components["schemas"]["AudienceDay"][];
            /** @description The players of the last 28 days by how many of them they were active on. */
            segments: components["schemas"]["Segment"][];
        };
        /** AudienceDay */
        AudienceDay: {
            /** @description Start of the day in UTC, RFC 3339. */
            start: string;
            /** @description The day, as the zone of the question writes it. */
            label: string;
            /** @description Active players: distinct `player_id`s with an event on this day. */
            dau: number;
            /** @description Active players of the 7 days that end with this one. */
            wau: number;
            /** @description Active players of the 28 days that end with this one. */
            mau: number;
            /** @description `dau` / `mau`; null when there is none. */
            stickiness: number | null;
            /** @description Active players whose first event in the project ever, of any kind, is of this day; null while `preparing`. */
            new: number | null;
            /** @description All other active players; null while `preparing`. */
            returning: number | null;
        };
        /** Batch */
        Batch: {
            /** @description Each is judged by itself: one that is wrong costs the others nothing. */
            events: components["schemas"]["EventToSend"][];
        };
        /** Bucket */
        Bucket: {
            /** @description All events, of custom types too. */
            events: number;
            /** @description `play` events. */
            plays: number;
            /** @description Distinct `player_id`s with a `play`, `stop` or `skip`. */
            listeners: number;
            /** @description Whether `listeners` is exact. Of a whole project with more than 10,000 it is an estimate, within 0.5 % in 997 of 1,000 cases; `exact=true` counts. */
            listeners_exact: boolean;
            /** @description Sum of `duration` over `stop` and `skip`; a missing one counts 0. */
            listened_seconds: number | null;
            /** @description `stop` events with a `duration` of at least 0.9 times the track's length. The length is the median of the durations of all kept `play` events of the asset, in the whole project and at any time; it follows when that is more than a hundredth away. Without one, nothing of the track counts as completed. */
            completed: number;
            /** @description `completed` / (`stop` + `skip` events); null when there are none. */
            completion_rate: number | null;
            /** @description `skip` events. */
            skips: number;
            /** @description `skips` / (`stop` + `skip` events); null when there are none. */
            skip_rate: number | null;
            /** @description `vote` events with the value `up`. */
            up_votes: number;
            /** @description `vote` events with the value `down`. */
            down_votes: number;
            /** @description `favorite` events. */
            favorites: number;
            /** @description `unfavorite` events. */
            unfavorites: number;
            /** @description `add_to_queue` events. */
            queue_adds: number;
            /** @description `search_click` events. */
            search_clicks: number;
            /** @description Start of the bucket in UTC, RFC 3339. */
            start: string;
            /** @description How the zone of the question writes it: the hour with its offset (`2026-03-29T14:00+02:00`), the day or the first day of the week (`2026-03-29`), or the month (`2026-03`). */
            label: string;
        };
        /** BucketTime */
        BucketTime: {
            /** @description Start of the bucket in UTC, RFC 3339. */
            start: string;
            /** @description How the zone of the question writes it: the hour with its offset (`2026-03-29T14:00+02:00`), the day or the first day of the week (`2026-03-29`), or the month (`2026-03`). */
            label: string;
        };
        /**
         * Capped
         * @description What does not count because one key alone says it.
         */
        Capped: {
            /** @description Mass that does not count. */
            amount: number;
            /** @description As a part of the mass before the cap. */
            share: number;
            /** @description A usual key may add this times what the other keys add and `scale`: `key_points` points. One with much of the traffic may add more. */
            growth: number;
            /** @description The keys that were capped. */
            keys: components["schemas"]["CappedKey"][];
        };
        /** CappedKey */
        CappedKey: {
            /** @description The id of the API key. */
            key: string;
            /** @description What it would add. */
            mass: number;
            /** @description What of it counts. */
            counted: number;
        };
        /** Chart */
        Chart: {
            /** @description The places of the chart. */
            tracks: components["schemas"]["ChartRow"][];
            /** @description When it was worked out, RFC 3339; null when it is empty. */
            as_of: string | null;
            /** @description The version of the formula; null when it is empty. */
            model_version: string | null;
        };
        /** ChartRow */
        ChartRow: {
            /** @description The asset, as decimal digits. */
            asset_id: string;
            /** @description The catalog's title, or the asset's id when it is not in the catalog. */
            title: string;
            /** @description The catalog's artist. */
            artist: string | null;
            /** @description The place, from 1. */
            rank: number;
            /** @description Popular: 0 to 100. Trending: the lift, (listeners + 10) / (expected listeners + 10). */
            score: number;
            /** @description The true score is above this in 9 of 10 cases, as far as listeners come by chance; popular is sorted by it, trending by the score. */
            low: number;
            /** @description The true score is below this in 9 of 10 cases, as far as listeners come by chance. */
            high: number;
            /** @description The last rank of the last day before that has scores; in a universe that of 24 hours ago, or by what the mass was a day ago. Null when it had none. */
            previous_rank: number | null;
        };
        /** ClickedRank */
        ClickedRank: {
            /** @description The first of them; null: the clicks that carry no rank. */
            first: number | null;
            /** @description The last of them; null where there is none. */
            last: number | null;
            /** @description `search_click` events. */
            clicks: number;
        };
        /** ClickedRanks */
        ClickedRanks: {
            /** @description Start of the period, RFC 3339; included. */
            from: string;
            /** @description End of the period, RFC 3339; excluded. */
            to: string;
            /** @description All 13: 1 to 10, 11 to 20, from 21 on, and without a rank. */
            ranks: components["schemas"]["ClickedRank"][];
        };
        /** Cohort */
        Cohort: {
            /** @description Start of the week or the day in UTC, RFC 3339. */
            start: string;
            /** @description How the zone of the question writes it, as in the overview. */
            label: string;
            /** @description Players whose first event in the project ever is of then. */
            size: number;
            /** @description By week 0 to 11; by day 1, 7 and 30. */
            cells: components["schemas"]["CohortCell"][];
        };
        /** CohortCell */
        CohortCell: {
            /** @description Weeks or days after the cohort's own. */
            offset: number;
            /** @description How many came back then; null when that is still to come. */
            players: number | null;
            /** @description Their share of the cohort; null when that is empty. */
            share: number | null;
            /** @description Whether that week or day is over at `to`; else it may still rise. */
            is_mature: boolean;
        };
        /** Cohorts */
        Cohorts: {
            /** @description End of what is counted, RFC 3339; excluded. */
            to: string;
            /** @description The last 12 weeks, or the last 91 days, the oldest first; none while `preparing`. */
            cohorts: components["schemas"]["Cohort"][];
            /** @description For each offset, over all cohorts with a mature cell. */
            average: components["schemas"]["RetentionAverage"][];
            /** @description While it is not told yet who is new, because the server has yet to look through a long history: the part of its events that it has looked through. Else null. */
            preparing: number | null;
        };
        /** ComparedWith */
        ComparedWith: {
            /** @description Its start, RFC 3339; included. */
            from: string;
            /** @description Its end, RFC 3339; excluded. Where the asked period is not over, what stands for now, to the minute: today until noon is compared with yesterday until noon. */
            to: string;
        };
        /**
         * Components
         * @description What the mass is made of.
         */
        Components: {
            /** @description Players who heard enough of the track. */
            listens: number;
            /** @description Players with a `play`, beyond those with a stop or a skip. */
            plays_without_end: number;
            /** @description Players who added it to their queue. */
            queue: number;
            /** @description Players who clicked it in a search. */
            clicks: number;
            /** @description Players of whom it is a favourite now. */
            favorites: number;
            /** @description Players with an event of a custom type, by type: of those that the project gave a weight. */
            custom: {
                [key: string]: number;
            };
        };
        /** ErrorBody */
        ErrorBody: {
            /** @description What was found, and what is expected. */
            error: string;
        };
        /** Event */
        Event: {
            /** @description As it was sent. */
            type: string;
            /** @description Unix seconds; the time of receipt if the event was sent without. */
            timestamp: number;
            /** @description RFC 3339, to the millisecond. */
            received_at: string;
            /** @description The universe, or null for an event sent without one. */
            universe_id: string | null;
            /** @description The place, or null for an event sent without one. */
            place_id: string | null;
            /** @description The asset, as decimal digits. */
            asset_id?: string;
            /** @description The player, cut to 256 characters. */
            player_id?: string;
            /** @description Seconds. */
            duration?: number;
            /** @description Of a `vote`: up or down. */
            value?: string;
            /** @description Character for character as it was sent: numbers keep their type and all their digits. */
            metadata?: {
                [key: string]: string | number | boolean;
            };
        };
        /** EventType */
        EventType: {
            /** @description As it was sent. */
            type: string;
            /** @description Whether it is one of the eight types of the contract. */
            is_built_in: boolean;
            /** @description How many there are. */
            events: number;
            /** @description Distinct `player_id`s that sent one. */
            players: number;
            /** @description Time of the first one in the period, RFC 3339. */
            first_at: string;
            /** @description Time of the last one in the period, RFC 3339. */
            last_at: string;
        };
        /** EventTypes */
        EventTypes: {
            /** @description One page of them. */
            types: components["schemas"]["EventType"][];
            /** @description How many types there are. */
            total: number;
        };
        /** Events */
        Events: {
            /** @description One page of them. */
            events: components["schemas"]["Event"][];
            /** @description The `cursor` of the next page; null on the last. */
            next_cursor: string | null;
        };
        /**
         * Evidence
         * @description What both follow from.
         */
        Evidence: {
            /** @description Where it came in. */
            base_rank: number;
            /** @description The score that its base rank promises: 1 / (base_rank + 2), divided by the sum of examination / (rank + 2) over the first 20 ranks. */
            prior: number;
            /** @description Clicks on it for this query, of each player one a day, key and rank. */
            clicks: number;
            /** @description The same, neither decayed nor capped. */
            clickers: number;
            /** @description Clickers by the rank of the click; 0 = not known, 20 = that or below. */
            rank_histogram: {
                [key: string]: number;
            };
            /** @description How often its ranks are looked at, the first rank being 1: the harmonic mean over its clicks, those of a capped key taken for clicks at the first rank; without a click, of its base rank. */
            mean_examination: number;
            /** @description Clicks on the query since the first one on it, and those before, halved for every 2 clicks that it has; only those whose lists are not known or leave it out. */
            query_clicks: number;
            /** @description How often it was looked at in the lists that were served. */
            in_lists: number;
            /** @description query_clicks * mean_examination + in_lists: how often it was looked at. */
            examinations: number;
            /** @description What came after the clicks. */
            satisfied: components["schemas"]["Satisfied"];
            /** @description How much of the score comes of clicks, the rest of the prior: examinations / (examinations + prior_weight). */
            data_weight: number;
            /** @description Clicks that do not count, because one API key alone claims them. */
            capped_by_key: number;
            /** @description Where the score lies in 80 of 100 cases. */
            interval: components["schemas"]["Interval"];
            /** @description The best rank that it may take. */
            highest_rank: number;
            /** @description Whether its score would put it higher than that. */
            held_by_safety: boolean;
            /** @description Why it may rise no higher; null where it is not held. */
            held_because: string | null;
            /** @description Whether the order that came in is kept, as it did better on later clicks. */
            stepped_back: boolean;
            /** @description Part of all clicks that satisfied. */
            average_satisfaction: number;
            /** @description Weight of the prior, in examinations. */
            prior_weight: number;
            /** @description How good the order that came in is for this query: NDCG@10, by scores without served lists, drawn to the average of all queries as if that had 1,000 clickers. */
            base_quality: number;
            /** @description How far clicks can move a candidate, for this query. */
            bound: components["schemas"]["HeldBy"];
            /** @description The model that was used; `unlearned` before there is one. */
            model_version: string;
        };
        /** Experience */
        Experience: {
            /** @description All events, of custom types too. */
            events: number;
            /** @description `play` events. */
            plays: number;
            /** @description Distinct `player_id`s with a `play`, `stop` or `skip`. */
            listeners: number;
            /** @description Whether `listeners` is exact. Of a whole project with more than 10,000 it is an estimate, within 0.5 % in 997 of 1,000 cases; `exact=true` counts. */
            listeners_exact: boolean;
            /** @description Sum of `duration` over `stop` and `skip`; a missing one counts 0. */
            listened_seconds: number | null;
            /** @description `stop` events with a `duration` of at least 0.9 times the track's length. The length is the median of the durations of all kept `play` events of the asset, in the whole project and at any time; it follows when that is more than a hundredth away. Without one, nothing of the track counts as completed. */
            completed: number;
            /** @description `completed` / (`stop` + `skip` events); null when there are none. */
            completion_rate: number | null;
            /** @description `skip` events. */
            skips: number;
            /** @description `skips` / (`stop` + `skip` events); null when there are none. */
            skip_rate: number | null;
            /** @description `vote` events with the value `up`. */
            up_votes: number;
            /** @description `vote` events with the value `down`. */
            down_votes: number;
            /** @description `favorite` events. */
            favorites: number;
            /** @description `unfavorite` events. */
            unfavorites: number;
            /** @description `add_to_queue` events. */
            queue_adds: number;
            /** @description `search_click` events. */
            search_clicks: number;
            /** @description The universe, or null for events sent without one. */
            universe_id: string | null;
            /** @description The place; null for events sent without one, and with `by=universe`. */
            place_id: string | null;
            /** @description With `last_event=true`: when its last event was, RFC 3339, whatever the period; null where anything but universes is filtered. */
            last_event: string | null;
        };
        /** ExperienceName */
        ExperienceName: {
            /**
             * @description Whether it is a universe or a place.
             * @enum {string}
             */
            kind: "universe" | "place";
            /** @description The universe or the place, as decimal digits. */
            id: string;
            /** @description What it is called, at most 80 characters. */
            name: string;
            /** @description The email of who gave the name; null when that person is gone. */
            by: string | null;
            /** @description When it was given: RFC 3339. */
            changed_at: string;
        };
        /** ExperienceNames */
        ExperienceNames: {
            /** @description Each name: places first, by id. */
            names: components["schemas"]["ExperienceName"][];
        };
        /** Experiences */
        Experiences: {
            /** @description One page of them, in the order that was asked for. */
            experiences: components["schemas"]["Experience"][];
            /** @description How many places of universes had an event in the period. */
            total: number;
            /** @description With `compare`. With what the period is compared: the period of equal length that ends where it starts, or with `compare=year` the same weekdays of a year before. Ask of that too to see what changed. */
            compared?: components["schemas"]["ComparedWith"];
            /** @description With `plays_series=true`: of each of `experiences`, in their order, the plays in each hour, day, week or month of the period, which are those of the overview's series. */
            plays_series?: number[][];
            /** @description With `plays_series=true`: what each of its numbers is of. */
            plays_buckets?: components["schemas"]["BucketTime"][];
        };
        /** Explored */
        Explored: {
            /** @description Start of the period, RFC 3339; included. */
            from: string;
            /** @description End of the period, RFC 3339; excluded. */
            to: string;
            /** @description The measure of all events together. */
            amount: number | null;
            /** @description Events that pass all filters. */
            events: number;
            /** @description False for `p50` and `p95` over more than a million numbers: then they are within a hundredth of what they tell. All else is exact, but that sums of numbers are sums of doubles. */
            is_exact: boolean;
            /** @description Every bucket that touches the period. */
            buckets: components["schemas"]["ExploredBucket"][];
            /** @description The largest groups, at most 8, and all others; without `by` one group. */
            groups: components["schemas"]["ExploredGroup"][];
            /** @description How many groups there are. */
            total_groups: number;
        };
        /** ExploredBucket */
        ExploredBucket: {
            /** @description Start of the bucket in UTC, RFC 3339. */
            start: string;
            /** @description How the zone of the question writes it, as in the overview. */
            label: string;
        };
        /** ExploredGroup */
        ExploredGroup: {
            /** @description The text by which `where` finds them; null where nothing is set, and for all others. */
            value: string | null;
            /** @description What to show: for an asset the catalog's title, else the value. */
            label: string | null;
            /** @description Whether these are all events of the groups that are not listed. */
            is_other: boolean;
            /** @description The measure; null when no event has what it is made of. */
            amount: number | null;
            /** @description Events in the group. */
            events: number;
            /** @description The measure of each bucket, in the order of `buckets`. */
            series: (number | null)[];
        };
        /** Flagged */
        Flagged: {
            /** @description `collusion`, `made_up_listeners`, `made_up_votes`, `loop` or `claimed_rank`; docs/scoring.md says what each means. */
            reason: string;
            /** @description The API key that the events came by. */
            key_id: string;
            /** @description The player, of a `loop`; else null. */
            player_id: string | null;
            /** @description The asset that it is about, as decimal digits. */
            asset_id: string;
            /** @description The search, of a `claimed_rank`; else null. */
            query: string | null;
            /** @description The first event that speaks against it, RFC 3339. */
            since: string;
            /** @description How much does: made-up players; of a `loop`, plays on one day. */
            amount: number;
            /** @description Of how many: players of the key there; of a `loop`, plays on all such days; of a `claimed_rank`, players who click at the top; of `collusion`, made-up players of all keys. */
            of: number;
            /** @description The share that looks like that in the rest of the project; null: not compared. */
            usual: number | null;
            /** @description What holds it: `capped_by_key`, `counted_once_a_day`, or `told_only` where nothing does and somebody must decide. */
            effect: string;
        };
        /** Funnel */
        Funnel: {
            /** @description Start of the period, RFC 3339; included. */
            from: string;
            /** @description End of the period, RFC 3339; excluded. The clicks are in it. */
            to: string;
            /** @description The steps, in their order. */
            steps: components["schemas"]["FunnelStep"][];
            /** @description The steps of `compared`; empty with `previous=false`. Where the period is not over, no step counts that is after the end of `compared`. */
            previous: components["schemas"]["FunnelStep"][];
            /** @description By the time of the click: every bucket that touches the period. */
            series: components["schemas"]["FunnelBucket"][];
            /** @description With `breakdown`: the 20 groups with the most clicks, then all others if there are more. */
            groups: components["schemas"]["FunnelGroup"][];
            /** @description The 20 tracks that lose most at each step, the largest loss first. */
            drops: components["schemas"]["FunnelDrop"][];
            /** @description `search_click` events without a `player_id`: nobody can follow them. */
            clicks_without_player: number;
            /** @description With what the period is compared: the period of equal length that ends where it starts, or with `compare=year` the same weekdays of a year before. Not with `previous=false`. */
            compared?: components["schemas"]["ComparedWith"];
        };
        /** FunnelBucket */
        FunnelBucket: {
            /** @description Clicked a result of a search. */
            search_click: number;
            /** @description Added the track to the queue then. */
            add_to_queue: number;
            /** @description Played it then; with `queue=required` after it was queued. */
            play: number;
            /** @description Heard it to its end then, as the measure `completed` has it. */
            completed: number;
            /** @description Start of the bucket in UTC, RFC 3339. */
            start: string;
            /** @description How the zone of the question writes it, as in the overview. */
            label: string;
        };
        /** FunnelDrop */
        FunnelDrop: {
            /**
             * @description The step that was not reached.
             * @enum {string}
             */
            step: "search_click" | "add_to_queue" | "play" | "completed";
            /** @description The asset, as decimal digits. */
            asset_id: string;
            /** @description The catalog's title, or the asset's id when it is not in the catalog. */
            title: string;
            /** @description The catalog's artist. */
            artist: string | null;
            /** @description How many reached the step before it. */
            before: number;
            /** @description How many reached it. */
            reached: number;
            /** @description `before` - `reached`. */
            lost: number;
        };
        /** FunnelGroup */
        FunnelGroup: {
            /** @description Clicked a result of a search. */
            search_click: number;
            /** @description Added the track to the queue then. */
            add_to_queue: number;
            /** @description Played it then; with `queue=required` after it was queued. */
            play: number;
            /** @description Heard it to its end then, as the measure `completed` has it. */
            completed: number;
            /** @description The universe, the rank, or the query as it was typed most often; null for clicks without. */
            value: string | null;
            /** @description Whether these are all that are in none of the groups before. */
            is_other: boolean;
        };
        /** FunnelStep */
        FunnelStep: {
            /**
             * @description Which one.
             * @enum {string}
             */
            step: "search_click" | "add_to_queue" | "play" | "completed";
            /** @description How many reached it. */
            count: number;
            /** @description `count` / that of the step before; null when that is 0, and of the first. What is before a `play` is the click with `queue=optional`, the queue with `queue=required`. */
            share_of_before: number | null;
            /** @description `count` / that of the clicks; null when that is 0. */
            share_of_first: number | null;
            /** @description Median of the seconds since the step before, over attempts; null when none reached it. */
            median_seconds: number | null;
        };
        /** Genre */
        Genre: {
            /** @description All events, of custom types too. */
            events: number;
            /** @description `play` events. */
            plays: number;
            /** @description Distinct `player_id`s with a `play`, `stop` or `skip`. */
            listeners: number;
            /** @description Whether `listeners` is exact. Of a whole project with more than 10,000 it is an estimate, within 0.5 % in 997 of 1,000 cases; `exact=true` counts. */
            listeners_exact: boolean;
            /** @description Sum of `duration` over `stop` and `skip`; a missing one counts 0. */
            listened_seconds: number | null;
            /** @description `stop` events with a `duration` of at least 0.9 times the track's length. The length is the median of the durations of all kept `play` events of the asset, in the whole project and at any time; it follows when that is more than a hundredth away. Without one, nothing of the track counts as completed. */
            completed: number;
            /** @description `completed` / (`stop` + `skip` events); null when there are none. */
            completion_rate: number | null;
            /** @description `skip` events. */
            skips: number;
            /** @description `skips` / (`stop` + `skip` events); null when there are none. */
            skip_rate: number | null;
            /** @description `vote` events with the value `up`. */
            up_votes: number;
            /** @description `vote` events with the value `down`. */
            down_votes: number;
            /** @description `favorite` events. */
            favorites: number;
            /** @description `unfavorite` events. */
            unfavorites: number;
            /** @description `add_to_queue` events. */
            queue_adds: number;
            /** @description `search_click` events. */
            search_clicks: number;
            /** @description Distinct assets with an event in the period. */
            tracks: number;
            /** @description The catalog's genre, or null: all tracks without one. */
            genre: string | null;
        };
        /** Genres */
        Genres: {
            /** @description One page of them, in the order that was asked for. */
            genres: components["schemas"]["Genre"][];
            /** @description How many there are; the tracks without a genre are one of them. */
            total: number;
        };
        /** Health */
        Health: {
            /** @description Always `ok`. */
            status: string;
        };
        /**
         * HeldBy
         * @description How far clicks can move a candidate, for this query.
         */
        HeldBy: {
            /** @description Satisfied clicks that halve the rank to which a candidate may rise; 0 = any rank. */
            slack_clicks: number;
            /** @description By how many standard deviations clicks must be more than another's to pass it. */
            doubt_deviations: number;
            /** @description Ranks that a candidate without a click does not rise into. */
            first_page: number;
        };
        /** IngestStatus */
        IngestStatus: {
            /** @description Events answered 202. */
            accepted: number;
            /** @description Events in the warehouse. */
            loaded: number;
            /** @description Events on disk, on their way to the warehouse. */
            spooled: number;
            /** @description Events that the warehouse refused, kept aside. */
            quarantined: number;
            /** @description Events of batches that had been stored before. */
            duplicates: number;
            /** @description Events removed by erasure or retention. */
            erased: number;
            /** @description What was refused of late, by reason. */
            rejected: components["schemas"]["RejectedReason"][];
            /** @description Age of the oldest event that waits in the spool. */
            lag_seconds: number | null;
            /** @description When the newest event was received, RFC 3339. */
            last_event_at: string | null;
        };
        /** Integrity */
        Integrity: {
            /** @description By reason, those with most behind them first. */
            flags: components["schemas"]["Flagged"][];
            /** @description When it was worked out, RFC 3339; null: not yet. */
            as_of: string | null;
        };
        /**
         * Interval
         * @description Where the score lies in 80 of 100 cases.
         */
        Interval: {
            /** @description It is above this in 9 of 10 cases. */
            low: number;
            /** @description It is below this in 9 of 10 cases. */
            high: number;
        };
        /** Job */
        Job: {
            /** @description What it is called. */
            name: string;
            /** @description How often it was done. */
            runs: number;
            /** @description How often that failed. */
            failures: number;
            /** @description When it began last, RFC 3339. */
            started_at: string | null;
            /** @description When it ended last, RFC 3339. */
            ended_at: string | null;
            /** @description When it ended without an error last, RFC 3339. */
            succeeded_at: string | null;
            /** @description When it is due again, RFC 3339. */
            next_at: string;
            /** @description How long the last run took. */
            duration_seconds: number | null;
            /** @description The kind of error that ended the last run; the log has its text. */
            error: string | null;
        };
        /** Jobs */
        Jobs: {
            /** @description By name. */
            jobs: components["schemas"]["Job"][];
        };
        /** Lag */
        Lag: {
            /** @description Half of them took no longer. */
            p50: number;
            /** @description 19 of 20 took no longer. */
            p95: number;
        };
        /** ListeningTime */
        ListeningTime: {
            /** @description At least so many minutes in the period. */
            from_minutes: number;
            /** @description Less than so many; null = any number. */
            to_minutes: number | null;
            /** @description How many players with a `play`, `stop` or `skip` did. */
            listeners: number;
        };
        /** Live */
        Live: {
            /** @description Now, RFC 3339. */
            as_of: string;
            /** @description Since when minutes and refusals are counted, RFC 3339. */
            counted_since: string;
            /** @description The last 60, the one under way last. */
            minutes: components["schemas"]["LiveMinute"][];
            /** @description Distinct `player_id`s with an event of the last 5 minutes. */
            active_players: number;
            /** @description Events of the last hour, by their own time; lags and clocks are theirs. */
            events: number;
            /** @description From an event to its receipt; null without events. */
            emit_lag: components["schemas"]["Lag"] | null;
            /** @description From receipt to being counted, of what was loaded in the last hour; null if none. */
            visible_lag: components["schemas"]["Lag"] | null;
            /** @description Share of events whose time was over a second ahead of their receipt: wrong clocks. */
            ahead_share: number | null;
            /** @description Requests with events that were answered 401 in the last hour, whoever sent them. */
            unauthorized: number;
            /** @description Requests with events that were answered 429 in the last hour, whoever sent them. */
            too_many_requests: number;
            /** @description What was refused in the last 24 hours, newest first. */
            rejected: components["schemas"]["LiveRejection"][];
            /** @description Events that wait to be loaded. */
            spooled: number;
            /** @description Free on the disk of the data folder. */
            disk_free_bytes: number;
            /** @description When the newest event was received, RFC 3339. */
            last_event_at: string | null;
        };
        /** LiveMinute */
        LiveMinute: {
            /** @description When it began, RFC 3339. */
            start: string;
            /** @description Events that were new. */
            accepted: number;
            /** @description Events that were refused. */
            rejected: number;
            /** @description Events of batches that had been stored before. */
            repeats: number;
        };
        /** LiveRejection */
        LiveRejection: {
            /** @description What was wrong. */
            reason: string;
            /** @description The id of the key that sent them. */
            key: string;
            /** @description From where, or null for events sent without a universe. */
            universe_id: string | null;
            /** @description Events, by whole hours. */
            count: number;
            /** @description When the last of them came, RFC 3339. */
            last_seen: string;
            /** @description One of them, redacted, with what was wrong. */
            sample: unknown;
            /** @description What to do about it. */
            hint: string;
        };
        /** MadeSearch */
        MadeSearch: {
            /** @description The spelling most often typed, of those that differ only in case, width and white space. */
            query: string;
            /** @description `search` events with a `query`. */
            searches: number;
            /** @description Those of them that tell by `results` how many results there were. */
            counted: number;
            /** @description Those of them that tell of no result at all. */
            without_results: number;
            /** @description `search` events with a `query` and a `player_id`. */
            attempts: number;
            /** @description Those of them after which the player clicked a result of that query, in 600 seconds and before searching for it again. The click-through rate is clicked / attempts. */
            clicked: number;
        };
        /** MadeSearches */
        MadeSearches: {
            /** @description Of all pages. */
            totals: components["schemas"]["MadeTotals"];
            /** @description One page of them. */
            queries: components["schemas"]["MadeSearch"][];
            /** @description How many searches there are on all pages. */
            total: number;
        };
        /**
         * MadeTotals
         * @description Of all pages.
         */
        MadeTotals: {
            /** @description `search` events with a `query`. */
            searches: number;
            /** @description Those of them that tell by `results` how many results there were. */
            counted: number;
            /** @description Those of them that tell of no result at all. */
            without_results: number;
            /** @description `search` events with a `query` and a `player_id`. */
            attempts: number;
            /** @description Those of them after which the player clicked a result of that query, in 600 seconds and before searching for it again. The click-through rate is clicked / attempts. */
            clicked: number;
        };
        /**
         * Measures
         * @description The whole period.
         */
        Measures: {
            /** @description All events, of custom types too. */
            events: number;
            /** @description `play` events. */
            plays: number;
            /** @description Distinct `player_id`s with a `play`, `stop` or `skip`. */
            listeners: number;
            /** @description Whether `listeners` is exact. Of a whole project with more than 10,000 it is an estimate, within 0.5 % in 997 of 1,000 cases; `exact=true` counts. */
            listeners_exact: boolean;
            /** @description Sum of `duration` over `stop` and `skip`; a missing one counts 0. */
            listened_seconds: number | null;
            /** @description `stop` events with a `duration` of at least 0.9 times the track's length. The length is the median of the durations of all kept `play` events of the asset, in the whole project and at any time; it follows when that is more than a hundredth away. Without one, nothing of the track counts as completed. */
            completed: number;
            /** @description `completed` / (`stop` + `skip` events); null when there are none. */
            completion_rate: number | null;
            /** @description `skip` events. */
            skips: number;
            /** @description `skips` / (`stop` + `skip` events); null when there are none. */
            skip_rate: number | null;
            /** @description `vote` events with the value `up`. */
            up_votes: number;
            /** @description `vote` events with the value `down`. */
            down_votes: number;
            /** @description `favorite` events. */
            favorites: number;
            /** @description `unfavorite` events. */
            unfavorites: number;
            /** @description `add_to_queue` events. */
            queue_adds: number;
            /** @description `search_click` events. */
            search_clicks: number;
        };
        /** MetadataKey */
        MetadataKey: {
            /** @description As it was sent, escapes decoded. */
            key: string;
            /** @description Events in which its value is a text. */
            strings: number;
            /** @description Events in which it is a number. */
            numbers: number;
            /** @description Events in which it is true or false. */
            booleans: number;
            /** @description Share of the events looked at that have the key. */
            fill_rate: number;
            /** @description Different values among the events looked at, by their first 256 characters. */
            distinct_values: number;
            /** @description The most frequent values, at most 5; of equals the first. */
            samples: string[];
        };
        /** MetadataKeys */
        MetadataKeys: {
            /** @description One page of them. */
            keys: components["schemas"]["MetadataKey"][];
            /** @description How many keys there are in the events looked at. */
            total: number;
            /** @description Events of the type in the period. */
            events: number;
            /** @description Events that were looked at: all of them, or a sample of about 100,000 events and 64 MB of metadata, the same at every asking. */
            looked_at: number;
            /** @description Whether only a sample was looked at. */
            is_sample: boolean;
        };
        /** Neighbour */
        Neighbour: {
            /** @description The asset, as decimal digits; the track itself where it is repeated. */
            asset_id: string;
            /** @description The catalog's title, or the asset's id when it is not in the catalog. */
            title: string;
            /** @description The catalog's artist. */
            artist: string | null;
            /** @description Plays of the asked track that have it as their neighbour. */
            plays: number;
        };
        /** Neighbours */
        Neighbours: {
            /** @description Start of the period, RFC 3339; included. */
            from: string;
            /** @description End of the period, RFC 3339; excluded. */
            to: string;
            /** @description Plays of the track with a `player_id`. */
            plays: number;
            /** @description What was played before it, the most frequent first; 20 at most. */
            before: components["schemas"]["Neighbour"][];
            /** @description What was played after it, the most frequent first; 20 at most. */
            after: components["schemas"]["Neighbour"][];
            /** @description Plays of it with no other play in the 30 minutes before. */
            nothing_before: number;
            /** @description Plays of it with no other play in the 30 minutes after. */
            nothing_after: number;
        };
        /** Outcome */
        Outcome: {
            /** @description The search, as the list of searches spells it. */
            query: string;
            /** @description Its `search_click` events with a `player_id`. */
            attempts: number;
            /** @description Those after which the player played the track, in 600 seconds from the click on. */
            played: number;
            /** @description Those of them whose play the player skipped before 30 seconds, in the same time. */
            skipped_early: number;
        };
        /** Outcomes */
        Outcomes: {
            /** @description The searches of the page. */
            queries: components["schemas"]["Outcome"][];
            /** @description How many searches led to clicks in the period. */
            total: number;
        };
        /** Overview */
        Overview: {
            /** @description Start of the period, RFC 3339; included. */
            from: string;
            /** @description End of the period, RFC 3339; excluded. */
            to: string;
            /** @description The whole period. */
            totals: components["schemas"]["Measures"];
            /** @description With what the period is compared: the period of equal length that ends where it starts, or with `compare=year` the same weekdays of a year before. Not with `previous=false`. */
            compared?: components["schemas"]["ComparedWith"];
            /** @description The measures of `compared`; not with `previous=false`. */
            previous?: components["schemas"]["Measures"];
            /** @description Every bucket that touches the period, empty ones too. The first and the last count only what is in the period. */
            series: components["schemas"]["Bucket"][];
            /** @description With `previous_series=true`: for each bucket of `series` the time that lies as far before it as the earlier period lies before the period, to its end. They add up to `previous`, but for listeners, and where the period is over. */
            previous_series?: components["schemas"]["Bucket"][];
        };
        /**
         * Quality
         * @description What the mass is multiplied by.
         */
        Quality: {
            /** @description Share of players who did not skip early, drawn to the mean. */
            completion: number;
            /** @description The same share of all assets together. */
            completion_mean: number;
            /** @description Players with a stop or a skip, each once a day for each key, after the cap of each key. */
            n: number;
            /** @description Those of them who skipped early and did not come back. */
            early_skips: number;
            /** @description Share of current votes that are up, drawn to the mean. */
            vote_share: number;
            /** @description The same share of all assets together. */
            vote_mean: number;
            /** @description Players whose last vote is up, after the cap of each key. */
            up_votes: number;
            /** @description Players whose last vote is down, after the cap of each key. */
            down_votes: number;
            /** @description sqrt(completion / completion_mean) * sqrt(vote_share / vote_mean), within `least_quality` and `most_quality`. */
            multiplier: number;
        };
        /** RankedAsset */
        RankedAsset: {
            /** @description The asset, as decimal digits. */
            asset_id: string;
            /** @description Where it should be shown. */
            rank: number;
            /** @description Where it came in. */
            base_rank: number;
            /** @description Clicks, worth more where they satisfy, for each time that it was looked at. The first rank has 1 where all clicks of the query go to it. */
            score: number;
            /** @description What both follow from. */
            evidence: components["schemas"]["Evidence"];
        };
        /** RankedCandidates */
        RankedCandidates: {
            /** @description As it was sent. */
            query: string;
            /** @description The model that was used; `unlearned` before there is one. */
            model_version: string;
            /** @description The candidates, the best first. */
            results: components["schemas"]["RankedAsset"][];
        };
        /** RejectedReason */
        RejectedReason: {
            /** @description What was wrong. */
            reason: string;
            /** @description Events. */
            count: number;
            /** @description When the last of them came, RFC 3339. */
            last_seen: string | null;
            /** @description One refused event, redacted. */
            sample: unknown;
        };
        /** RetentionAverage */
        RetentionAverage: {
            /** @description Weeks or days after the cohort's own. */
            offset: number;
            /** @description Players in the cohorts whose cell is mature. */
            size: number;
            /** @description Those of them who came back then. */
            players: number;
            /** @description `players` / `size`; null when there are none. */
            share: number | null;
        };
        /** Rhythm */
        Rhythm: {
            /** @description Start of the period, RFC 3339; included. */
            from: string;
            /** @description End of the period, RFC 3339; excluded. */
            to: string;
            /** @description Whether listeners are counted. Of a whole project with more than a million events in the period they are estimates, within 0.5 % in 997 of 1,000 cases. */
            listeners_exact: boolean;
            /** @description All 168, from Monday 0:00 on. */
            hours: components["schemas"]["RhythmHour"][];
        };
        /** RhythmHour */
        RhythmHour: {
            /** @description 1 is Monday. */
            weekday: number;
            /** @description On the clock of the zone. */
            hour: number;
            /** @description `play` events. */
            plays: number;
            /** @description Distinct `player_id`s with a `play`, `stop` or `skip`. */
            listeners: number;
        };
        /**
         * Satisfied
         * @description What came after the clicks.
         */
        Satisfied: {
            /** @description Clicks after which the player stopped or skipped the track within half an hour. */
            seen: number;
            /** @description Those of them after which the player had listened enough. */
            good: number;
            /** @description (good + 6 * average_satisfaction) / (seen + 6): drawn to the average. */
            rate: number;
        };
        /** SavedView */
        SavedView: {
            /** @description Names it in `DELETE`. */
            id: string;
            /** @description No other view of the project has it. */
            name: string;
            /** @description Which page it opens. */
            page: string;
            /** @description The query of the page's address, without the question mark. */
            query: string;
            /** @description The email of who saved it; null when that person is gone. */
            by: string | null;
            /** @description When it was saved: RFC 3339. */
            created_at: string;
        };
        /** SavedViews */
        SavedViews: {
            /** @description Each view. */
            views: components["schemas"]["SavedView"][];
        };
        /** ScoreHistory */
        ScoreHistory: {
            /** @description The asset, as decimal digits. */
            asset_id: string;
            /** @description One entry per day that has scores, of the last 400 days. */
            history: components["schemas"]["ScoreOfDay"][];
        };
        /** ScoreOfDay */
        ScoreOfDay: {
            /** @description The UTC day. */
            day: string;
            /** @description 0 to 100. */
            score: number;
            /** @description Lower end of the interval. */
            low: number;
            /** @description Upper end of the interval. */
            high: number;
            /** @description The place in the chart of that day. */
            rank: number;
            /** @description When it was worked out, RFC 3339. */
            as_of: string;
            /** @description The version of the formula. */
            model_version: string;
        };
        /** SearchExplained */
        SearchExplained: {
            /** @description As it was asked. */
            query: string;
            /** @description Without case, width, spaces and punctuation that do not count. */
            searched_as: string;
            /** @description When that was worked out, RFC 3339; null before there is a model. */
            as_of: string | null;
            /** @description The model that was used; `unlearned` before there is one. */
            model_version: string;
            /** @description How often each of the first 20 ranks is looked at, the first being 1. */
            examination: number[];
            /** @description Players by day, key, rank and asset who clicked. */
            clickers: number;
            /** @description Whether it was ranked lately; else base ranks are the mean ranks of the clicks. */
            base_order_known: boolean;
            /** @description Why the order that came in is kept; null where it is not. */
            stepped_back: components["schemas"]["SteppedBack"] | null;
            /** @description What was ranked last and what was clicked, the best first. */
            results: components["schemas"]["RankedAsset"][];
        };
        /** SearchQueries */
        SearchQueries: {
            /** @description One page of them, the most clicked first. */
            queries: components["schemas"]["SearchQuery"][];
            /** @description How many searches led to clicks in the period. */
            total: number;
        };
        /** SearchQuery */
        SearchQuery: {
            /** @description The spelling most often typed, of those that differ only in case, width and white space. */
            query: string;
            /** @description `search_click` events. */
            clicks: number;
            /** @description Distinct `player_id`s that clicked. */
            players: number;
            /** @description Mean rank of the clicks that carry one; else null. */
            mean_rank: number | null;
            /** @description Distinct assets that were clicked. */
            tracks: number;
            /** @description In how many spellings it was typed. */
            spelling_count: number;
            /** @description Those typed most often, 10 at most; `query` comes first. */
            spellings: components["schemas"]["Spelling"][];
        };
        /** SearchSignal */
        SearchSignal: {
            /** @description Without case, width, spaces and punctuation that do not count. */
            query: string;
            /** @description The asset, as decimal digits. */
            asset_id: string;
            /** @description Satisfied clicks for each time it was looked at, drawn to the average: the judgment. */
            relevance: number;
            /** @description How much of the relevance comes of clicks; the rest is average. */
            data_weight: number;
            /** @description Clicks on it for this query, of each player one a day, key and rank. */
            clicks: number;
            /** @description The same, neither decayed nor capped. */
            clickers: number;
            /** @description How often it was looked at, as far as clicks tell: mean_examination times the clicks on the query since the first one on it, and those before, halved for every 2 clicks that it has. */
            examinations: number;
            /** @description How often its ranks are looked at, the first rank being 1 (harmonic mean). */
            mean_examination: number;
            /** @description (satisfied_good + 6 * average_satisfaction) / (satisfied_seen + 6): drawn to the average. */
            satisfaction: number;
            /** @description Clicks after which the player stopped or skipped the track. */
            satisfied_seen: number;
            /** @description Those of them after which the player had listened enough. */
            satisfied_good: number;
            /** @description Clicks that do not count, because one API key alone claims them. */
            capped_by_key: number;
            /** @description The day (UTC) of the first click that counts. */
            first_day: string;
        };
        /** SearchSignals */
        SearchSignals: {
            /** @description The judgments, all of a query on one page. */
            signals: components["schemas"]["SearchSignal"][];
            /** @description `after` of the next page; null on the last. */
            next_after: string | null;
        };
        /** Second */
        Second: {
            /** @description Seconds from the start of the track. */
            second: number;
            /** @description `stop` and `skip` events with a `duration` of at least `second`. */
            listening: number;
            /** @description `stop` events whose `duration` falls in this second. */
            stops: number;
            /** @description `skip` events whose `duration` falls in this second. */
            skips: number;
        };
        /** Segment */
        Segment: {
            /** @description `light`, `moderate` or `super`. */
            name: string;
            /** @description At least so many active days of the last 28. */
            from_days: number;
            /** @description At most so many. */
            to_days: number;
            /** @description How many players were. */
            players: number;
        };
        /** Sessions */
        Sessions: {
            /** @description Start of the period, RFC 3339: of the day in which `from` is. */
            from: string;
            /** @description End of the period, RFC 3339; excluded. */
            to: string;
            /** @description Sessions that began in the period. */
            sessions: number;
            /** @description Their median length; null without any. */
            median_session_seconds: number | null;
            /** @description Every day of the period; the last one up to `to`. */
            days: components["schemas"]["SessionsDay"][];
            /** @description Listeners by how long they listened in the period. */
            listening: components["schemas"]["ListeningTime"][];
            /** @description Events in the period. */
            events: number;
            /** @description Those without a `player_id`: they count nowhere here. */
            events_without_player: number;
            /** @description Their share; null without events. */
            share_without_player: number | null;
        };
        /** SessionsDay */
        SessionsDay: {
            /** @description Start of the day in UTC, RFC 3339. */
            start: string;
            /** @description The day, as the zone of the question writes it. */
            label: string;
            /** @description Sessions that began on this day. */
            sessions: number;
            /** @description Median length of these sessions, from first to last event; null without any. */
            median_session_seconds: number | null;
        };
        /** Settings */
        Settings: {
            /** @description IANA name of the time zone in which the project's days begin. */
            zone: string;
            /**
             * @description The day with which its weeks begin.
             * @enum {string}
             */
            week_start: "monday" | "sunday" | "saturday";
        };
        /** Spelling */
        Spelling: {
            /** @description As it was typed. */
            query: string;
            /** @description The clicks that came with it. */
            clicks: number;
        };
        /** SteppedBack */
        SteppedBack: {
            /** @description Of the ranking, in satisfied clicks at the first rank; below 0. */
            gain: number;
            /** @description Of the gain, by chance alone: one standard deviation. */
            deviation: number;
            /** @description Clicks by which it was judged. */
            clicks: number;
        };
        /** TrackDetail */
        TrackDetail: {
            /** @description The asset, as decimal digits. */
            asset_id: string;
            /** @description The catalog's title, or the asset's id when it is not in the catalog. */
            title: string;
            /** @description The catalog's artist. */
            artist: string | null;
            /** @description The catalog's album. */
            album: string | null;
            /** @description The catalog's genre. */
            genre: string | null;
            /** @description Seconds, by which `completed` is judged: the median of the durations of all kept `play` events, to a hundredth; null without any. */
            length: number | null;
            /** @description The whole period. */
            totals: components["schemas"]["Measures"];
            /** @description `skip` events with a `duration` under 30 seconds; one without it is not counted. */
            early_skips: number;
            /** @description With what the period is compared: the period of equal length that ends where it starts, or with `compare=year` the same weekdays of a year before. Not with `previous=false`. */
            compared?: components["schemas"]["ComparedWith"];
            /** @description The measures of `compared`; not with `previous=false`. */
            previous?: components["schemas"]["Measures"];
            /** @description Every day that touches the period, empty ones too. */
            series: components["schemas"]["Bucket"][];
            /** @description How many still listened at each second, from 0 to the longest listen, at most to 3,600. */
            listening: components["schemas"]["Second"][];
        };
        /** TrackRow */
        TrackRow: {
            /** @description All events, of custom types too. */
            events: number;
            /** @description `play` events. */
            plays: number;
            /** @description Distinct `player_id`s with a `play`, `stop` or `skip`. */
            listeners: number;
            /** @description Whether `listeners` is exact. Of a whole project with more than 10,000 it is an estimate, within 0.5 % in 997 of 1,000 cases; `exact=true` counts. */
            listeners_exact: boolean;
            /** @description Sum of `duration` over `stop` and `skip`; a missing one counts 0. */
            listened_seconds: number | null;
            /** @description `stop` events with a `duration` of at least 0.9 times the track's length. The length is the median of the durations of all kept `play` events of the asset, in the whole project and at any time; it follows when that is more than a hundredth away. Without one, nothing of the track counts as completed. */
            completed: number;
            /** @description `completed` / (`stop` + `skip` events); null when there are none. */
            completion_rate: number | null;
            /** @description `skip` events. */
            skips: number;
            /** @description `skips` / (`stop` + `skip` events); null when there are none. */
            skip_rate: number | null;
            /** @description `vote` events with the value `up`. */
            up_votes: number;
            /** @description `vote` events with the value `down`. */
            down_votes: number;
            /** @description `favorite` events. */
            favorites: number;
            /** @description `unfavorite` events. */
            unfavorites: number;
            /** @description `add_to_queue` events. */
            queue_adds: number;
            /** @description `search_click` events. */
            search_clicks: number;
            /** @description The asset, as decimal digits. */
            asset_id: string;
            /** @description The catalog's title, or the asset's id when it is not in the catalog. */
            title: string;
            /** @description The catalog's artist. */
            artist: string | null;
            /** @description `skip` events with a `duration` under 30 seconds; one without it is not counted. */
            early_skips: number;
        };
        /** TrackScore */
        TrackScore: {
            /** @description The asset, as decimal digits. */
            asset_id: string;
            /** @description The universe, or null for the whole project. */
            universe_id: string | null;
            /** @description 0 to 100. */
            score: number;
            /** @description The true score is above this in 9 of 10 cases. */
            low: number;
            /** @description The true score is below this in 9 of 10 cases. */
            high: number;
            /** @description The place in the chart, from 1. */
            rank: number;
            /** @description When it was worked out, RFC 3339. */
            as_of: string;
            /** @description The version of the formula. */
            model_version: string;
            /** @description Every number of the formula; docs/scoring.md says what each is. */
            parameters: {
                [key: string]: number | string | {
                    [key: string]: number;
                };
            };
            /** @description Players who heard it in the last 7 days, each once a day for each key. */
            listeners_7d: number;
            /** @description Days after which a listen counts half. */
            half_life_days: number;
            /** @description What the mass is made of. */
            components: components["schemas"]["Components"];
            /** @description What a play without an end counts: the part of all ends that were listens. */
            qualified_rate: number;
            /** @description What does not count because one key alone says it. */
            capped_by_key: components["schemas"]["Capped"];
            /** @description Listeners, weighted by age, after the cap. */
            mass: number;
            /** @description What the mass is multiplied by. */
            quality: components["schemas"]["Quality"];
            /** @description The mass that has the score 100. */
            reference_mass: number;
            /** @description How the last 24 hours compare. */
            trend: components["schemas"]["Trend"];
        };
        /** Tracks */
        Tracks: {
            /** @description One page of them, in the order that was asked for. */
            tracks: components["schemas"]["TrackRow"][];
            /** @description How many assets had an event in the period. */
            total: number;
            /** @description With `compare`. With what the period is compared: the period of equal length that ends where it starts, or with `compare=year` the same weekdays of a year before. Ask of that too to see what changed. */
            compared?: components["schemas"]["ComparedWith"];
            /** @description With `plays_series=true`: by asset, the plays in each hour, day, week or month of the period, which are those of the overview's series. */
            plays_series?: {
                [key: string]: number[];
            };
            /** @description With `plays_series=true`: what each of its numbers is of. */
            plays_buckets?: components["schemas"]["BucketTime"][];
        };
        /**
         * Trend
         * @description How the last 24 hours compare.
         */
        Trend: {
            /** @description Listeners of the last 24 hours, each once for each key, and players with a play without an end by the rate of all; after the cap of each key. */
            x: number;
            /** @description As the 28 days before and the growth of all assets together say; 0 where x is 0. */
            expected: number;
            /** @description By how many standard deviations there are more: (x - expected) / sqrt(expected + (trend_spread * expected)^2 + 1). */
            z: number;
            /** @description What z must reach: trend_z, or more where so many tracks are well heard that chance would flag more than trend_false_share of all; docs/scoring.md has the formula. 0 where x is 0. */
            bar: number;
            /** @description (x + 10) / (expected + 10); 0 = nobody listened, or there is no past. */
            lift: number;
            /** @description API keys by which they came. */
            keys: number;
            /** @description In the chart of trends; null = it does not trend. */
            rank: number | null;
        };
        /** Typical */
        Typical: {
            /** @description Of the track itself, in seconds; null where none is known. */
            length: number | null;
            /** @description How many tracks the bounds are of. */
            tracks: number;
            /** @description Whether there are more than 200 similar tracks, of which a hash took so many. */
            is_sample: boolean;
            /** @description Each second up to the longest of these lengths, at most to 3,600; none without a track. */
            listening: components["schemas"]["TypicalSecond"][];
        };
        /** TypicalSecond */
        TypicalSecond: {
            /** @description Seconds from the start of the track. */
            second: number;
            /** @description A quarter of the similar tracks keeps a smaller share of its listeners. */
            low: number;
            /** @description A quarter of the similar tracks keeps a larger share of its listeners. */
            high: number;
        };
        /** EventToSend */
        EventToSend: {
            /** @description Built in, compared exactly: `add_to_queue`, `favorite`, `play`, `search_click`, `skip`, `stop`, `unfavorite`, `vote`. Everything else is a custom type. */
            type: string;
            /** @description The asset, as decimal digits, at most 9223372036854775807. Built-in types need one. */
            asset_id?: string;
            /** @description Unix seconds, whole or with a fraction, from 7 days ago to 5 minutes ahead. Default: the time of receipt. */
            timestamp?: number;
            /** @description The player; only the first 256 characters are kept. */
            player_id?: string;
            /** @description Seconds. `play`: the track's length; `stop` and `skip`: how long it was listened to. */
            duration?: number;
            /** @description `vote` needs one: up or down. Ignored on every other type. */
            value?: unknown;
            /** @description Whatever else is to be known. Of a `search_click` counts `query` (text) and `rank` (1 is the top). */
            metadata?: {
                [key: string]: string | number | boolean;
            };
        };
        /** ServedList */
        ServedList: {
            /** @description The search, not blank; only the first 256 characters are kept. */
            query: string;
            /** @description What was shown, the first at the top. */
            assets: string[];
            /** @description When it was shown: Unix seconds, as the `timestamp` of an event. Default: the time of receipt. */
            at?: number;
        };
        /** ServedLists */
        ServedLists: {
            /** @description Each is judged by itself: one that is wrong costs the others nothing. */
            lists: components["schemas"]["ServedList"][];
        };
        /** Accepted */
        Accepted: {
            /** @description Events that are stored, on the disk. */
            accepted: number;
            /** @description Events that are not; absent when there are none. */
            rejected?: number;
            /** @description What is wrong with each rejected event, in order; absent when there are none. */
            errors?: string[];
        };
        /** Refused */
        Refused: {
            /** @description What is wrong with the body, or that every event was rejected. */
            error: string;
            /** @description What is wrong with each event, in order; absent when the body is at fault. */
            details?: string[];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    send_events: {
        parameters: {
            query?: never;
            header?: {
                /** @description The universe that the events come from; anything but decimal digits counts as none. */
                "X-Universe-Id"?: string;
                /** @description The place that they come from; likewise. */
                "X-Place-Id"?: string;
                /** @description One for each batch: sent again with the same body and key, it stores nothing new. */
                "Idempotency-Key"?: string;
                /** @description `gzip`, if the body is; nothing else is read. */
                "Content-Encoding"?: "gzip";
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "events": [
                 *         {
                 *           "type": "play",
                 *           "asset_id": "1837879082",
                 *           "player_id": "261",
                 *           "duration": 217
                 *         },
                 *         {
                 *           "type": "search_click",
                 *           "asset_id": "1837879082",
                 *           "metadata": {
                 *             "query": "lofi study beats",
                 *             "rank": 2
                 *           }
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["Batch"];
            };
        };
        responses: {
            /** @description All or some events are stored. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            /** @description No event could be stored; the text and `details` say why. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refused"];
                };
            };
            /** @description The key is missing, unknown, revoked, or lacks the scope `ingest`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Over 1 MiB on the wire, or over 4 MiB inflated. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The body is not `application/json`, or encoded in another way than `gzip`. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nothing can be stored now; see Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    send_served_lists: {
        parameters: {
            query?: never;
            header?: {
                /** @description The universe that the events come from; anything but decimal digits counts as none. */
                "X-Universe-Id"?: string;
                /** @description The place that they come from; likewise. */
                "X-Place-Id"?: string;
                /** @description One for each batch: sent again with the same body and key, it stores nothing new. */
                "Idempotency-Key"?: string;
                /** @description `gzip`, if the body is; nothing else is read. */
                "Content-Encoding"?: "gzip";
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "lists": [
                 *         {
                 *           "query": "lofi study beats",
                 *           "assets": [
                 *             "1837879082",
                 *             "9046862941"
                 *           ]
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["ServedLists"];
            };
        };
        responses: {
            /** @description All or some events are stored. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            /** @description No event could be stored; the text and `details` say why. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refused"];
                };
            };
            /** @description The key is missing, unknown, revoked, or lacks the scope `ingest`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Over 1 MiB on the wire, or over 4 MiB inflated. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The body is not `application/json`, or encoded in another way than `gzip`. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nothing can be stored now; see Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    overview: {
        parameters: {
            query?: {
                /** @description Start of the period, included: RFC 3339, a date (its midnight in `zone`) or Unix seconds. Default: 28 days before `to`. */
                from?: string;
                /** @description End of the period, excluded: as `from`. Default: the end of this hour, or of the next when that is less than 5 minutes away, so that all that was accepted is inside. */
                to?: string;
                /** @description The time zone, by its IANA name, in which dates begin and by which time is counted. */
                zone?: string;
                /** @description Length of a bucket of the series, by the clock and calendar of `zone`. A period may have 100 days by hour, else 3,660. */
                interval?: "hour" | "day" | "week" | "month";
                /** @description With which day a week begins. */
                week_start?: "monday" | "sunday" | "saturday";
                /** @description Only events of these universes; 0 = sent without one. */
                universe?: string;
                /** @description Only events of these places; 0 = sent without one. */
                place?: string;
                /** @description Only events of these assets. */
                asset?: string;
                /** @description Only events that were sent with these API keys, by the ids that `audioscape keys list` shows. */
                key?: string;
                /** @description All but events of these universes; 0 = sent without one. */
                universe_not?: string;
                /** @description All but events of these places; 0 = sent without one. */
                place_not?: string;
                /** @description All but events of these assets: also those without an asset. */
                asset_not?: string;
                /** @description All but events that were sent with these API keys. */
                key_not?: string;
                /** @description Count more than 10,000 listeners exactly too, which takes longer; else the count is an estimate. */
                exact?: "true" | "false";
                /** @description What the period is compared with: `previous`, the period of equal length that ends where it starts, or `year`, the same weekdays of a year (364 days) before. A period that is not over is compared with as much of that as stands for the time until now. */
                compare?: "previous" | "year";
                /** @description Answer what the period is compared with, too. */
                previous?: "true" | "false";
                /** @description Answer the buckets of the earlier period too, which takes longer. */
                previous_series?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What happened in a period, and in an earlier one. */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    batch: {
        parameters: {
            query: {
                /** @description A question: what comes after `/analytics/v1/` where it is asked alone, percent-encoded. Given once for each. */
                ask: string[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answers to some questions. */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Batch"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    hours_of_the_week: {
        parameters: {
            query?: {
                /** @description Start of the period, included: RFC 3339, a date (its midnight in `zone`) or Unix seconds. Default: 28 days before `to`. */
                from?: string;
                /** @description End of the period, excluded: as `from`. Default: the end of this hour, or of the next when that is less than 5 minutes away, so that all that was accepted is inside. */
                to?: string;
                /** @description The time zone, by its IANA name, in which dates begin and by which time is counted. */
                zone?: string;
                /** @description Only events of these universes; 0 = sent without one. */
                universe?: string;
                /** @description Only events of these places; 0 = sent without one. */
                place?: string;
                /** @description Only events of these assets. */
                asset?: string;
                /** @description Only events that were sent with these API keys, by the ids that `audioscape keys list` shows. */
                key?: string;
                /** @description All but events of these universes; 0 = sent without one. */
                universe_not?: string;
                /** @description All but events of these places; 0 = sent without one. */
                place_not?: string;
                /** @description All but events of these assets: also those without an asset. */
                asset_not?: string;
                /** @description All but events that were sent with these API keys. */
                key_not?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description At which hours of the week music is heard. */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rhythm"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    tracks: {
        parameters: {
            query?: {
                /** @description Start of the period, included: RFC 3339, a date (its midnight in `zone`) or Unix seconds. Default: 28 days before `to`. */
                from?: string;
                /** @description End of the period, excluded: as `from`. Default: the end of this hour, or of the next when that is less than 5 minutes away, so that all that was accepted is inside. */
                to?: string;
                /** @description The time zone, by its IANA name, in which dates begin and by which time is counted. */
                zone?: string;
                /** @description Only events of these universes; 0 = sent without one. */
                universe?: string;
                /** @description Only events of these places; 0 = sent without one. */
                place?: string;
                /** @description Only events of these assets. */
                asset?: string;
                /** @description Only events that were sent with these API keys, by the ids that `audioscape keys list` shows. */
                key?: string;
                /** @description All but events of these universes; 0 = sent without one. */
                universe_not?: string;
                /** @description All but events of these places; 0 = sent without one. */
                place_not?: string;
                /** @description All but events of these assets: also those without an asset. */
                asset_not?: string;
                /** @description All but events that were sent with these API keys. */
                key_not?: string;
                /** @description Only tracks whose title or artist in the catalog holds this text, whatever the case; or whose id it is. */
                search?: string;
                /** @description The measure to sort by; without a value comes last. */
                sort?: "events" | "plays" | "listeners" | "listened_seconds" | "completed" | "completion_rate" | "skips" | "skip_rate" | "up_votes" | "down_votes" | "favorites" | "unfavorites" | "queue_adds" | "search_clicks" | "early_skips";
                /** @description Ties are sorted by id or by name, ascending. */
                order?: "asc" | "desc";
                /** @description How many at most. */
                limit?: number;
                /** @description How many to leave out at the start. */
                offset?: number;
                /** @description Answer the plays of each row in each bucket of the period, too; `interval` says of which length. */
                plays_series?: "true" | "false";
                /** @description Length of a bucket of the series, by the clock and calendar of `zone`. A period may have 100 days by hour, else 3,660. */
                interval?: "hour" | "day" | "week" | "month";
                /** @description With which day a week begins. */
                week_start?: "monday" | "sunday" | "saturday";
                /** @description Tell which period this one is to be compared with, as `compared`: `previous` or `year`, as in the overview. */
                compare?: "previous" | "year";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of the assets that had an event in the period. */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    /** @description The next page, as `<…>; rel="next"`; missing on the last. */
                    Link?: string;
                    /** @description How many rows all pages have. */
                    "X-Total-Count"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tracks"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    one_track: {
        parameters: {
            query?: {
                /** @description Start of the period, included: RFC 3339, a date (its midnight in `zone`) or Unix seconds. Default: 28 days before `to`. */
                from?: string;
                /** @description End of the period, excluded: as `from`. Default: the end of this hour, or of the next when that is less than 5 minutes away, so that all that was accepted is inside. */
                to?: string;
                /** @description The time zone, by its IANA name, in which dates begin and by which time is counted. */
                zone?: string;
                /** @description Only events of these universes; 0 = sent without one. */
                universe?: string;
                /** @description Only events of these places; 0 = sent without one. */
                place?: string;
                /** @description Only events that were sent with these API keys, by the ids that `audioscape keys list` shows. */
                key?: string;
                /** @description All but events of these universes; 0 = sent without one. */
                universe_not?: string;
                /** @description All but events of these places; 0 = sent without one. */
                place_not?: string;
                /** @description All but events that were sent with these API keys. */
                key_not?: string;
                /** @description What the period is compared with: `previous`, the period of equal length that ends where it starts, or `year`, the same weekdays of a year (364 days) before. A period that is not over is compared with as much of that as stands for the time until now. */
                compare?: "previous" | "year";
                /** @description Answer what the period is compared with, too. */
                previous?: "true" | "false";
            };
            header?: never;
            path: {
                /** @description The asset. */
                asset_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All about one asset in a period. */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrackDetail"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The asset is unknown. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    listening_of_similar_tracks: {
        parameters: {
            query?: {
                /** @description Start of the period, included: RFC 3339, a date (its midnight in `zone`) or Unix seconds. Default: 28 days before `to`. */
                from?: string;
                /** @description End of the period, excluded: as `from`. Default: the end of this hour, or of the next when that is less than 5 minutes away, so that all that was accepted is inside. */
                to?: string;
                /** @description The time zone, by its IANA name, in which dates begin and by which time is counted. */
                zone?: string;
            };
            header?: never;
            path: {
                /** @description The asset. */
                asset_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How long tracks of a similar length are listened to. */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Typical"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The asset is unknown. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    before_and_after_a_track: {
        parameters: {
            query?: {
                /** @description Start of the period, included: RFC 3339, a date (its midnight in `zone`) or Unix seconds. Default: 28 days before `to`. */
                from?: string;
                /** @description End of the period, excluded: as `from`. Default: the end of this hour, or of the next when that is less than 5 minutes away, so that all that was accepted is inside. */
                to?: string;
                /** @description The time zone, by its IANA name, in which dates begin and by which time is counted. */
                zone?: string;
                /** @description Only events of these universes; 0 = sent without one. */
                universe?: string;
                /** @description Only events of these places; 0 = sent without one. */
                place?: string;
                /** @description Only events that were sent with these API keys, by the ids that `audioscape keys list` shows. */
                key?: string;
                /** @description All but events of these universes; 0 = sent without one. */
                universe_not?: string;
                /** @description All but events of these places; 0 = sent without one. */
                place_not?: string;
                /** @description All but events that were sent with these API keys. */
                key_not?: string;
            };
            header?: never;
            path: {
                /** @description The asset. */
                asset_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What players hear before and after a track. */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Neighbours"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The asset is unknown. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    popular_tracks: {
        parameters: {
            query?: {
                /** @description Only what happened in this universe; else in the whole project. */
                universe?: string;
                /** @description Only assets with exactly this genre in the catalog; ranks are among them. */
                genre?: string;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A chart, the first place first. */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    /** @description The next page, as `<…>; rel="next"`; missing on the last. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Chart"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    trending_tracks: {
        parameters: {
            query?: {
                /** @description Only what happened in this universe; else in the whole project. */
                universe?: string;
                /** @description Only assets with exactly this genre in the catalog; ranks are among them. */
                genre?: string;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A chart, the first place first. */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    /** @description The next page, as `<…>; rel="next"`; missing on the last. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Chart"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    score_of_a_track: {
        parameters: {
            query?: {
                /** @description Only what happened in this universe; else in the whole project. */
                universe?: string;
            };
            header?: never;
            path: {
                /** @description The asset. */
                asset_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /**
             * @description The score of an asset, and all that it is made of.
             *
             *         score = min(100, 100 * ln(1 + mass * multiplier / scale) / ln(1 + reference_mass / scale)), with
             *         mass = listens + qualified_rate * plays_without_end + weight_queue * queue + weight_click * clicks
             *         + weight_favorite * favorites + the sum of custom_weights * custom over all types, less the amount that the cap
             *         takes. low and high are the same of mass - interval_z * sqrt(mass), 0 at least, and mass + interval_z * sqrt(mass).
             */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrackScore"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The asset is unknown. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    history_of_a_score: {
        parameters: {
            query: {
                /** @description The asset. */
                asset_id: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The scores of an asset in the whole project by day, the oldest first. */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScoreHistory"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    artists: {
        parameters: {
            query?: {
                /** @description Start of the period, included: RFC 3339, a date (its midnight in `zone`) or Unix seconds. Default: 28 days before `to`. */
                from?: string;
                /** @description End of the period, excluded: as `from`. Default: the end of this hour, or of the next when that is less than 5 minutes away, so that all that was accepted is inside. */
                to?: string;
                /** @description The time zone, by its IANA name, in which dates begin and by which time is counted. */
                zone?: string;
                /** @description Only events of these universes; 0 = sent without one. */
                universe?: string;
                /** @description Only events of these places; 0 = sent without one. */
                place?: string;
                /** @description Only events of these assets. */
                asset?: string;
                /** @description Only events that were sent with these API keys, by the ids that `audioscape keys list` shows. */
                key?: string;
                /** @description All but events of these universes; 0 = sent without one. */
                universe_not?: string;
                /** @description All but events of these places; 0 = sent without one. */
                place_not?: string;
                /** @description All but events of these assets: also those without an asset. */
                asset_not?: string;
                /** @description All but events that were sent with these API keys. */
                key_not?: string;
                /** @description The measure to sort by; without a value comes last. */
                sort?: "events" | "plays" | "listeners" | "listened_seconds" | "completed" | "completion_rate" | "skips" | "skip_rate" | "up_votes" | "down_votes" | "favorites" | "unfavorites" | "queue_adds" | "search_clicks";
                /** @description Ties are sorted by id or by name, ascending. */
                order?: "asc" | "desc";
                /** @description How many at most. */
                limit?: number;
                /** @description How many to leave out at the start. */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of the artists whose tracks had an event in the period. */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    /** @description The next page, as `<…>; rel="next"`; missing on the last. */
                    Link?: string;
                    /** @description How many rows all pages have. */
                    "X-Total-Count"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Artists"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    albums: {
        parameters: {
            query?: {
                /** @description Start of the period, included: RFC 3339, a date (its midnight in `zone`) or Unix seconds. Default: 28 days before `to`. */
                from?: string;
                /** @description End of the period, excluded: as `from`. Default: the end of this hour, or of the next when that is less than 5 minutes away, so that all that was accepted is inside. */
                to?: string;
                /** @description The time zone, by its IANA name, in which dates begin and by which time is counted. */
                zone?: string;
                /** @description Only events of these universes; 0 = sent without one. */
                universe?: string;
                /** @description Only events of these places; 0 = sent without one. */
                place?: string;
                /** @description Only events of these assets. */
                asset?: string;
                /** @description Only events that were sent with these API keys, by the ids that `audioscape keys list` shows. */
                key?: string;
                /** @description All but events of these universes; 0 = sent without one. */
                universe_not?: string;
                /** @description All but events of these places; 0 = sent without one. */
                place_not?: string;
                /** @description All but events of these assets: also those without an asset. */
                asset_not?: string;
                /** @description All but events that were sent with these API keys. */
                key_not?: string;
                /** @description The measure to sort by; without a value comes last. */
                sort?: "events" | "plays" | "listeners" | "listened_seconds" | "completed" | "completion_rate" | "skips" | "skip_rate" | "up_votes" | "down_votes" | "favorites" | "unfavorites" | "queue_adds" | "search_clicks";
                /** @description Ties are sorted by id or by name, ascending. */
                order?: "asc" | "desc";
                /** @description How many at most. */
                limit?: number;
                /** @description How many to leave out at the start. */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of the albums whose tracks had an event in the period. */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    /** @description The next page, as `<…>; rel="next"`; missing on the last. */
                    Link?: string;
                    /** @description How many rows all pages have. */
                    "X-Total-Count"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Albums"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    genres: {
        parameters: {
            query?: {
                /** @description Start of the period, included: RFC 3339, a date (its midnight in `zone`) or Unix seconds. Default: 28 days before `to`. */
                from?: string;
                /** @description End of the period, excluded: as `from`. Default: the end of this hour, or of the next when that is less than 5 minutes away, so that all that was accepted is inside. */
                to?: string;
                /** @description The time zone, by its IANA name, in which dates begin and by which time is counted. */
                zone?: string;
                /** @description Only events of these universes; 0 = sent without one. */
                universe?: string;
                /** @description Only events of these places; 0 = sent without one. */
                place?: string;
                /** @description Only events of these assets. */
                asset?: string;
                /** @description Only events that were sent with these API keys, by the ids that `audioscape keys list` shows. */
                key?: string;
                /** @description All but events of these universes; 0 = sent without one. */
                universe_not?: string;
                /** @description All but events of these places; 0 = sent without one. */
                place_not?: string;
                /** @description All but events of these assets: also those without an asset. */
                asset_not?: string;
                /** @description All but events that were sent with these API keys. */
                key_not?: string;
                /** @description The measure to sort by; without a value comes last. */
                sort?: "events" | "plays" | "listeners" | "listened_seconds" | "completed" | "completion_rate" | "skips" | "skip_rate" | "up_votes" | "down_votes" | "favorites" | "unfavorites" | "queue_adds" | "search_clicks";
                /** @description Ties are sorted by id or by name, ascending. */
                order?: "asc" | "desc";
                /** @description How many at most. */
                limit?: number;
                /** @description How many to leave out at the start. */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of the genres whose tracks had an event in the period. */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    /** @description The next page, as `<…>; rel="next"`; missing on the last. */
                    Link?: string;
                    /** @description How many rows all pages have. */
                    "X-Total-Count"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Genres"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    searches: {
        parameters: {
            query?: {
                /** @description Start of the period, included: RFC 3339, a date (its midnight in `zone`) or Unix seconds. Default: 28 days before `to`. */
                from?: string;
                /** @description End of the period, excluded: as `from`. Default: the end of this hour, or of the next when that is less than 5 minutes away, so that all that was accepted is inside. */
                to?: string;
                /** @description The time zone, by its IANA name, in which dates begin and by which time is counted. */
                zone?: string;
                /** @description Only events of these universes; 0 = sent without one. */
                universe?: string;
                /** @description Only events of these places; 0 = sent without one. */
                place?: string;
                /** @description Only events of these assets. */
                asset?: string;
                /** @description Only events that were sent with these API keys, by the ids that `audioscape keys list` shows. */
                key?: string;
                /** @description All but events of these universes; 0 = sent without one. */
                universe_not?: string;
                /** @description All but events of these places; 0 = sent without one. */
                place_not?: string;
                /** @description All but events of these assets: also those without an asset. */
                asset_not?: string;
                /** @description All but events that were sent with these API keys. */
                key_not?: string;
                /** @description Only searches that hold this text, whatever the case, width and white space. */
                search?: string;
                /** @description How many at most. */
                limit?: number;
                /** @description How many to leave out at the start. */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of the searches, those with the most clicks first. Clicks without a query are not listed. */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    /** @description The next page, as `<…>; rel="next"`; missing on the last. */
                    Link?: string;
                    /** @description How many rows all pages have. */
                    "X-Total-Count"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchQueries"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    outcomes_of_searches: {
        parameters: {
            query?: {
                /** @description Start of the period, included: RFC 3339, a date (its midnight in `zone`) or Unix seconds. Default: 28 days before `to`. */
                from?: string;
                /** @description End of the period, excluded: as `from`. Default: the end of this hour, or of the next when that is less than 5 minutes away, so that all that was accepted is inside. */
                to?: string;
                /** @description The time zone, by its IANA name, in which dates begin and by which time is counted. */
                zone?: string;
                /** @description Only events of these universes; 0 = sent without one. */
                universe?: string;
                /** @description Only events of these places; 0 = sent without one. */
                place?: string;
                /** @description Only events of these assets. */
                asset?: string;
                /** @description Only events that were sent with these API keys, by the ids that `audioscape keys list` shows. */
                key?: string;
                /** @description All but events of these universes; 0 = sent without one. */
                universe_not?: string;
                /** @description All but events of these places; 0 = sent without one. */
                place_not?: string;
                /** @description All but events of these assets: also those without an asset. */
                asset_not?: string;
                /** @description All but events that were sent with these API keys. */
                key_not?: string;
                /** @description Only searches that hold this text, whatever the case, width and white space. */
                search?: string;
                /** @description How many at most. */
                limit?: number;
                /** @description How many to leave out at the start. */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What came of the clicks of one page of the searches, in the order of that page. */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    /** @description The next page, as `<…>; rel="next"`; missing on the last. */
                    Link?: string;
                    /** @description How many rows all pages have. */
                    "X-Total-Count"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Outcomes"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    searches_made: {
        parameters: {
            query?: {
                /** @description Start of the period, included: RFC 3339, a date (its midnight in `zone`) or Unix seconds. Default: 28 days before `to`. */
                from?: string;
                /** @description End of the period, excluded: as `from`. Default: the end of this hour, or of the next when that is less than 5 minutes away, so that all that was accepted is inside. */
                to?: string;
                /** @description The time zone, by its IANA name, in which dates begin and by which time is counted. */
                zone?: string;
                /** @description Only events of these universes; 0 = sent without one. */
                universe?: string;
                /** @description Only events of these places; 0 = sent without one. */
                place?: string;
                /** @description Only events of these assets. */
                asset?: string;
                /** @description Only events that were sent with these API keys, by the ids that `audioscape keys list` shows. */
                key?: string;
                /** @description All but events of these universes; 0 = sent without one. */
                universe_not?: string;
                /** @description All but events of these places; 0 = sent without one. */
                place_not?: string;
                /** @description All but events of these assets: also those without an asset. */
                asset_not?: string;
                /** @description All but events that were sent with these API keys. */
                key_not?: string;
                /** @description Only searches that hold this text, whatever the case, width and white space. */
                search?: string;
                /** @description Only searches that found nothing at some time, those first that did so most often. */
                without_results?: "true" | "false";
                /** @description How many at most. */
                limit?: number;
                /** @description How many to leave out at the start. */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of the searches that were made, those that were made most often first. */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    /** @description The next page, as `<…>; rel="next"`; missing on the last. */
                    Link?: string;
                    /** @description How many rows all pages have. */
                    "X-Total-Count"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeSearches"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    ranks_of_clicks: {
        parameters: {
            query?: {
                /** @description Start of the period, included: RFC 3339, a date (its midnight in `zone`) or Unix seconds. Default: 28 days before `to`. */
                from?: string;
                /** @description End of the period, excluded: as `from`. Default: the end of this hour, or of the next when that is less than 5 minutes away, so that all that was accepted is inside. */
                to?: string;
                /** @description The time zone, by its IANA name, in which dates begin and by which time is counted. */
                zone?: string;
                /** @description Only events of these universes; 0 = sent without one. */
                universe?: string;
                /** @description Only events of these places; 0 = sent without one. */
                place?: string;
                /** @description Only events of these assets. */
                asset?: string;
                /** @description Only events that were sent with these API keys, by the ids that `audioscape keys list` shows. */
                key?: string;
                /** @description All but events of these universes; 0 = sent without one. */
                universe_not?: string;
                /** @description All but events of these places; 0 = sent without one. */
                place_not?: string;
                /** @description All but events of these assets: also those without an asset. */
                asset_not?: string;
                /** @description All but events that were sent with these API keys. */
                key_not?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description At which ranks results of searches were clicked; together as many as `search_clicks` of the overview. */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClickedRanks"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    rank_candidates: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "query": "lofi beats",
                 *       "candidates": [
                 *         "1837879082",
                 *         "9043887091",
                 *         "5410086218"
                 *       ]
                 *     }
                 */
                "application/json": {
                    /** @description What was searched, as it was typed; the first 256 characters count. */
                    query: string;
                    /** @description What the search engine found, in its own order: assets, as decimal digits. */
                    candidates: string[];
                };
            };
        };
        responses: {
            /** @description The candidates in the order in which they should be shown: all that were sent, each once. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RankedCandidates"];
                };
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    explain_a_search: {
        parameters: {
            query: {
                /** @description What was searched, as it was typed; the first 256 characters count. */
                query: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is known of a search, and how what was clicked there would be ranked. */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchExplained"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    judgments_of_searches: {
        parameters: {
            query?: {
                /** @description Only queries after this one; `next_after` of an earlier answer leads on. */
                after?: string;
                /** @description How many queries at most; each comes with all of its assets, the 500 most relevant ones. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of judgments, in the order of the queries; the most relevant assets of a query come first. */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    /** @description The next page, as `<…>; rel="next"`; missing on the last. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchSignals"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    experiences: {
        parameters: {
            query?: {
                /** @description Start of the period, included: RFC 3339, a date (its midnight in `zone`) or Unix seconds. Default: 28 days before `to`. */
                from?: string;
                /** @description End of the period, excluded: as `from`. Default: the end of this hour, or of the next when that is less than 5 minutes away, so that all that was accepted is inside. */
                to?: string;
                /** @description The time zone, by its IANA name, in which dates begin and by which time is counted. */
                zone?: string;
                /** @description Only events of these universes; 0 = sent without one. */
                universe?: string;
                /** @description Only events of these places; 0 = sent without one. */
                place?: string;
                /** @description Only events of these assets. */
                asset?: string;
                /** @description Only events that were sent with these API keys, by the ids that `audioscape keys list` shows. */
                key?: string;
                /** @description All but events of these universes; 0 = sent without one. */
                universe_not?: string;
                /** @description All but events of these places; 0 = sent without one. */
                place_not?: string;
                /** @description All but events of these assets: also those without an asset. */
                asset_not?: string;
                /** @description All but events that were sent with these API keys. */
                key_not?: string;
                /** @description Whether each place is a row or all places of a universe are. Who was in several is one listener. */
                by?: "place" | "universe";
                /** @description Answer when the last event of each row was, too. */
                last_event?: "true" | "false";
                /** @description The measure to sort by; without a value comes last. */
                sort?: "events" | "plays" | "listeners" | "listened_seconds" | "completed" | "completion_rate" | "skips" | "skip_rate" | "up_votes" | "down_votes" | "favorites" | "unfavorites" | "queue_adds" | "search_clicks";
                /** @description Ties are sorted by id or by name, ascending. */
                order?: "asc" | "desc";
                /** @description How many at most. */
                limit?: number;
                /** @description How many to leave out at the start. */
                offset?: number;
                /** @description Answer the plays of each row in each bucket of the period, too; `interval` says of which length. */
                plays_series?: "true" | "false";
                /** @description Length of a bucket of the series, by the clock and calendar of `zone`. A period may have 100 days by hour, else 3,660. */
                interval?: "hour" | "day" | "week" | "month";
                /** @description With which day a week begins. */
                week_start?: "monday" | "sunday" | "saturday";
                /** @description Tell which period this one is to be compared with, as `compared`: `previous` or `year`, as in the overview. */
                compare?: "previous" | "year";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of the places that events came from. */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    /** @description The next page, as `<…>; rel="next"`; missing on the last. */
                    Link?: string;
                    /** @description How many rows all pages have. */
                    "X-Total-Count"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Experiences"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    events: {
        parameters: {
            query?: {
                /** @description Only events of exactly this type. */
                type?: string;
                /** @description Only events of this asset. */
                asset_id?: string;
                /** @description Only events of this player. */
                player_id?: string;
                /** @description Start of the period, included: RFC 3339, a date (its midnight in `zone`) or Unix seconds. Default: 28 days before `to`. */
                from?: string;
                /** @description End of the period, excluded: as `from`. Default: the end of this hour, or of the next when that is less than 5 minutes away, so that all that was accepted is inside. */
                to?: string;
                /** @description The time zone, by its IANA name, in which dates begin and by which time is counted. */
                zone?: string;
                /** @description How many at most. */
                limit?: number;
                /** @description `next_cursor` of an earlier answer: continue there. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of events, newest first. */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    /** @description The next page, as `<…>; rel="next"`; missing on the last. */
                    Link?: string;
                    /** @description The `cursor` of the next page; missing on the last. */
                    "X-Next-Cursor"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Events"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    ingest_status: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Where the project's events are. accepted = loaded + spooled + quarantined + duplicates + erased. */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IngestStatus"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    live: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What comes in now. Where several servers share a load, minutes, refusals and queue are those of the one asked. */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Live"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    active_players: {
        parameters: {
            query?: {
                /** @description Only events of these universes; 0 = sent without one. */
                universe?: string;
                /** @description Only events of these places; 0 = sent without one. */
                place?: string;
                /** @description Only events of these assets. */
                asset?: string;
                /** @description Only events that were sent with these API keys, by the ids that `audioscape keys list` shows. */
                key?: string;
                /** @description All but events of these universes; 0 = sent without one. */
                universe_not?: string;
                /** @description All but events of these places; 0 = sent without one. */
                place_not?: string;
                /** @description All but events of these assets: also those without an asset. */
                asset_not?: string;
                /** @description All but events that were sent with these API keys. */
                key_not?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who plays now. */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActivePlayers"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    jobs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every job that was ever due. */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Jobs"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    integrity: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who should be looked at, as of the last days. */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Integrity"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    funnel: {
        parameters: {
            query?: {
                /** @description Start of the period, included: RFC 3339, a date (its midnight in `zone`) or Unix seconds. Default: 28 days before `to`. */
                from?: string;
                /** @description End of the period, excluded: as `from`. Default: the end of this hour, or of the next when that is less than 5 minutes away, so that all that was accepted is inside. */
                to?: string;
                /** @description The time zone, by its IANA name, in which dates begin and by which time is counted. */
                zone?: string;
                /** @description Length of a bucket of the series, by the clock and calendar of `zone`. A period may have 100 days by hour, else 3,660. */
                interval?: "hour" | "day" | "week" | "month";
                /** @description With which day a week begins. */
                week_start?: "monday" | "sunday" | "saturday";
                /** @description Only events of these universes; 0 = sent without one. */
                universe?: string;
                /** @description Only events of these places; 0 = sent without one. */
                place?: string;
                /** @description Only events of these assets. */
                asset?: string;
                /** @description Only events that were sent with these API keys, by the ids that `audioscape keys list` shows. */
                key?: string;
                /** @description All but events of these universes; 0 = sent without one. */
                universe_not?: string;
                /** @description All but events of these places; 0 = sent without one. */
                place_not?: string;
                /** @description All but events of these assets: also those without an asset. */
                asset_not?: string;
                /** @description All but events that were sent with these API keys. */
                key_not?: string;
                /** @description Seconds after the click in which a step is reached. */
                window?: number;
                /** @description Count players, each by the furthest that any of their clicks led to; or attempts: each click. */
                count?: "players" | "attempts";
                /** @description Whether a play counts only after the track was queued. */
                queue?: "optional" | "required";
                /** @description What the period is compared with: `previous`, the period of equal length that ends where it starts, or `year`, the same weekdays of a year (364 days) before. A period that is not over is compared with as much of that as stands for the time until now. */
                compare?: "previous" | "year";
                /** @description Whether to count what the period is compared with, too, which costs as much again; or `only` that: then the lists about the period are empty, and no click is told to be without a player. */
                previous?: "true" | "false" | "only";
                /** @description Tell apart by the universe, the rank or the query of the click: the 20 largest, and all others. */
                breakdown?: "universe" | "rank" | "query";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How far players go on after they clicked a result of a search. */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Funnel"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    types_of_events: {
        parameters: {
            query?: {
                /** @description Start of the period, included: RFC 3339, a date (its midnight in `zone`) or Unix seconds. Default: 28 days before `to`. */
                from?: string;
                /** @description End of the period, excluded: as `from`. Default: the end of this hour, or of the next when that is less than 5 minutes away, so that all that was accepted is inside. */
                to?: string;
                /** @description The time zone, by its IANA name, in which dates begin and by which time is counted. */
                zone?: string;
                /** @description Only events of these universes; 0 = sent without one. */
                universe?: string;
                /** @description Only events of these places; 0 = sent without one. */
                place?: string;
                /** @description Only events of these assets. */
                asset?: string;
                /** @description Only events that were sent with these API keys, by the ids that `audioscape keys list` shows. */
                key?: string;
                /** @description All but events of these universes; 0 = sent without one. */
                universe_not?: string;
                /** @description All but events of these places; 0 = sent without one. */
                place_not?: string;
                /** @description All but events of these assets: also those without an asset. */
                asset_not?: string;
                /** @description All but events that were sent with these API keys. */
                key_not?: string;
                /** @description How many at most. */
                limit?: number;
                /** @description How many to leave out at the start. */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of the types of events in a period, the most frequent first. */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    /** @description The next page, as `<…>; rel="next"`; missing on the last. */
                    Link?: string;
                    /** @description How many rows all pages have. */
                    "X-Total-Count"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventTypes"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    keys_of_metadata: {
        parameters: {
            query: {
                /** @description The type of the events, exactly as it was sent. */
                type: string;
                /** @description Start of the period, included: RFC 3339, a date (its midnight in `zone`) or Unix seconds. Default: 28 days before `to`. */
                from?: string;
                /** @description End of the period, excluded: as `from`. Default: the end of this hour, or of the next when that is less than 5 minutes away, so that all that was accepted is inside. */
                to?: string;
                /** @description The time zone, by its IANA name, in which dates begin and by which time is counted. */
                zone?: string;
                /** @description Only events of these universes; 0 = sent without one. */
                universe?: string;
                /** @description Only events of these places; 0 = sent without one. */
                place?: string;
                /** @description Only events of these assets. */
                asset?: string;
                /** @description Only events that were sent with these API keys, by the ids that `audioscape keys list` shows. */
                key?: string;
                /** @description All but events of these universes; 0 = sent without one. */
                universe_not?: string;
                /** @description All but events of these places; 0 = sent without one. */
                place_not?: string;
                /** @description All but events of these assets: also those without an asset. */
                asset_not?: string;
                /** @description All but events that were sent with these API keys. */
                key_not?: string;
                /** @description How many at most. */
                limit?: number;
                /** @description How many to leave out at the start. */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of the keys in the metadata of a type of events, the most frequent first. */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    /** @description The next page, as `<…>; rel="next"`; missing on the last. */
                    Link?: string;
                    /** @description How many rows all pages have. */
                    "X-Total-Count"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MetadataKeys"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    explore_events: {
        parameters: {
            query?: {
                /** @description Only events of exactly this type. */
                type?: string;
                /** @description What is worked out: events (`count`), distinct players, the sum, mean, smallest, largest number, median or 95th percentile of `of`, or events with a player for each player. */
                measure?: "count" | "players" | "sum" | "avg" | "min" | "max" | "p50" | "p95" | "per_player";
                /** @description The numbers of a measure that is made of numbers: `duration`, or a key of metadata. Values that are no JSON numbers are left out. */
                of?: string;
                /** @description What groups are told apart by: type, universe_id, place_id, asset_id, player_id, key, value, or a key of metadata. A key that is called as a field is written with quotes: `"value"`. */
                by?: string;
                /** @description A condition, once or several times, all of which hold: `KEY:is:VALUE`, `KEY:not:VALUE` or `KEY:contains:VALUE`, where KEY is what `by` may be. Texts are compared letter by letter; nothing after `is:` stands for what is not set. */
                where?: string[];
                /** @description Start of the period, included: RFC 3339, a date (its midnight in `zone`) or Unix seconds. Default: 28 days before `to`. */
                from?: string;
                /** @description End of the period, excluded: as `from`. Default: the end of this hour, or of the next when that is less than 5 minutes away, so that all that was accepted is inside. */
                to?: string;
                /** @description The time zone, by its IANA name, in which dates begin and by which time is counted. */
                zone?: string;
                /** @description Length of a bucket of the series, by the clock and calendar of `zone`. A period may have 100 days by hour, else 3,660. */
                interval?: "hour" | "day" | "week" | "month";
                /** @description With which day a week begins. */
                week_start?: "monday" | "sunday" | "saturday";
                /** @description Only events of these universes; 0 = sent without one. */
                universe?: string;
                /** @description Only events of these places; 0 = sent without one. */
                place?: string;
                /** @description Only events of these assets. */
                asset?: string;
                /** @description Only events that were sent with these API keys, by the ids that `audioscape keys list` shows. */
                key?: string;
                /** @description All but events of these universes; 0 = sent without one. */
                universe_not?: string;
                /** @description All but events of these places; 0 = sent without one. */
                place_not?: string;
                /** @description All but events of these assets: also those without an asset. */
                asset_not?: string;
                /** @description All but events that were sent with these API keys. */
                key_not?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A measure of events, by group and time. */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Explored"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    audience: {
        parameters: {
            query?: {
                /** @description Start of the period, included: RFC 3339, a date (its midnight in `zone`) or Unix seconds. Default: 28 days before `to`. */
                from?: string;
                /** @description End of the period, excluded: as `from`. Default: the end of this hour, or of the next when that is less than 5 minutes away, so that all that was accepted is inside. */
                to?: string;
                /** @description The time zone, by its IANA name, in which dates begin and by which time is counted. */
                zone?: string;
                /** @description Only events of these universes; 0 = sent without one. */
                universe?: string;
                /** @description Only events of these places; 0 = sent without one. */
                place?: string;
                /** @description Only events of these assets. */
                asset?: string;
                /** @description Only events that were sent with these API keys, by the ids that `audioscape keys list` shows. */
                key?: string;
                /** @description All but events of these universes; 0 = sent without one. */
                universe_not?: string;
                /** @description All but events of these places; 0 = sent without one. */
                place_not?: string;
                /** @description All but events of these assets: also those without an asset. */
                asset_not?: string;
                /** @description All but events that were sent with these API keys. */
                key_not?: string;
                /** @description From how many active days of 28 on a player is moderate. */
                moderate?: number;
                /** @description From how many on a player is super; more than `moderate`. */
                super?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who is there, and how often. Players are counted exactly, however many there are. */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Audience"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    sessions: {
        parameters: {
            query?: {
                /** @description Start of the period, included: RFC 3339, a date (its midnight in `zone`) or Unix seconds. Default: 28 days before `to`. */
                from?: string;
                /** @description End of the period, excluded: as `from`. Default: the end of this hour, or of the next when that is less than 5 minutes away, so that all that was accepted is inside. */
                to?: string;
                /** @description The time zone, by its IANA name, in which dates begin and by which time is counted. */
                zone?: string;
                /** @description Only events of these universes; 0 = sent without one. */
                universe?: string;
                /** @description Only events of these places; 0 = sent without one. */
                place?: string;
                /** @description Only events of these assets. */
                asset?: string;
                /** @description Only events that were sent with these API keys, by the ids that `audioscape keys list` shows. */
                key?: string;
                /** @description All but events of these universes; 0 = sent without one. */
                universe_not?: string;
                /** @description All but events of these places; 0 = sent without one. */
                place_not?: string;
                /** @description All but events of these assets: also those without an asset. */
                asset_not?: string;
                /** @description All but events that were sent with these API keys. */
                key_not?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How long players stay, and listen. Players are counted exactly, however many there are. */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sessions"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    cohorts: {
        parameters: {
            query?: {
                /** @description Cohorts of the last 12 weeks and who came back in each week since, or of the last 91 days and who came back on day 1, 7 and 30. */
                by?: "week" | "day";
                /** @description What coming back means: a `play`, `stop` or `skip`; or a track that was completed. */
                heard?: "anything" | "completed";
                /** @description End of the period, excluded: as `from`. Default: the end of this hour, or of the next when that is less than 5 minutes away, so that all that was accepted is inside. */
                to?: string;
                /** @description The time zone, by its IANA name, in which dates begin and by which time is counted. */
                zone?: string;
                /** @description With which day a week begins. */
                week_start?: "monday" | "sunday" | "saturday";
                /** @description Only events of these universes; 0 = sent without one. */
                universe?: string;
                /** @description Only events of these places; 0 = sent without one. */
                place?: string;
                /** @description Only events of these assets. */
                asset?: string;
                /** @description Only events that were sent with these API keys, by the ids that `audioscape keys list` shows. */
                key?: string;
                /** @description All but events of these universes; 0 = sent without one. */
                universe_not?: string;
                /** @description All but events of these places; 0 = sent without one. */
                place_not?: string;
                /** @description All but events of these assets: also those without an asset. */
                asset_not?: string;
                /** @description All but events that were sent with these API keys. */
                key_not?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How many new players come back. Players are counted exactly, however many there are. */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cohorts"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    alive: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The process answers. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The server can do its work. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description It can not; the answer says why. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Prometheus text format. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
        };
    };
    settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How a project wants its days and weeks. */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    names_of_experiences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the project calls its universes and places. */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExperienceNames"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    notes: {
        parameters: {
            query?: {
                /** @description Start of the period, included: RFC 3339, a date (its midnight in `zone`) or Unix seconds. Default: 28 days before `to`. */
                from?: string;
                /** @description End of the period, excluded: as `from`. Default: the end of this hour, or of the next when that is less than 5 minutes away, so that all that was accepted is inside. */
                to?: string;
                /** @description The time zone, by its IANA name, in which dates begin and by which time is counted. */
                zone?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The notes that touch the period, in the order of time. */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Annotations"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    saved_views: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The saved views of the project, by name. */
            200: {
                headers: {
                    /** @description Names this answer. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedViews"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong; the text names it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is missing, unknown or revoked, and nobody is signed in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key lacks the scope `read`; or a session has no role in its project, or comes from another page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The key is over its rate, or the address has sent too many invalid keys; see Retry-After. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The warehouse or the key store is away; see Retry-After. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
}
