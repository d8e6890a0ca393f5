/** How a first event is sent, in each way that somebody may want to send it, with the address and the key filled in. */

const TRACK = "1837879082";

export interface Snippet {
  readonly title: string;
  /** What must be done first. */
  readonly before: string;
  readonly code: string;
}

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
