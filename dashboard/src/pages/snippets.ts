/** How events are sent and answers asked for, in each way that somebody may want to do it. */

const TRACK = "1837879082";
/** Names of the machine itself, where games on Roblox's servers find something else. */
const LOCAL = ["localhost", "127.0.0.1", "[::1]"];

export interface Snippet {
  readonly title: string;
  /** What must be done first; names between backticks. */
  readonly before: string;
  /** What is typed in a terminal for that. */
  readonly command?: string;
  readonly code: string;
}

/** A first event, with the address and the key filled in. */
export function snippets(server: string, key: string): readonly Snippet[] {
  const reach = LOCAL.includes(new URL(server).hostname)
    ? ` Only Studio on this machine reaches ${server}; a published game does not.`
    : "";
  return [
    {
      title: "Roblox SDK",
      before: `Turn on Game Settings → Security → Allow HTTP Requests. Paste the module that the command writes into a ModuleScript AudioScape in ServerStorage, and the code into a Script in ServerScriptService.${reach}`,
      command: `audioscape sdk luau --endpoint ${server} --output AudioScape.luau`,
      code: `local AudioScape = require(game:GetService("ServerStorage").AudioScape)
local client = AudioScape.new("${key}", { endpoint = "${server}" })

game:GetService("Players").PlayerAdded:Connect(function(player)
	client:trackPlay(${TRACK}, player.UserId, 217)
end)`,
    },
    {
      title: "Luau",
      before: `Without the SDK. Turn on Game Settings → Security → Allow HTTP Requests; it works in server Scripts only.${reach}`,
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
      before: "With the SDK, which is installed from a checkout of AudioScape.",
      command: "pip install ./sdks/python",
      code: `from audioscape import AudioScape

with AudioScape("${key}", endpoint="${server}") as client:
    client.track_play("${TRACK}", "player-1", 217)`,
    },
    {
      title: "JavaScript",
      before:
        "With the SDK, in Node 18 or newer. The command builds it in a checkout of AudioScape; in your project, `npm install` the file that it writes.",
      command: "cd sdks/javascript && npm ci && npm pack",
      code: `import { AudioScape } from "audioscape";

const client = new AudioScape({ apiKey: "${key}", endpoint: "${server}" });
client.trackPlay("${TRACK}", "player-1", 217);
await client.close();`,
    },
  ];
}

/** A question, for a key that may send nothing. */
export function questions(server: string, key: string): readonly Snippet[] {
  return [
    {
      title: "curl",
      before: `In a terminal. ${server}/docs lists all that can be asked.`,
      code: `curl '${server}/analytics/v1/overview' -H 'x-api-key: ${key}'`,
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
