/** How events are sent, in each way that somebody may want to send them. */

const TRACK = "1837879082";

export interface Snippet {
  readonly title: string;
  /** What must be done first. */
  readonly before: string;
  readonly code: string;
}

/** A first event, with the address and the key filled in. */
export function snippets(server: string, key: string): readonly Snippet[] {
  return [
    {
      title: "Roblox SDK",
      before:
        "Turn on Game Settings → Security → Allow HTTP Requests. `audioscape sdk luau` writes the module: paste it into a ModuleScript AudioScape in ServerStorage, and this into a Script in ServerScriptService.",
      code: `local AudioScape = require(game:GetService("ServerStorage").AudioScape)
local client = AudioScape.new("${key}", { endpoint = "${server}" })

game:GetService("Players").PlayerAdded:Connect(function(player)
	client:trackPlay(${TRACK}, player.UserId, 217)
end)`,
    },
    {
      title: "Luau",
      before:
        "Without the SDK. Turn on Game Settings → Security → Allow HTTP Requests; it works in server Scripts only.",
      code: `local HttpService = game:GetService("HttpService")
local answer = HttpService:RequestAsync({
	Url = "${server}/analytics/v1/analytics",
	Method = "POST",
	Headers = {
		["content-type"] = "application/json",
		["x-api-key"] = "${key}",
		["idempotency-key"] = HttpService:GenerateGUID(false),
	},
	Body = HttpService:JSONEncode({
		events = { { type = "play", asset_id = "${TRACK}", player_id = "player-1", duration = 217 } },
	}),
})
print(answer.StatusCode, answer.Body)`,
    },
    {
      title: "curl",
      before: "In a terminal.",
      code: `curl '${server}/analytics/v1/analytics' \\
  -H 'x-api-key: ${key}' -H 'content-type: application/json' \\
  -d '{"events":[{"type":"play","asset_id":"${TRACK}","player_id":"player-1","duration":217}]}'`,
    },
    {
      title: "Python",
      before: "With the SDK: `pip install ./sdks/python` in a checkout of AudioScape.",
      code: `from audioscape import AudioScape

with AudioScape("${key}", endpoint="${server}") as client:
    client.track_play("${TRACK}", "player-1", 217)`,
    },
  ];
}

/** An event for a search, clicked or not, where a client is there already. */
export function searchSnippets(server: string): readonly Snippet[] {
  return [
    {
      title: "Roblox SDK",
      before: "When the search is answered, on the server. `results` is the list of what was found.",
      code: `client:track({
	type = "search",
	playerId = player.UserId,
	metadata = { query = query, results = #results },
})`,
    },
    {
      title: "Python",
      before: "When the search is answered. `results` is the list of what was found.",
      code: `client.track("search", player_id=player_id, metadata={"query": query, "results": len(results)})`,
    },
    {
      title: "JavaScript",
      before: "When the search is answered. `results` is the list of what was found.",
      code: `client.track({ type: "search", playerId, metadata: { query, results: results.length } });`,
    },
    {
      title: "curl",
      before: "In a terminal, with a key that may send events.",
      code: `curl '${server}/analytics/v1/analytics' \\
  -H "x-api-key: $KEY" -H 'content-type: application/json' \\
  -d '{"events":[{"type":"search","player_id":"player-1","metadata":{"query":"lofi beats","results":0}}]}'`,
    },
  ];
}
