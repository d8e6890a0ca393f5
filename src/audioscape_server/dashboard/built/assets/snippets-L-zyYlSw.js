import{a as e,p as t,t as n}from"./jsxRuntime.module-Clpek0pb.js";import{t as r}from"./Copied-Nzrt16Z8.js";function i({title:i,all:a}){let[o,s]=e(a[0].title),c=a.find(e=>e.title===o);return n(t,{children:[n(`fieldset`,{class:`tabs`,children:[n(`legend`,{class:`hidden`,children:i}),a.map(e=>n(`button`,{type:`button`,class:`quiet`,"aria-pressed":e.title===o,onClick:()=>s(e.title),children:e.title},e.title))]}),n(`p`,{class:`muted`,children:c.before.split("`").map((e,t)=>t%2?n(`code`,{children:e},e):e)}),c.command&&n(r,{label:`the command for ${o}`,text:c.command}),n(r,{label:`the code for ${o}`,text:c.code})]})}var a=`1837879082`,o=[`localhost`,`127.0.0.1`,`[::1]`];function s(e,t){let n=o.includes(new URL(e).hostname)?` Only Studio on this machine reaches ${e}; a published game does not.`:``;return[{title:`Roblox SDK`,before:`Turn on Game Settings → Security → Allow HTTP Requests. Paste the module that the command writes into a ModuleScript AudioScape in ServerStorage, and the code into a Script in ServerScriptService.${n}`,command:`audioscape sdk luau --endpoint ${e} --output AudioScape.luau`,code:`local AudioScape = require(game:GetService("ServerStorage").AudioScape)
local client = AudioScape.new("${t}", { endpoint = "${e}" })

game:GetService("Players").PlayerAdded:Connect(function(player)
	client:trackPlay(${a}, player.UserId, 217)
end)`},{title:`Luau`,before:`Without the SDK. Turn on Game Settings → Security → Allow HTTP Requests; it works in server Scripts only.${n}`,code:`local HttpService = game:GetService("HttpService")
local answer = HttpService:RequestAsync({
	Url = "${e}/analytics/v1/analytics",
	Method = "POST",
	Headers = {
		["content-type"] = "application/json",
		["x-api-key"] = "${t}",
		["idempotency-key"] = HttpService:GenerateGUID(false),
	},
	Body = HttpService:JSONEncode({
		events = { { type = "play", asset_id = "${a}", player_id = "player-1", duration = 217 } },
	}),
})
print(answer.StatusCode, answer.Body)`},{title:`curl`,before:`In a terminal.`,code:`curl '${e}/analytics/v1/analytics' \\
  -H 'x-api-key: ${t}' -H 'content-type: application/json' \\
  -d '{"events":[{"type":"play","asset_id":"${a}","player_id":"player-1","duration":217}]}'`},{title:`Python`,before:`With the SDK, which is installed from a checkout of AudioScape.`,command:`pip install ./sdks/python`,code:`from audioscape import AudioScape

with AudioScape("${t}", endpoint="${e}") as client:
    client.track_play("${a}", "player-1", 217)`},{title:`JavaScript`,before:"With the SDK, in Node 18 or newer. The command builds it in a checkout of AudioScape; in your project, `npm install` the file that it writes.",command:`cd sdks/javascript && npm ci && npm pack`,code:`import { AudioScape } from "audioscape";

const client = new AudioScape({ apiKey: "${t}", endpoint: "${e}" });
client.trackPlay("${a}", "player-1", 217);
await client.close();`}]}function c(e,t){return[{title:`curl`,before:`In a terminal. ${e}/docs lists all that can be asked.`,code:`curl '${e}/analytics/v1/overview' -H 'x-api-key: ${t}'`}]}function l(e){return[{title:`Roblox SDK`,before:"When the search is answered, on the server. `results` is the list of what was found.",code:`client:track({
	type = "search",
	playerId = player.UserId,
	metadata = { query = query, results = #results },
})`},{title:`Python`,before:"When the search is answered. `results` is the list of what was found.",code:`client.track("search", player_id=player_id, metadata={"query": query, "results": len(results)})`},{title:`JavaScript`,before:"When the search is answered. `results` is the list of what was found.",code:`client.track({ type: "search", playerId, metadata: { query, results: results.length } });`},{title:`curl`,before:`In a terminal, with a key that may send events.`,code:`curl '${e}/analytics/v1/analytics' \\
  -H "x-api-key: $KEY" -H 'content-type: application/json' \\
  -d '{"events":[{"type":"search","player_id":"player-1","metadata":{"query":"lofi beats","results":0}}]}'`}]}export{i,l as n,s as r,c as t};